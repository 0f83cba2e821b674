# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The schema of the group vars: current, true of what is shipped, and never stricter than validation."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.lookup.group_vars_schema import LookupModule
from ansible_collections.nostromo.networking.plugins.module_utils.document.services import DEPLOYED, Service
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import Surroundings, validate
from ansible_collections.nostromo.networking.plugins.module_utils.rate_limit import check as rate_limits
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix import test_parse, test_validate
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    REMOVED,
    SOUND,
    row,
    spoil,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.test_robustness import (
    LIMITS,
    VALUES,
    places,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.rate_limit import test_rate_limits
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "schemas" / "group_vars.schema.json"
SCHEMA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
VALIDATOR = Draft7Validator(SCHEMA)
SHIPPED = sorted((ROOT / "inventories" / "group_vars").glob("*/*.yml"))
MODELINE = "# yaml-language-server: $schema="
# Sound data as a user writes it: what the samples call otherwise is told to validation by the playbook.
WRITTEN = {
    **{name: value for name, value in SOUND.items() if name.startswith("network_")},
    "network_services": {
        name: {"source": {"path": "/src"}, "script": "server.js", "environment": variables}
        for name, variables in SOUND["environments"].items()
    },
    "network_rate_limits": LIMITS,
}


def load(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8")) or {}


def refused(data: object) -> list[tuple[str, str]]:
    """Where the schema is against data, and what it says."""
    return sorted((error.json_path.removeprefix("$."), error.message) for error in VALIDATOR.iter_errors(data))


def judged(data: dict[str, Any]) -> list[str]:
    """What validation has against data."""
    variables = {name: value for name, value in data.items() if name.startswith("network_")}
    _document, _matrix, faults = validate(variables, Surroundings(hosts=SOUND["hosts"]))
    _limits, more = rate_limits.validate(variables, rate_limits.Surroundings())
    return [str(fault) for fault in (*faults.errors, *more.errors)]


def test_the_lookup_gives_the_schema_of_the_repository() -> None:
    assert [FILE.read_text(encoding="utf-8")] == LookupModule().run([])


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: "/".join(file.parts[-2:]))
def test_shipped_group_vars(file: Path) -> None:
    data = load(file)
    assert refused(data) == []
    assert {name for name in data if name.startswith("network_")} <= SCHEMA["properties"].keys()
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(MODELINE)
    assert (file.parent / first.removeprefix(MODELINE)).resolve() == FILE


def test_sound_data() -> None:
    assert refused(WRITTEN) == []
    assert judged(WRITTEN) == []


def test_every_variable_and_key_is_explained() -> None:
    """Hovering over it shows a text."""

    def unexplained(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from (name for name, value in schema.get("properties", {}).items() if not value.get("description"))
            for key in schema.keys() - {"if", "then"}:
                yield from unexplained(schema[key])
        elif isinstance(schema, list):
            for one in schema:
                yield from unexplained(one)

    assert list(unexplained(SCHEMA)) == []


# (path in sound data, value, path of the error, its message)
WRONG: list[tuple[str, object, str, str]] = [
    ("network_flows[3].port", 70000, "network_flows[3].port", "70000 is not valid under any of the given schemas"),
    ("network_flows[3].port", "080", "network_flows[3].port", "'080' is not valid under any of the given schemas"),
    ("network_flows[3].port", [], "network_flows[3].port", "[] is not valid under any of the given schemas"),
    ("network_flows[3].action", "drop", "network_flows[3].action", "'drop' is not one of ['allow', 'deny']"),
    ("network_flows[3].actoin", "deny", "network_flows[3]", "'actoin' was unexpected"),
    ("network_flows[3].action", REMOVED, "network_flows[3]", "'action' is a required property"),
    ("network_flows[3].documented", "no", "network_flows[3].documented", "'no' is not of type 'boolean', 'null'"),
    ("network_flows[3].documented", False, "network_flows[3]", "'reason' is a required property"),
    ("network_flows[3].destination", "any", "network_flows[3].destination", "'any' does not match"),
    ("network_flows[3].name", 'a "b"', "network_flows[3].name", "does not match"),
    ("network_flows[3].protocol", "icmp", "network_flows[3].protocol", "'icmp' is not valid under any"),
    ("network_flows", {"a": 1}, "network_flows", "{'a': 1} is not of type 'array', 'null'"),
    ("network_baseline_flows[0]", {"name": "x"}, "network_baseline_flows[0]", "'source' is a required property"),
    ("network_zones.office[0]", "office.example.org", "network_zones.office", "is not valid under any"),
    ("network_zones.Office", ["192.0.2.1"], "network_zones", "'Office' does not match"),
    ("network_components.etl.user", REMOVED, "network_components.etl", "'user' is a required property"),
    ("network_components.etl.user", "root", "network_components.etl.user", "'root' does not match"),
    ("network_components.server.user", "admin", "network_components.server.user", "'admin' is not of type 'null'"),
    ("network_components.etl.exposure", "open", "network_components.etl.exposure", "'open' is not one of"),
    ("network_components.etl.health", "health", "network_components.etl.health", "'health' does not match"),
    ("network_components.nginx.ports[0].prot", "udp", "network_components.nginx.ports[0]", "'prot' was unexpected"),
    ("network_sites[0].hostname", "app", "network_sites[0].hostname", "'app' does not match"),
    ("network_sites[0].routes", {"api": "etl"}, "network_sites[0].routes", "'api' does not match"),
    ('network_sites[0].routes["/"]', {"component": "Etl"}, "network_sites[0].routes['/'].component", "'Etl' does not match"),
    ('network_sites[0].routes["/"]', {"component": "etl", "read_timeout": 10}, "network_sites[0].routes['/'].read_timeout",
     "10 is not of type 'string'"),
    ("network_sites[0].routes", REMOVED, "network_sites[0]", "is not valid under any of the given schemas"),
    ("network_rate_limits.api_limit.rate", "10", "network_rate_limits.api_limit.rate", "'10' does not match"),
    ("network_rate_limits.api_limit.size", 10, "network_rate_limits.api_limit.size", "10 is not of type 'string'"),
    ("network_rate_limits.api_limit.brust", 20, "network_rate_limits.api_limit", "'brust' was unexpected"),
    ("network_dns.records[0].ttl", 10, "network_dns.records[0].ttl", "10 is not valid under any"),
    ("network_dns.ssl_mode", "strictest", "network_dns.ssl_mode", "'strictest' is not one of"),
    ("network_certificate.email", "ops", "network_certificate.email", "'ops' does not match"),
    ("network_certificate.renewal", {"method": "systemd"}, "network_certificate.renewal.method", "is not one of"),
    ("network_client_address.zones", "x", "network_client_address", "'zones' was unexpected"),
    ("network_services.etl.mode", "forked", "network_services.etl.mode", "'forked' is not one of"),
    ("network_services.etl.instnces", 2, "network_services.etl", "'instnces' was unexpected"),
    ("network_services.etl.source", {"gti": "x"}, "network_services.etl.source", "'gti' was unexpected"),
    ("network_service_sources", {"etl": {"digest": "x"}}, "network_service_sources.etl", "'digest' was unexpected"),
    ("network_databases", [{"name": "x"}], "network_databases[0]", "'owner' is a required property"),
    (
        "network_database_users",
        [{"name": "x", "password": "y", "component": None, "privileges": ["ALL"]}],
        "network_database_users[0].privileges[0]",
        "'ALL' is not one of",
    ),
    ("network_ssh", {"PermitRootLogin": False}, "network_ssh.PermitRootLogin", "False is not valid under any"),
    ("network_monitoring", {"tools": []}, "network_monitoring", "'metrics' is a required property"),
    ("network_dns_proxied", "perhaps", "network_dns_proxied", "'perhaps' is not of type 'boolean'"),
    ("network_external_address", "server.example.org", "network_external_address", "does not match"),
    ("network_document_translations", {"fr": {}}, "network_document_translations", "'fr' was unexpected"),
    ("network_document_history", [{"date": 1, "change": {}}], "network_document_history[0].date", "1 is not of type"),
]


@pytest.mark.parametrize(("path", "value", "where", "message"), WRONG)
def test_wrong_data(path: str, value: object, where: str, message: str) -> None:
    data = copy.deepcopy(WRITTEN)
    if path == "network_baseline_flows[0]":
        data["network_baseline_flows"] = []
    spoil(data, path, value)
    found = refused(data)
    assert [place for place, told in found if message in told] == [where], found


def test_variables_of_others_are_allowed() -> None:
    assert refused({"nginx_hsts": "", "network_of_mine": [1]}) == []
    assert refused(None) == []


def test_an_encrypted_file_is_allowed_and_no_other_text() -> None:
    assert refused(yaml.safe_load("$ANSIBLE_VAULT;1.1;AES256\n3031\n3233\n")) == []
    assert refused("network_flows") != []


@pytest.mark.parametrize(
    "template", ["{{ x }}", "a{{ x }}b", "{% if x %}1{% endif %}", "$ANSIBLE_VAULT;1.1;AES256\n30"]
)
def test_a_template_may_stand_anywhere(template: str) -> None:
    """In the place of every value of the shipped and of the sound data."""
    for name, value in (item for data in (WRITTEN, *map(load, SHIPPED)) for item in data.items()):
        for number in range(len(list(places({name: value})))):
            changed = {name: copy.deepcopy(value)}
            container, key = list(places(changed))[number]
            container[key] = template
            assert refused(changed) == [], key


# Every fault in the tables of validation's own tests.
CHANGES: list[list[tuple[str, object]]] = [
    *([(path, value)] for path, value, _messages in test_parse.FAULTS),
    *(changes for changes, _messages in (*test_validate.ROWS, *test_validate.AROUND)),
    *([(f"network_rate_limits.api_limit.{key}", value)] for key, value, _message in test_rate_limits.FAULTS),
]


@pytest.mark.parametrize("changes", CHANGES)
def test_what_the_schema_refuses_validation_refuses(changes: list[tuple[str, object]]) -> None:
    data = copy.deepcopy({**WRITTEN, **SOUND})
    for path, value in changes:
        spoil(data, path, value)
    if refused({name: value for name, value in data.items() if name.startswith("network_")}):
        assert judged(data)


@settings(max_examples=300, deadline=None)
@given(number=st.integers(0, 10000), value=VALUES)
def test_the_schema_is_never_stricter_than_validation(number: int, value: object) -> None:
    data = copy.deepcopy({**WRITTEN, "network_baseline_flows": [row("any", "internet", 53, protocol=["udp", "tcp"])]})
    # Of services, these validators only look at ports.
    looked_at = {name: value for name, value in data.items() if name != "network_services"}
    found = [place for place in places(looked_at) if place[0] is not looked_at]
    container, key = found[number % len(found)]
    container[key] = value
    told = refused(data)
    if told:
        assert judged(data), told


def test_services_are_what_the_role_deploys() -> None:
    """The role's task hands each of them on to the option that describes it."""
    tasks = load(ROOT / "roles" / "pm2" / "tasks" / "services.yml")
    deploy = next(task for task in tasks if "nostromo.networking.pm2_service" in task)
    handed, variables = deploy["nostromo.networking.pm2_service"], " ".join(deploy["vars"].values())
    for name in Service.options().keys() - {"title", "shell", "limits", "build_on"}:  # of the account, the unit, and who builds
        text = handed[name] if name in DEPLOYED else " ".join(map(str, handed.values()))
        text += variables if "__pm2_" in text else ""
        assert re.search(rf"(item|\])\.{name}\b", text), name


def test_patterns_mean_the_same_in_editors() -> None:
    """Editors compile them as ECMAScript with the flag `u`, which takes no superfluous backslash."""

    def patterns(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            if isinstance(schema.get("pattern"), str):
                yield schema["pattern"]
            for value in schema.values():
                yield from patterns(value)
        elif isinstance(schema, list):
            for value in schema:
                yield from patterns(value)

    found = sorted(set(patterns(SCHEMA)))
    script = "for (const p of JSON.parse(require('fs').readFileSync(0))) new RegExp(p, 'u')"
    node = Path(sys.prefix) / "bin" / "node"
    done = subprocess.run([node, "-e", script], input=json.dumps(found), capture_output=True, text=True, check=False)
    assert found
    assert done.returncode == 0, done.stderr
