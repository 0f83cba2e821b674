# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values of a service as they are written elsewhere."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Health, text


@pytest.mark.parametrize(("value", "expected"), [(8000, "8000"), (True, "true"), ("x", "x"), (1.5, "1.5")])
def test_values_become_text(value: object, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        (Health("127.0.0.1", 8000, "/health"), "GET http://127.0.0.1:8000/health"),
        (Health("fd00::1", 8000, "/health"), "GET http://[fd00::1]:8000/health"),
        (Health("127.0.0.1", 4321), "127.0.0.1:4321"),
    ],
)
def test_health_says_what_it_asks(health: Health, expected: str) -> None:
    assert str(health) == expected
