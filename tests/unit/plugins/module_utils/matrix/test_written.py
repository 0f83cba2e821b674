# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a file cannot hold is told before a host is touched, where it stands and with what would be right."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.written import (
    check_databases,
    check_host_names,
    check_ssh,
)


def told(check: Any, *values: object) -> list[str]:
    faults = Faults()
    check(*values, faults)
    return [str(fault) for fault in faults]


def test_what_files_can_hold() -> None:
    assert (
        told(check_databases, [{"name": "nostromo", "owner": "api"}, {"name": "Mi base"}], ["api"], [["nostromo"]])
        == []
    )
    directives = {"network_ssh": {"PermitRootLogin": "no", "Port": 22, "UseDNS": False, "AcceptEnv": ["LANG", "LC_*"]}}
    assert told(check_ssh, directives, [{"name": "ripley"}]) == []
    assert told(check_host_names, ["server", "db-1.example.org", "2001:db8::1"]) == []


@pytest.mark.parametrize(
    ("databases", "users", "admitted", "fault"),
    [
        (
            [{"name": "/.*"}],
            [],
            [],
            'network_databases[0].name: "/.*" is empty or begins with /, which makes it a pattern; use the name itself',
        ),
        ([{"owner": "api"}], [], [], "network_databases[0].name: is missing; add it"),
        (["nostromo"], [], [], 'network_databases[0]: "nostromo" is not a mapping; write `key: value` pairs'),
        (
            [{"name": "a", "owner": "b\nc"}],
            [],
            [],
            'network_databases[0].owner: "b\\nc" holds a line break or a control character; write it on one line, in plain '
            "characters",
        ),
        (
            [],
            ["etl", {"a": 1}],
            [],
            'network_database_users[1].name: {"a": 1} is neither a text nor a number; write one, in quotes if need be',
        ),
        (
            [],
            ["etl"],
            [["nostromo", ""]],
            'network_database_users[0].databases[1]: "" is empty or begins with /, which makes it a pattern; use the name itself',
        ),
        (
            [],
            [],
            ["nostromo"],
            'network_database_users[0].databases: "nostromo" is not a list; write a list, [in brackets] or with dashes',
        ),
    ],
)
def test_databases(databases: object, users: object, admitted: object, fault: str) -> None:
    assert fault in told(check_databases, databases, users, admitted)


@pytest.mark.parametrize(
    ("directives", "admins", "fault"),
    [
        (
            {"Match": "User ash"},
            [],
            'network_ssh.Match: "Match" is not a directive for all connections; use a name of sshd_config(5) but '
            "Match and Include",
        ),
        (
            {"PermitRootLogin": "no\nMatch User ash"},
            [],
            'network_ssh.PermitRootLogin: "no\\nMatch User ash" holds a line break or a control character; write it on one line, '
            "in plain characters",
        ),
        ({"PermitRootLogin": None}, [], "network_ssh.PermitRootLogin: is missing; add it"),
        (
            {"AcceptEnv": ["LANG", "#"]},
            [],
            'network_ssh.AcceptEnv[1]: "#" is no value for sshd; write the value, or remove the directive',
        ),
        (
            {},
            [{"name": "ripley"}, {"name": "%staff"}],
            'ssh_hardening_admins[1].name: "%staff" is not the name of a user; use letters, digits and _ . @ -, a letter first, '
            "not capitals alone",
        ),
        ({}, [{"keys": []}], "ssh_hardening_admins[0].name: is missing; add it"),
    ],
)
def test_ssh(directives: dict[str, Any], admins: object, fault: str) -> None:
    assert told(check_ssh, {"network_ssh": directives}, admins) == [fault]


def test_host_names() -> None:
    assert told(check_host_names, ['a"b', "-x"]) == [
        'hostvars.a"b: "a\\"b" is not a name for a host; use letters, digits and - _ . : in the inventory',
        'hostvars.-x: "-x" is not a name for a host; use letters, digits and - _ . : in the inventory',
    ]
