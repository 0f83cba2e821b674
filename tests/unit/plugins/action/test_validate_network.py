# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole document judged as a user's variables: every fault once, with file and line, and no error of Ansible's own."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from itertools import islice
from typing import Any

import pytest
from ansible.template import trust_as_template
from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.plugin_utils.environment import defaults
from ansible_collections.nostromo.networking.plugins.plugin_utils.given import Given
from ansible_collections.nostromo.networking.tests.unit.inventories import ROOT, Inventory
from ansible_collections.nostromo.networking.tests.unit.plugins.action.slips import Slip, slips
from ansible_collections.nostromo.networking.tests.unit.test_document import FILLED_IN

#: How many of all slips may pass in silence, besides texts for people.
SILENT = 0.05
TEXT = "a text for people"


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


def test_a_date_without_quotes(sound: Inventory) -> None:
    (fault,) = sound.judge(**changed(sound, "network_document_history", [0, "date"], date(2026, 11, 27))).errors
    assert (fault.path, fault.remedy) == ("network_document_history[0].date", "write it in quotes")


def test_ranges_of_which_there_was_no_news_for_long(sound: Inventory) -> None:
    (warning,) = sound.judge(date(2030, 1, 1)).warnings
    assert (warning.path, warning.origin.rpartition("/")[2]) == (
        "network_cloudflare_ranges.fetched",
        "cloudflare_ranges.yml:4",
    )
    own = {"fetched": date(2029, 12, 31), "addresses": ["104.16.0.0/13"]}
    assert sound.judge(date(2030, 1, 1), network_cloudflare_ranges=own).warnings == ()
    (fault,) = sound.judge(network_cloudflare_ranges={**own, "fetched": "2029-02-30"}).errors
    assert (fault.path, fault.reason) == ("network_cloudflare_ranges.fetched", '"2029-02-30" is not a day')


def test_where_values_stand(sound: Inventory) -> None:
    """Found for faults alone: keys with dots, expressions, and what they lead to."""
    given, variables = Given(), {name: sound.variables[name] for name in ("network_sites", "network_zones", "network_ssh")}
    for name, value in variables.items():
        given.read(name, value, lambda item: item)
    places = {
        path: given.origin(path).rpartition("/")[2]
        for path in (
            'network_sites[0].routes["/api/"]',
            "network_sites[0].headers.Content-Security-Policy",
            "network_zones.resolvers",
            "network_ssh.PermitRootLogin.gone",
            "network_sites[9]",
            "network_gone",
        )
    }
    lines = {path: place.partition(":")[0] for path, place in places.items()}
    assert lines == {
        'network_sites[0].routes["/api/"]': "web.yml",
        "network_sites[0].headers.Content-Security-Policy": "web.yml",
        "network_zones.resolvers": "network.yml",
        "network_ssh.PermitRootLogin.gone": "ssh.yml",
        "network_sites[9]": "web.yml",
        "network_gone": "",
    }
    text = (ROOT / "inventories/group_vars/all/web.yml").read_text(encoding="utf-8").splitlines()
    assert "/api/: orchestrator" in text[int(places['network_sites[0].routes["/api/"]'].partition(":")[2]) - 1]


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
    (fault,) = sound.judge(network_cloudflare_addresses=["173.245.48.0/20", "103.31.4.0/33"]).errors
    assert (fault.path, fault.reason) == ("network_cloudflare_addresses[1]", "/33 is too long for IPv4")


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


def test_a_secret_that_is_used_and_not_listed(sound: Inventory) -> None:
    (fault,) = sound.judge(network_secrets=["vault_etl_database_password"]).warnings
    assert (fault.path, fault.remedy) == (
        "network_database_users[0].password", "add vault_orchestrator_database_password there",
    )  # fmt: skip


def test_a_secret_whose_name_is_no_text(sound: Inventory) -> None:
    (fault,) = sound.judge(**changed(sound, "network_secrets", [0], ["x"])).errors
    assert fault.path == "network_secrets[0]"


def test_what_the_collection_makes_itself_is_not_the_users_to_say(sound: Inventory) -> None:
    faults = sound.judge(network_matrix=trust_as_template("{{ gone | too }}"), network_proof={})
    assert [(fault.path, fault.remedy) for fault in faults.warnings] == [
        ("network_matrix", "take it out of the variables"), ("network_proof", "take it out of the variables"),
    ]  # fmt: skip


def test_what_hosts_are_told_is_nobodys_to_set(sound: Inventory) -> None:
    (fault,) = sound.judge(network_view={"listen": {}}).errors
    assert (fault.path, fault.reason) == ("network_view", "is what the collection tells each host")


def test_a_host_outside_of_its_environment_is_no_fault_of_its_services(sound: Inventory) -> None:
    assert {fault.path for fault in sound.judge(network_environment="stagign").errors} == set()


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


