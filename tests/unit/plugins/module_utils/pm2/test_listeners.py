# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose the sockets are where a service should listen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.listening import Listener
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.listeners import (
    ListenersError,
    addresses,
    amiss,
    listeners,
    strangers,
)
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Health
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import API

HEALTH = Health("127.0.0.1", 8000, "/health")
OWN = Listener("tcp", "127.0.0.1", 8000, "node", 7, "api", API.unit)
OTHER = Listener("tcp", "127.0.0.1", 8000, "python3", 9, "root", "web.service")
HELD = f"127.0.0.1:8000 is held by python3 of web.service (process 9, user root), not by {API.unit}"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((OWN,), None),
        ((OWN, replace(OTHER, address="127.0.0.2")), None),
        ((OWN, replace(OTHER, address="::")), None),
        ((replace(OWN, address="0.0.0.0"),), None),
        ((replace(OWN, address="*"),), None),
        ((), f"{API.unit} does not listen on 127.0.0.1:8000"),
        ((replace(OWN, address="10.0.0.1"),), f"{API.unit} does not listen on 127.0.0.1:8000"),
        ((OTHER,), HELD),
        ((OTHER, OWN), HELD),
        ((replace(OTHER, address="*"), OWN), HELD),
        # The service's user, but not its unit: nothing of it runs there.
        (
            (replace(OTHER, user="api", unit=""),),
            f"127.0.0.1:8000 is held by python3 (process 9, user api), not by {API.unit}",
        ),
    ],
)
def test_only_the_services_own_socket_proves_anything(found: tuple[Listener, ...], said: str | None) -> None:
    assert amiss(API, HEALTH, found) == said


def test_over_ipv6() -> None:
    health = Health("::1", 8000)
    assert amiss(API, health, (replace(OWN, address="::1"),)) is None
    assert amiss(API, health, (replace(OWN, address="::"),)) is None
    assert amiss(API, health, (replace(OWN, address="0.0.0.0"),)) == f"{API.unit} does not listen on [::1]:8000"


def test_a_name_is_looked_up() -> None:
    assert "127.0.0.1" in addresses("localhost")
    assert addresses("nowhere.invalid") == ()


def test_all_strangers_are_named_wherever_they_listen() -> None:
    far = replace(OTHER, address="10.0.0.1")
    assert strangers(API, (OWN, OTHER, far)) == (OTHER, far)


def test_nobody_listens_on_this_host() -> None:
    assert listeners(1) == ()


def test_a_host_without_ss_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ListenersError, match="^cannot see who listens on port 8000: "):
        listeners(8000)
