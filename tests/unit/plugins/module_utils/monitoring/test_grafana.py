# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The dashboard, read back by Grafana's own SDK, and the files by which Grafana finds it."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.looking.grafana import (
    grafana_dashboard,
    grafana_provisioning,
)
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.looking.panels import panels
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from .samples import PLACES, sample

register_default_plugins()
WATCHED = [*map(sample, PLACES), Watched(sample().monitoring, "server")]


def missing(given: Any, read: Any, path: str = "") -> list[str]:
    """What is not in what was read, or otherwise there."""
    if isinstance(given, dict) and isinstance(read, dict):
        return [fault for key in given for fault in missing(given[key], read.get(key), f"{path}.{key}")]
    if isinstance(given, list) and isinstance(read, list) and len(given) == len(read):
        return [
            fault
            for index, (one, other) in enumerate(zip(given, read, strict=True))
            for fault in missing(one, other, f"{path}[{index}]")
        ]
    return [] if given == read else [f"{path}: {given!r} is read as {read!r}"]


@pytest.mark.parametrize("watched", WATCHED, ids=[*PLACES, "nothing"])
def test_the_sdk_reads_all_of_it(watched: Watched) -> None:
    given = json.loads(json.dumps(grafana_dashboard(watched)))
    read = json.loads(JSONEncoder().encode(Dashboard.from_json(given)))
    assert missing(given, read) == []
    assert len(read["panels"]) == len(panels(watched))


def test_it_asks_what_the_panels_ask() -> None:
    asked = [target["expr"] for panel in grafana_dashboard(sample())["panels"] for target in panel["targets"]]
    assert asked == [query.expr for panel in panels(sample()) for query in panel.queries]
    for panel in grafana_dashboard(sample())["panels"]:
        references = [target["refId"] for target in panel["targets"]]
        assert len({*references}) == len(references)


@pytest.mark.parametrize("place", PLACES)
def test_no_panel_lies_on_another(place: str) -> None:
    places = [panel["gridPos"] for panel in grafana_dashboard(sample(place))["panels"]]
    assert all(one["x"] >= 0 and one["x"] + one["w"] <= 24 for one in places)
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above


def test_what_is_bad_is_red() -> None:
    found = {(panel["title"], panel["type"]): panel for panel in grafana_dashboard(sample())["panels"]}
    slow = found["p95 por endpoint", "timeseries"]["fieldConfig"]["defaults"]
    assert slow["thresholds"]["steps"][-1] == {"color": "red", "value": 1.0}
    assert slow["custom"]["thresholdsStyle"] == {"mode": "dashed"}
    (unproven,) = found["Filas de la matriz", "stat"]["fieldConfig"]["overrides"]
    assert unproven["matcher"]["options"] == "Q2"
    assert unproven["properties"][0]["value"]["steps"][-1] == {"color": "red", "value": 1}


def test_it_can_be_imported_where_prometheus_is_called_otherwise() -> None:
    dashboard = grafana_dashboard(sample())
    (choice,) = dashboard["templating"]["list"]
    assert (choice["type"], choice["query"]) == ("datasource", "prometheus")
    asked = [panel["datasource"] for panel in dashboard["panels"]]
    asked += [target["datasource"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert {one["uid"] for one in asked} == {f"${{{choice['name']}}}"}


def test_provisioning() -> None:
    files = grafana_provisioning(sample(), "/var/lib/grafana/dashboards")
    (source,) = files["datasources"]["datasources"]
    assert source["url"] == "http://127.0.0.1:9090"
    assert source["isDefault"]
    (provider,) = files["dashboards"]["providers"]
    assert provider["options"] == {"path": "/var/lib/grafana/dashboards"}
    assert grafana_provisioning(WATCHED[-1], "/")["datasources"]["datasources"] == []
