# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import os
import pwd
import socket
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.collect import COLLECTORS, collect, fault
from ansible_collections.nostromo.networking.plugins.module_utils.observe.reach import observe as reach
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, Output, run


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"clock": {}, "disk": None}, None),
        ({"clocks": {}}, f"there is no clocks; use {', '.join(sorted(COLLECTORS))}"),
        ({"reach": {}}, "reach: missing a required argument: 'connections'"),
        ({"clock": {"zone": "UTC"}}, "clock: got an unexpected keyword argument 'zone'"),
    ],
)
def test_what_is_asked_for(wanted: dict[str, Any], text: str | None) -> None:
    assert fault(wanted) == text


def test_what_cannot_be_seen_is_told() -> None:
    def none(_words: Any) -> Output:
        raise ObservationError("the host has no nft")

    assert collect({"firewall": {}, "reach": {"connections": []}}, none) == (
        {"reach": []},
        {"firewall": "the host has no nft"},
    )


def test_connections_are_tried_as_a_user() -> None:
    account = pwd.getpwuid(os.geteuid()).pw_name
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        wanted = [
            {"user": account, "address": "127.0.0.1", "port": listening.getsockname()[1]},
            {"user": account, "address": "127.0.0.1", "port": deaf.getsockname()[1]},
            {"user": "no-such-user", "address": "127.0.0.1", "port": 1},
        ]
        assert reach(run, wanted) == ["", "Connection refused", "the host has no user no-such-user"]
