# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service that is told the address of a node would go past the balancer, and meet the firewall."""

from __future__ import annotations

from typing import Any

import pytest

from .test_balance import HOSTS, SOUND, told

REMEDY = "write {{ network_view.upstreams.orchestrator | first }} in place of address and port"


def telling(**what: Any) -> tuple[str, object]:
    """A caller of a component with two nodes that is told something."""
    return "network_services", {"sevastopol": {"source": {"path": "/srv"}, "script": "server.js", **what}}


@pytest.mark.parametrize(
    ("what", "place", "host"),
    [
        ({"environment": {"API": "http://10.0.0.21:8000"}}, "environment.API", "10.0.0.21"),
        ({"environment": {"API": "10.0.0.22:8000"}}, "environment.API", "10.0.0.22"),
        ({"environment": {"API": "http://10.0.0.99:8000,http://10.0.0.22:8000/v1"}}, "environment.API", "10.0.0.22"),
        ({"environment": {"API": "http://Orchestrator.internal:8000/"}}, "environment.API", "orchestrator.internal"),
        ({"environment": {"API": "http://localhost:8000"}}, "environment.API", "localhost"),
        ({"environment": {"API": "http://[FD00:0::21]:8000"}}, "environment.API", "fd00::21"),
        ({"secrets": {"API": "http://user:s3cret@10.0.0.21:8000/"}}, "secrets.API", "10.0.0.21"),
        ({"args": ["--port", 4321, "--api=http://10.0.0.21:8000"]}, "args[2]", "10.0.0.21"),
        ({"interpreter_args": ["--import=10.0.0.21:8000"]}, "interpreter_args[0]", "10.0.0.21"),
    ],
)
def test_the_address_of_a_node_is_a_fault(what: dict[str, Any], place: str, host: str) -> None:
    hostname = ("network_components.orchestrator.hostname", "orchestrator.internal")
    addresses = ("hosts.app1.addresses", ["10.0.0.21", "fd00::21"])
    assert told(hostname, addresses, telling(**what)) == [
        f"network_services.sevastopol.{place}: {host} port 8000 is orchestrator itself, which the firewall lets only a balancer"
        f" ask; {REMEDY}"
    ]


@pytest.mark.parametrize(
    "value",
    [
        "http://127.0.0.1:18000",
        "http://10.0.0.21:80",
        "http://10.0.0.21:80001",
        "http://110.0.0.21:8000",
        "http://10.0.0.31:8000",
        "10.0.0.21",
        8000,
    ],
)
def test_other_addresses_are_not(value: object) -> None:
    assert told(telling(environment={"API": value})) == []


def test_loopback_may_mean_somebody_else() -> None:
    other = ("network_components.other", {"user": "other", "ports": [{"port": 8000}]})
    there = ("hosts.page.components", ["sevastopol", "other"])
    assert told(other, there, telling(environment={"API": "http://localhost:8000"})) == []


def test_one_node_is_asked_itself() -> None:
    assert told(telling(environment={"API": "http://203.0.113.7:8000"}), hosts=SOUND["hosts"]) == []


def test_environments_that_stand_elsewhere_are_judged_as_well() -> None:
    (fault,) = told(("environments.sevastopol.API", "http://10.0.0.21:8000"), hosts=HOSTS)
    assert fault.startswith("network_services.sevastopol.environment.API: 10.0.0.21 port 8000 is orchestrator itself")
