# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stand-in of Cloudflare's API for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .trial import Trial


@pytest.fixture
def trial() -> Iterator[Trial]:
    """A zone at the stand-in; where the official schema is at hand, every exchange keeps to it."""
    found = Trial.begin()
    yield found
    found.server.close()
    assert found.server.violations == []
