# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The panels as a dashboard of Grafana, and the files by which Grafana finds it and Prometheus, all as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...document.programs import PROMETHEUS
from ...quoting.characters import readable
from ..scrape import INTERVAL_SECONDS
from ..watched import Watched
from .model import Kind, Panel, Query
from .panels import panels
from .phrases import Phrases, phrases

#: Of the JSON, as Grafana 10 writes it; later ones migrate it.
_SCHEMA = 36
#: Whichever Prometheus is chosen on the dashboard, so that it can be imported where the datasource is called otherwise.
_CHOSEN = {"type": "prometheus", "uid": "${datasource}"}
_CHOICE = {"type": "datasource", "name": "datasource", "label": "Prometheus", "query": "prometheus", "current": {}}
#: As Grafana calls them for good.
DASHBOARD, DATASOURCE = "nostromo-network", "nostromo-prometheus"
_NAME = "nostromo.networking"
_TYPES: dict[Kind, str] = {
    "figures": "stat",
    "states": "stat",
    "alerts": "table",
    "table": "table",
    "graph": "timeseries",
}
#: Width and height in Grafana's grid, which is 24 wide.
_SIZES: dict[Kind, tuple[int, int]] = {
    "figures": (4, 5),
    "states": (12, 5),
    "alerts": (24, 6),
    "table": (24, 12),
    "graph": (12, 8),
}
_GRID = 24


def grafana_dashboard(watched: Watched) -> dict[str, Any]:
    """The dashboard, as ``GET /api/dashboards`` would give it, for a file of the directory that is provisioned."""
    texts = phrases(watched.language)
    return {
        "uid": DASHBOARD,
        "title": f"{readable(watched.name or watched.host)} · {texts['monitoring']}",
        "tags": [_NAME],
        "timezone": "browser",
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "schemaVersion": _SCHEMA,
        "templating": {"list": [_CHOICE]},
        "panels": list(_placed(panels(watched), texts)),
    }


def grafana_provisioning(watched: Watched, dashboards: str) -> dict[str, Any]:
    """Kind -> a file of that directory of ``/etc/grafana/provisioning``, to be written as JSON, which is YAML.

    :param dashboards: the directory of the dashboard's file.
    """
    source = {
        "type": "prometheus",
        "uid": DATASOURCE,
        "name": _NAME,
        "access": "proxy",
        "isDefault": True,
        "editable": False,
        "jsonData": {"timeInterval": f"{INTERVAL_SECONDS}s", "httpMethod": "POST"},
    }
    provider = {
        "name": _NAME,
        "type": "file",
        "disableDeletion": True,
        "allowUiUpdates": False,
        "options": {"path": dashboards.replace("$", "$$")},
    }
    return {
        "datasources": {
            "apiVersion": 1,
            "datasources": [{**source, "url": f"http://{one.address}"} for one in watched.at(PROMETHEUS)[:1]],
        },
        "dashboards": {"apiVersion": 1, "providers": [provider]},
    }


def _placed(found: Iterable[Panel], texts: Phrases) -> Iterator[dict[str, Any]]:
    """From left to right; one that is no longer wide enough for begins a line, as does another height."""
    x = y = line = 0
    for number, panel in enumerate(found, start=1):
        width, height = _SIZES[panel.kind]
        if x + width > _GRID or (x and height != line):
            x, y = 0, y + line
        line = height
        yield {"id": number, "gridPos": {"x": x, "y": y, "w": width, "h": height}, **_panel(panel, texts)}
        x += width


def _panel(panel: Panel, texts: Phrases) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": panel.unit, "noValue": "–"}
    overrides: list[dict[str, Any]] = []
    options: dict[str, Any] = {}
    transformations: list[dict[str, Any]] = []
    if panel.kind == "graph":
        line = {"custom": {"thresholdsStyle": {"mode": "dashed"}}} if panel.bad_above is not None else {}
        defaults.update(min=0, thresholds=_threshold(panel.bad_above), **line)
        options = {
            "legend": {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull"]}
        }
    elif panel.kind == "figures":
        defaults["thresholds"] = _threshold(None)
        overrides = [_threshold_of(ref, query) for ref, query in _referred(panel) if query.bad_above is not None]
        options = {"colorMode": "value", "graphMode": "none", "textMode": "auto"}
    elif panel.kind == "states":
        defaults["mappings"] = _mappings(texts["well"], texts["bad"])
        options = {"colorMode": "background", "graphMode": "none", "textMode": "value_and_name"}
    else:
        if panel.kind == "table":
            defaults["mappings"] = _mappings(texts["proven"], texts["not_proven"])
            options = {"sortBy": [{"displayName": "Value", "desc": False}]}
        hidden = {"Time": True, **({"Value": True} if panel.kind == "alerts" else {})}
        order = {name: index for index, name in enumerate((*panel.columns, "Value"))}
        transformations = [{"id": "organize", "options": {"excludeByName": hidden, "indexByName": order}}]
    return {
        "type": _TYPES[panel.kind],
        "title": panel.title,
        "datasource": _CHOSEN,
        "targets": [_target(panel, ref, query) for ref, query in _referred(panel)],
        "fieldConfig": {"defaults": defaults, "overrides": overrides},
        "options": options,
        **({"transformations": transformations} if transformations else {}),
    }


def _referred(panel: Panel) -> Iterator[tuple[str, Query]]:
    """Each query, with what Grafana calls it."""
    return ((f"Q{number}", query) for number, query in enumerate(panel.queries, start=1))


def _target(panel: Panel, ref: str, query: Query) -> dict[str, Any]:
    instant = panel.kind != "graph"
    shape = "table" if panel.kind in ("alerts", "table") else "time_series"
    legend = {"legendFormat": query.legend} if query.legend else {}
    return {
        "refId": ref,
        "datasource": _CHOSEN,
        "expr": query.expr,
        "instant": instant,
        "range": not instant,
        "format": shape,
        **legend,
    }


def _threshold(bad_above: float | None) -> dict[str, Any]:
    bad = [] if bad_above is None else [{"color": "red", "value": bad_above}]
    return {"mode": "absolute", "steps": [{"color": "text", "value": None}, *bad]}


def _threshold_of(ref: str, query: Query) -> dict[str, Any]:
    """Grafana's thresholds begin at their value: what is bad above a count is so from the next."""
    above = query.bad_above
    value = 1 if above == 0 else above
    return {
        "matcher": {"id": "byFrameRefID", "options": ref},
        "properties": [
            {"id": "thresholds", "value": _threshold(value)},
            {"id": "color", "value": {"mode": "thresholds"}},
        ],
    }


def _mappings(well: str, bad: str) -> list[dict[str, Any]]:
    options = {
        "1": {"text": well, "color": "green", "index": 0},
        "0": {"text": bad, "color": "red", "index": 1},
    }
    return [{"type": "value", "options": options}]
