# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses with ports."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.endpoint import endpoint, serves


@pytest.mark.parametrize(
    ("bound", "address", "said"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("0.0.0.0", "10.0.0.1", True),
        ("0.0.0.0", "::1", False),
        ("::", "::1", True),
        # Bound so that it takes IPv6 alone (IPV6_V6ONLY); one that takes both is shown as an asterisk.
        ("::", "10.0.0.1", False),
        ("*", "10.0.0.1", True),
        ("*", "::1", True),
        ("::1", "::", False),
    ],
)
def test_which_connections_a_socket_takes(bound: str, address: str, said: bool) -> None:
    assert serves(bound, address) is said


def test_how_it_is_written() -> None:
    assert [endpoint("10.0.0.1", 80), endpoint("fd00::4", 5432)] == ["10.0.0.1:80", "[fd00::4]:5432"]
