# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shipped inventory of several servers is the documented system, behind one of them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible.template import trust_as_template
from ansible_collections.nostromo.networking.plugins.module_utils.page.page import Page
from ansible_collections.nostromo.networking.tests.unit.certificates import authority
from ansible_collections.nostromo.networking.tests.unit.inventories import Inventory

CA, OTHER = authority(), authority()
FILLED_IN: dict[str, Any] = {
    "network_external_address": "198.51.100.10",
    "network_admin_addresses": ["203.0.113.0/24"],
    "network_resolver_addresses": ["192.0.2.53"],
    "network_certificate_email": "ops@nostromo.cl",
    "network_service_sources": {name: {"path": "/srv"} for name in ("sevastopol", "orchestrator", "etl")},
    "vault_orchestrator_database_password": "one-of-some-length",
    "vault_etl_database_password": "another-of-some-length",
    "vault_database_ca_certificate": CA[0],
    "vault_database_ca_key": CA[1],
}


def inventory(**more: Any) -> Inventory:
    """It, filled in."""
    return Inventory("private_network.yml", {**FILLED_IN, **more}, host="edge")


def test_validation_accepts_it() -> None:
    assert [str(fault) for fault in inventory().judge().errors] == []


def test_nothing_but_the_fill_ins_of_one_server_is_left_to_fill_in() -> None:
    faults = Inventory("private_network.yml", host="edge").judge().errors
    assert {fault.path.partition(".")[0].partition("[")[0] for fault in faults} <= {*FILLED_IN, "hostvars", "network_database_ca"}


@pytest.mark.parametrize(
    ("given", "path", "reason"),
    [
        (
            ("", ""),
            "network_database_ca",
            "is missing: etl asks mother from etl1, and whoever is on the way could listen in, or answer in its place",
        ),
        ((CA[0], ""), "network_database_ca.key", "is missing, so the authority can sign nothing"),
        (("", CA[1]), "network_database_ca.certificate", "is missing, and key is of none"),
        ((CA[0], OTHER[1]), "network_database_ca.key", "is not the key of the certificate"),
        (("database-ca.crt", CA[1]), "network_database_ca.certificate", "is not certificates in PEM"),
        ((CA[0], CA[0]), "network_database_ca.key", "is not one private key without a passphrase in PEM"),
        (authority(days=-1), "network_database_ca.certificate", "expired on"),
    ],
)
def test_a_database_that_others_ask_needs_an_authority(given: tuple[str, str], path: str, reason: str) -> None:
    certificate, key = given
    (fault,) = inventory(vault_database_ca_certificate=certificate, vault_database_ca_key=key).judge().errors
    assert fault.path == path and fault.reason.startswith(reason) and fault.remedy
    assert not key or key.splitlines()[1] not in str(fault)


def test_an_authority_that_ends_within_a_year_is_told_of() -> None:
    certificate, key = authority(days=300)
    faults = inventory(vault_database_ca_certificate=certificate, vault_database_ca_key=key).judge()
    assert not faults.errors
    (warning,) = (fault for fault in faults.warnings if fault.path.startswith("network_database_ca"))
    assert warning.reason.startswith("ends on ")


def test_nobody_is_told_to_do_without_encryption() -> None:
    services = {**inventory().variables["network_services"]}
    for mode in ("disable", "require"):
        services["etl"] = {**services["etl"], "environment": {**services["etl"]["environment"], "PGSSLMODE": mode}}
        (fault,) = inventory().judge(network_services=services).errors
        assert (fault.path, fault.value) == ("network_services.etl.environment.PGSSLMODE", mode)


def test_services_elsewhere_know_the_database_and_the_ones_of_its_host_need_not() -> None:
    network = inventory().network
    assert network.services("etl1")["etl"]["environment"]["PGSSLMODE"] == "verify-full"
    assert "PGSSLMODE" not in network.services("edge")["sevastopol"]["environment"]
    proof = network.proof()
    assert proof["database_ca"].strip() == CA[0].strip()
    assert {role["name"] for role in proof["database_roles"]} == {"orchestrator", "etl", "postgres-exporter"}
    assert "another-of-some-length" not in str(proof["database_roles"]) and CA[1] not in str(proof)


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


def test_the_hosts_behind_it_get_out_by_the_same_host_for_packages_and_names() -> None:
    network = inventory().network
    assert network.view("app1")["firewall"]["gateway"] == {}
    senders = network.view("edge")["firewall"]["gateway"]["senders"]
    rows = {one["components"]: [rule["name"] for rule in one["rules"]] for one in senders}
    assert "Package downloads, updates" in rows["server"] and "DNS" in rows["server"]
    assert "Build downloads" in rows["builds"]
    assert network.placed("edge", ["edge", "app1"])["groups"].count("network_gateways") == 1
    assert "network_gateways" not in network.placed("app1", ["edge", "app1"])["groups"]


def test_its_page_names_the_way_out() -> None:
    matrix = inventory().network.page()
    text = Page(matrix, "en", True).content()["vpc"]["text"]
    assert text.endswith("The others get out of the private network by way of edge, as rows let them.")
