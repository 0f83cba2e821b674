# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the address of a source says."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.address import (
    goes_over_ssh,
    is_repository,
    port_of,
)

PORTS = [
    ("git@github.com:nostromo/api.git", 22),
    ("ssh://git@git.example:2222/api.git", 2222),
    ("ssh://git.example/api.git", 22),
    ("https://token@git.example/api.git", 443),
    ("https://git.example:8443/api.git", 8443),
    ("http://git.example/api.git", 80),
    ("git://git.example/api.git", 9418),
    ("https://[2001:db8::1]:x/api", None),
    ("/srv/git/api.git", None),
    ("../apps/api", None),
    ("API_REPOSITORY", None),
    ("", None),
]


@pytest.mark.parametrize(("address", "port"), PORTS)
def test_the_port_of_a_source(address: str, port: int | None) -> None:
    assert port_of(address) == port


@pytest.mark.parametrize(("address", "port"), PORTS)
def test_what_goes_over_ssh(address: str, port: int | None) -> None:
    assert goes_over_ssh(address) == (port in (22, 2222))


@pytest.mark.parametrize(
    "address",
    ["git@git.example:api.git", "git.example:api.git", "https://git.example/a", "file:///srv/a.git", "/srv/a.git"],
)
def test_what_git_takes_for_a_repository(address: str) -> None:
    assert is_repository(address)


@pytest.mark.parametrize(
    "address", ["https//git.example/a", "https:/git.example/a", "htps://git.example/a", "../apps/api", "API", "https://", ""]
)
def test_what_is_no_repository(address: str) -> None:
    assert not is_repository(address)