def test_slips_end_in_faults_of_ours(sound: Inventory, request: pytest.FixtureRequest) -> None:
    """No slip ends in an error of Ansible's, and of what nobody is told it is known why.

    ``--slips 1000`` makes a thousand: of these and of four other seeds' (``--slips-seed``), 31 to 45 pass in silence, besides
    texts for people that changed or were left out, and what is said where nothing is.
    """
    document = {name: value for name, value in sound.variables.items() if name.startswith("network_")}
    del document["network_cloudflare"]  # nothing but a secret, of which no slip is seen
    count: int = request.config.getoption("--slips")
    seed: int = request.config.getoption("--slips-seed")
    silent: dict[str, list[str]] = {}
    for slip in islice(slips(document, seed), count):
        faults = sound.judge(**{slip.path[0]: slip.value})
        if not faults.errors and not faults.warnings and not means_the_same(document, slip):
            silent.setdefault(text_for_people(slip) or harmless(slip), []).append(str(slip))
    print(*(f"{len(found)} {why}: {'; '.join(found)}" for why, found in silent.items()), sep="\n")
    assert silent.get("", []) == []
    if count >= 1000:  # of fewer, chance decides
        assert sum(len(found) for why, found in silent.items() if why != TEXT) <= count * SILENT


def means_the_same(document: Mapping[str, Any], slip: Slip) -> bool:
    """Whether the document is read as before: what was left out is what is said where nothing is."""
    name, *way = slip.path
    before = document[name]
    place = before
    for step in way:
        place = place[step]
    if name != "network_zones" and "{{" in str(place):
        return False
    if way[-1:] == ["table"] and slip.what == "removed":
        row = before[way[0]]  # the page puts it where its ends belong
        return bool(place == ("internal" if row["source"] in document["network_components"] else "inbound"))
    values = [before, slip.value]
    if name == "network_zones" and isinstance(slip.value, dict):
        values = [{**defaults()[name], **value} for value in values]
    read = [Document.read_variables({name: value}, Faults()) for value in values]
    return read[0] == read[1]


def text_for_people(slip: Slip) -> str:
    """Whether one text for people became another, or was left out: there is nothing that it could contradict.

    A component's host name is one: its page and questions to explain have it, and no host.
    """
    *way, last = slip.path
    said = {"title", "description", "reason"} | ({"name"} if slip.path[0].endswith("flows") else set())
    if slip.path[0] == "network_components":
        said.add("hostname")
    page = slip.path[0].startswith("network_document_") or (
        slip.path[0] == "network_monitoring" and {*way, last} & {"tools", "by", "unit", "statuses"}
    )
    return TEXT if last in said or page else ""


def harmless(slip: Slip) -> str:
    """Why nobody can notice a slip from the data alone; empty if somebody could."""
    *way, last = slip.path
    removed, variable = slip.what.startswith("removed"), slip.path[0]
    if isinstance(last, int) and removed:
        return "a list with an entry less, which is another that is sound"
    if (variable == "network_services" and last in ("script", "build", "interpreter")) or "build" in way:
        return "what is in the code: the release fails, and the one before serves on"
    outside = ("network_service_sources", "network_probe_targets", "network_tolerated_listeners")
    if variable in (*outside, "network_proof_ca_file", "network_certificate_email") or "member_of" in way:
        return "a name in the world outside: the fetch or the proof tells"
    if "headers" in (*way, last):
        return "what a browser makes of a header"
    if {"environment", "args", "secrets", "password"} & {*slip.path}:
        return "what a program makes of its variables and arguments: its health check or the proof tells"
    if removed:
        return "an option that was left out, and has a default"
    if "routes" in way:
        return "another route that is one: the proof asks each"
    if variable in ("network_rate_limits", "network_monitoring"):
        return "another limit or threshold that is one"
    if variable.endswith(("_address", "_addresses")) or variable == "network_zones" or "nameservers" in way:
        return "another address or server that is one: the proof tells what cannot be reached"
    if {"port", "ports"} & {*way}:
        return "another port or application that is one: the proof tells"
    if last in ("instances", "name", "home", "shell", "ttl", "port", "user", "schedule"):
        return "another number, path or name that is one"
    return ""


def test_two_rows_make_an_origin_lock_of_the_shipped_data(sound: Inventory) -> None:
    rows = copy.deepcopy(sound["network_flows"])
    for row in rows[:2]:
        row["source"] = "cloudflare"
    faults = sound.judge(network_flows=rows)
    assert (faults.errors, faults.warnings) == ((), ())
    told = [fault for fault in faults if fault.path == "network_certificate"]
    assert [fault.severity for fault in told] == ["information"]
    assert [fault.path for fault in sound.judge(network_flows=rows, network_dns_proxied=False).errors] == [
        *(f"network_dns.records[{number}].proxied" for number in range(3)), "network_client_address.zone",
    ]  # fmt: skip
