# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole document judged as a user's variables: every fault once, with file and line, and no error of Ansible's own."""

from __future__ import annotations

import copy
from itertools import islice
from typing import Any

import pytest
from ansible.template import trust_as_template
from ansible_collections.nostromo.networking.tests.unit.inventories import Inventory
from ansible_collections.nostromo.networking.tests.unit.plugins.action.slips import Slip, slips
from ansible_collections.nostromo.networking.tests.unit.test_document import FILLED_IN

SLIPS = 60


@pytest.fixture(scope="module")
def sound() -> Inventory:
    return Inventory("production.yml", FILLED_IN)


def changed(inventory: Inventory, name: str, path: list[Any], value: Any) -> dict[str, Any]:
    """A variable with another value at a path."""
    variable = copy.deepcopy(inventory.variables[name])
    place = variable
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return {name: variable}


def test_faults_of_every_part_at_once_each_where_it_stands(sound: Inventory) -> None:
    faults = sound.judge(
        **changed(sound, "network_flows", [0, "port"], 70000),
        **changed(sound, "network_services", ["etl", "instnaces"], 4),
        **changed(sound, "network_ssh", ["PermitRootLogin"], False),
        vault_etl_database_password="",
    )
    assert [(fault.path, fault.origin.rpartition("/")[2].partition(":")[0]) for fault in faults.errors] == [
        ("network_flows[0].port", "network.yml"),
        ("network_ssh.PermitRootLogin", "ssh.yml"),
        ("network_services.etl.instnaces", "services.yml"),
        ("vault_etl_database_password", ""),
    ]


def test_a_misspelt_variable(sound: Inventory) -> None:
    faults = sound.judge(network_rate_limit={}, network_of_mine=1)
    assert [(fault.path, fault.remedy) for fault in faults.errors] == [
        ("network_rate_limit", "did you mean network_rate_limits?")
    ]


def test_an_expression_that_cannot_be_evaluated_is_one_fault(sound: Inventory) -> None:
    expression = trust_as_template("{{ network_service_sources.elt }}")
    (fault,) = sound.judge(**changed(sound, "network_services", ["etl", "source"], expression)).errors
    assert fault.path == "network_services.etl.source"
    assert fault.reason.startswith("cannot be evaluated: ")
    assert "elt" in fault.reason


def test_what_expressions_ask_of_a_matrix_that_is_wrong_is_not_told_again(sound: Inventory) -> None:
    (fault,) = sound.judge(**changed(sound, "network_components", ["etl", "user"], "E T L")).errors
    assert fault.path == "network_components.etl.user"


def test_a_value_that_a_zone_copies_is_told_once(sound: Inventory) -> None:
    (fault,) = sound.judge(**changed(sound, "network_cloudflare_addresses", [3], "103.31.4.0/33")).errors
    assert (fault.path, fault.reason) == ("network_cloudflare_addresses[3]", "/33 is too long for IPv4")


@pytest.mark.parametrize(
    ("component", "reason", "remedy"),
    [
        ("orchestrtor", '"orchestrtor" is not a component', "did you mean orchestrator?"),
        ("etl", "etl has no health check", "give it one, such as network_components.etl.health: /health"),
    ],
)
def test_an_alert_on_a_health_check_that_nobody_has(sound: Inventory, component: str, reason: str, remedy: str) -> None:
    changes = changed(sound, "network_monitoring", ["alerts", "unreachable", "component"], component)
    (fault,) = sound.judge(**changes).errors
    assert fault.path == "network_monitoring.alerts.unreachable.component"
    assert (fault.reason, fault.remedy) == (reason, remedy)


@pytest.mark.parametrize(("value", "reason"), [("CHANGEME", "is a placeholder that was left in"), ("", "has no value")])
def test_secrets(sound: Inventory, value: str, reason: str) -> None:
    (fault,) = sound.judge(vault_etl_database_password=value).errors
    assert (fault.path, fault.reason, fault.value) == ("vault_etl_database_password", reason, None)


def test_what_the_collection_makes_itself_is_not_the_users_to_say(sound: Inventory) -> None:
    faults = sound.judge(network_matrix=trust_as_template("{{ gone | too }}"), network_proof={})
    assert [(fault.path, fault.remedy) for fault in faults.warnings] == [
        ("network_matrix", "take it out of the variables"), ("network_proof", "take it out of the variables"),
    ]  # fmt: skip


def test_an_expression_that_asks_for_a_database_without_a_way_there(sound: Inventory) -> None:
    flows = [flow for flow in sound.variables["network_flows"] if flow["destination"] != "mother"]
    reasons = {fault.reason for fault in sound.judge(network_flows=flows).errors if "environment.PGHOST" in fault.path}
    (reason,) = reasons
    assert "nothing on server may reach mother, add a row to network_flows" in reason


def test_a_default_is_not_blamed_for_what_it_is_made_of(sound: Inventory) -> None:
    sites = [{**site, "hostname": "no name"} for site in sound.variables["network_sites"][:1]]
    sound = Inventory("production.yml", FILLED_IN, without=["network_certificate"])
    paths = [fault.path for fault in sound.judge(network_sites=sites).errors]
    assert "network_sites[0].hostname" in paths and not [path for path in paths if "certificate" in path]


def test_slips_end_in_faults_of_ours(sound: Inventory) -> None:
    """No slip ends in an error of Ansible's, and what is not noticed are texts for people and entries of lists."""
    document = {
        name: value
        for name, value in sound.variables.items()
        if name.startswith("network_") and "addresses" not in name
    }
    silent = []
    for slip in islice(slips(document, seed=20261127), SLIPS):
        faults = sound.judge(**{slip.path[0]: slip.value})
        if not faults.errors and not faults.warnings and not harmless(slip):
            silent.append(str(slip))
    assert silent == []


def harmless(slip: Slip) -> str:
    """Why nobody can notice a slip from the data alone; empty if somebody could."""
    *_way, last = slip.path
    if slip.path[0].startswith(("network_document_", "network_monitoring")):
        return "a text of the page, or a metric less on it"
    if last in ("title", "description", "reason", "application", "table", "nameservers"):
        return "a text for people, or a default"
    if isinstance(last, int) or slip.what.startswith("removed"):
        return "a list or mapping with an entry less, or an option that has a default"
    if slip.path[0] in ("network_tolerated_listeners", "network_probe_targets", "network_service_sources"):
        return "a name in the world outside"
    if "environment" in slip.path:
        return "what a program makes of its variables"
    if slip.path[:1] == ("network_services",) and last in ("script", "build", "version", "interpreter", "schedule"):
        return "a name in the code that is fetched"
    if slip.what.startswith(("mistyped '", 'mistyped "')) and last in ("hostname", "user", "home", "shell", "name"):
        return "another name that is one"
    return ""
