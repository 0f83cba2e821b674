# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A source that the rows keep builds from is told before anything is built."""

from __future__ import annotations

import copy
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import Surroundings, validate
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import SOUND, variables_of


def faults_of(sources: dict[str, Any], *rows: dict[str, Any], builder: bool = True) -> list[str]:
    data = copy.deepcopy(SOUND)
    if builder:
        data["network_components"]["builds"] = {"user": "nostromo-build"}
        data["network_flows"] += rows
    _document, _matrix, faults = validate(variables_of(data), Surroundings(hosts=data["hosts"], sources=sources))
    return [str(fault) for fault in faults.errors]


DOWNLOADS = {"name": "Downloads", "source": "builds", "destination": "internet", "port": 443, "action": "allow"}
SSH = {**DOWNLOADS, "name": "Code", "port": 22}
SOURCES = {
    "orchestrator": {"git": "git@github.com:nostromo/api.git", "version": "main"},
    "etl": {"archive": "https://example.org/etl.tar.gz"},
    "sevastopol": {"path": "../apps/sevastopol"},
}


def test_a_source_that_no_row_lets_through() -> None:
    assert faults_of(SOURCES, DOWNLOADS) == [
        "network_services.orchestrator.source.git: is fetched over port 22, and no row lets builds send there; "
        "use an https address, or add a row from builds to the zone of its host with port 22"
    ]
    assert faults_of(SOURCES, DOWNLOADS, SSH) == []
    assert len(faults_of(SOURCES, {**SSH, "action": "deny"})) == 2


def test_the_builder_is_known_by_its_user() -> None:
    data = copy.deepcopy(SOUND)
    data["network_components"]["forge"] = {"user": "smith"}
    around = Surroundings(hosts=data["hosts"], sources=SOURCES, build_user="smith")
    _document, _matrix, faults = validate(variables_of(data), around)
    assert [str(fault).partition(";")[0] for fault in faults.errors] == [
        "network_services.orchestrator.source.git: is fetched over port 22, and no row lets forge send there",
        "network_services.etl.source.archive: is fetched over port 443, and no row lets forge send there",
    ]


def test_nothing_is_said_where_the_matrix_has_no_builder() -> None:
    assert faults_of(SOURCES, builder=False) == []


def test_who_builds_is_a_host_of_the_service() -> None:
    data = copy.deepcopy(SOUND)
    host = next(name for name, one in data["hosts"].items() if "orchestrator" in one["components"])
    service = {"source": {"path": "../api"}, "script": "server.js", "environment": {"PORT": 8000}}

    def told(build_on: str) -> list[str]:
        data["network_services"] = {"orchestrator": {**service, "build_on": build_on}}
        _document, _matrix, faults = validate(variables_of(data), Surroundings(hosts=data["hosts"]))
        return [str(fault) for fault in faults.errors]

    assert told(host) == []
    reason = '"nowhere" is no host that runs orchestrator'
    assert told("nowhere") == [f"network_services.orchestrator.build_on: {reason}; use one of {host}"]
