# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import os
import pwd
import re
import socket
from typing import Any, get_type_hints

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.edge import EDGE
from ansible_collections.nostromo.networking.plugins.module_utils.checks.flow import OUTSIDE
from ansible_collections.nostromo.networking.plugins.module_utils.checks.ranges import RANGES
from ansible_collections.nostromo.networking.plugins.module_utils.checks.site import SITE
from ansible_collections.nostromo.networking.plugins.module_utils.checks.zone import ZONE
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.drift import drift
from ansible_collections.nostromo.networking.plugins.module_utils.observe.collect import COLLECTORS, collect, fault
from ansible_collections.nostromo.networking.plugins.module_utils.observe.edge import observe as observe_edge
from ansible_collections.nostromo.networking.plugins.module_utils.observe.flows import observe as observe_flows
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, Output, run
from ansible_collections.nostromo.networking.plugins.module_utils.observe.seen import Seen
from ansible_collections.nostromo.networking.plugins.module_utils.probe.whole_site import observe as observe_site
from ansible_collections.nostromo.networking.plugins.modules.observe_host import DOCUMENTATION
from ansible_collections.nostromo.networking.plugins.plugin_utils.told_ranges import told_ranges


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"clock": {}, "disk": None}, None),
        ({"clocks": {}}, f"there is no clocks; use {', '.join(sorted(COLLECTORS))}"),
        ({"flows": {}}, "flows: missing a required argument: 'probes'"),
        ({"clock": {"zone": "UTC"}}, "clock: got an unexpected keyword argument 'zone'"),
    ],
)
def test_what_is_asked_for(wanted: dict[str, Any], text: str | None) -> None:
    assert fault(wanted) == text


def test_what_cannot_be_seen_is_told() -> None:
    def none(_words: Any) -> Output:
        raise ObservationError("the host has no nft")

    assert collect({"firewall": {}, "flows": {"probes": []}}, none) == (
        {"flows": []},
        {"firewall": "the host has no nft"},
    )


def test_connections_are_tried_as_a_user() -> None:
    account = pwd.getpwuid(os.geteuid()).pw_name
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        wanted = [
            {"user": account, "protocol": "tcp", "address": "127.0.0.1", "port": listening.getsockname()[1]},
            {"user": account, "protocol": "tcp", "address": "127.0.0.1", "port": deaf.getsockname()[1]},
            {"user": "no-such-user", "protocol": "tcp", "address": "127.0.0.1", "port": 1},
        ]
        found = observe_flows(run, wanted)
    assert [one["probe"] for one in found] == wanted
    assert [(one["outcome"], one["detail"]) for flow in found for one in flow["outcomes"]] == [
        ("open", ""),
        ("refused", "ECONNREFUSED"),
        ("error", "the host has no user no-such-user"),
    ]


def test_judges_read_what_observers_return() -> None:
    """What mypy holds judges to is what it holds observers to."""
    types = {name: get_type_hints(observe)["return"] for name, observe in COLLECTORS.items()}
    own = {EDGE: observe_edge, RANGES: told_ranges, SITE: observe_site, ZONE: drift}
    from_here = {OUTSIDE: types["flows"], **{name: get_type_hints(one)["return"] for name, one in own.items()}}
    assert get_type_hints(Seen) == {**types, **from_here}


def test_every_observation_is_documented() -> None:
    assert re.findall(r"^      - C\((\w+)\),", DOCUMENTATION, re.MULTILINE) == sorted(COLLECTORS)
