# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nostromo.networking.plugins.filter.database_users import database_users

CLIENTS = [{"component": "etl", "addresses": ["127.0.0.1/32"], "account": "loader"}]


def test_a_role_is_admitted_from_where_its_component_connects() -> None:
    users = [{"name": "loader", "component": "etl"}, {"name": "ghost", "component": "sevastopol"}]
    assert [(user["addresses"], user["account"]) for user in database_users(users, CLIENTS)] == [
        (["127.0.0.1/32"], "loader"),
        ([], ""),
    ]


def test_a_role_without_a_component_is_for_people() -> None:
    (user,) = database_users([{"name": "loader"}], CLIENTS)
    assert (user["addresses"], user["account"]) == ([], "")


def test_what_is_no_client_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match="'component'"):
        database_users([{"name": "loader"}], [{"addresses": []}])
