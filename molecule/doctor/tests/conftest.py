# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tests of this scenario begin and end with a server that is well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import ailing


@pytest.fixture(scope="session", autouse=True)
def well() -> Iterator[None]:
    """Nothing is wrong with the server that site.yml has set up, and every check was made; nor is it after the tests, but for
    a message that was not delivered in the last two minutes.
    """
    found = ailing.eventually()
    assert (found.status, found.skipped) == (0, {}), found.printed
    assert len(found.passed) == 21
    yield
    ailing.eventually(perhaps=ailing.UNHEARD)
