# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shipped inventory of several servers is the documented system, behind one of them."""

from __future__ import annotations

import copy
from typing import Any

from ansible.template import trust_as_template
from ansible_collections.nostromo.networking.tests.unit.inventories import Inventory

FILLED_IN: dict[str, Any] = {
    "network_external_address": "198.51.100.10",
    "network_admin_addresses": ["203.0.113.0/24"],
    "network_resolver_addresses": ["192.0.2.53"],
    "network_certificate_email": "ops@nostromo.cl",
    "network_service_sources": {name: {"path": "/srv"} for name in ("sevastopol", "orchestrator", "etl")},
    "vault_orchestrator_database_password": "one-of-some-length",
    "vault_etl_database_password": "another-of-some-length",
}


def inventory(**more: Any) -> Inventory:
    """It, filled in."""
    return Inventory("private_network.yml", {**FILLED_IN, **more}, host="edge")


def test_validation_accepts_it() -> None:
    assert [str(fault) for fault in inventory().judge().errors] == []


def test_nothing_but_the_fill_ins_of_one_server_is_left_to_fill_in() -> None:
    faults = Inventory("private_network.yml", host="edge").judge().errors
    assert {fault.path.partition(".")[0].partition("[")[0] for fault in faults} <= {*FILLED_IN, "hostvars"}


def test_the_bastion_knows_who_goes_on_from_it() -> None:
    assert inventory().network.view("edge")["administrators"] == ["nostromo", "root"]
    named = inventory(ssh_hardening_admins=[{"name": "ripley"}, {"name": "dallas"}])
    assert named.network.view("edge")["administrators"] == ["dallas", "nostromo", "ripley", "root"]
    assert named.network.view("app1")["administrators"] == []


def test_an_address_past_the_balancer_is_a_fault_and_the_balancers_is_none() -> None:
    network = inventory()
    services = copy.deepcopy(network.variables["network_services"])
    for address, faults in (("http://{{ network_view.upstreams.orchestrator | first }}", []), ("http://10.0.0.21:8000", [
        "10.0.0.21 port 8000 is orchestrator itself, which the firewall lets only a balancer ask"
    ])):  # fmt: skip
        services["sevastopol"]["environment"]["ORCHESTRATOR_URL"] = trust_as_template(address)
        assert [fault.reason for fault in network.judge(network_services=services).errors] == faults


def test_both_nodes_are_behind_the_balancer_and_everybody_but_the_bastion_is_private() -> None:
    network = inventory().network
    view = network.view("edge")
    assert view["upstreams"]["orchestrator"] == ["127.0.0.1:18000"]
    (frontend,) = view["balancer"]
    assert [node["endpoint"] for node in frontend["nodes"]] == ["10.0.0.21:8000", "10.0.0.22:8000"]
    assert [host.name for host in network.matrix.hosts.values() if network.matrix.is_behind(host)] == [
        "app1",
        "app2",
        "db",
        "etl1",
    ]
