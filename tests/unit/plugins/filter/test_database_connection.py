# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nostromo.networking.plugins.filter.database_connection import database_connection


@pytest.mark.parametrize(
    ("components", "endpoint", "expected"),
    [
        (["etl", "mother"], "127.0.0.1:5432", ("/run/postgresql", "5432", True, "none")),
        (["etl", "mother"], "10.0.0.5:6432", ("/run/postgresql", "6432", True, "none")),
        (["etl"], "10.0.0.5:5432", ("10.0.0.5", "5432", False, "scram-sha-256")),
        (["etl"], "[fd00::5]:5432", ("fd00::5", "5432", False, "scram-sha-256")),
    ],
)
def test_the_socket_on_the_same_host_else_the_network(components: list[str], endpoint: str, expected: Any) -> None:
    view = {"host": "a", "components": components, "database": "mother", "upstreams": {"mother": [endpoint]}}
    found = database_connection(view)
    assert (found["host"], found["port"], found["local"], found["require_auth"]) == expected


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (
            {"host": "web", "components": ["mother"], "database": "mother", "upstreams": {}},
            "database_connection: nothing on web may reach mother; add a row to network_flows",
        ),
        (
            {"host": "web", "components": ["api"], "database": "", "upstreams": {}},
            "database_connection: no component has a port with application: PostgreSQL",
        ),
        ({}, "database_connection: give it network_view, a host's view of the matrix"),
    ],
)
def test_no_way_there(view: dict[str, Any], message: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        database_connection(view)
    assert str(caught.value) == message
