# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The panels: they follow the document, promtool can read what they ask, and after traffic Prometheus answers all of it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.looking.model import Panel
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.looking.panels import panels, queries
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched

from .answers import unanswered
from .programs import checked_rules
from .running import prometheus
from .samples import PLACES, monitoring, sample
from .traffic import after_traffic


def metrics(**changes: Any) -> dict[str, Any]:
    """The stock data with changes of what is measured."""
    return {"metrics": {**monitoring()["metrics"], **changes}}


def panel(watched: Watched, title: str, kind: str = "graph") -> Panel:
    (found,) = (one for one in panels(watched) if (one.title, one.kind) == (title, kind))
    return found


@pytest.mark.parametrize("place", PLACES)
def test_promtool_reads_every_query(place: str, tmp_path: Path) -> None:
    rules = [{"alert": f"A{number}", "expr": expr} for number, (_panel, expr) in enumerate(queries(sample(place)))]
    assert checked_rules(json.dumps({"groups": [{"name": "x", "rules": rules}]}), tmp_path) == len(rules) > 25


def test_the_stock_document_has_all_that_it_has_measured() -> None:
    assert [(one.kind, one.title) for one in panels(sample())] == [
        ("figures", "Avisos"),
        ("figures", "Peticiones"),
        ("figures", "Tiempo de respuesta"),
        ("figures", "Errores"),
        ("figures", "Filas de la matriz"),
        ("figures", "Última prueba"),
        ("alerts", "Avisos"),
        ("states", "Salud de los componentes"),
        ("states", "Programas que dan métricas"),
        ("graph", "Peticiones por endpoint"),
        ("graph", "Tiempo de respuesta"),
        ("graph", "p95 por endpoint"),
        ("graph", "Errores"),
        ("graph", "Errores por endpoint (5xx)"),
        ("graph", "Ancho de banda"),
        ("graph", "Paquetes denegados"),
        ("graph", "Procesador"),
        ("graph", "Memoria"),
        ("graph", "Disco"),
        ("table", "Filas de la matriz"),
    ]


def test_quantities_are_the_document_s() -> None:
    watched = sample(**metrics(response_time={"percentiles": [90]}, error_rate={"statuses": ["5xx", "503"]}))
    assert [query.legend for query in panel(watched, "Tiempo de respuesta").queries] == ["p90"]
    assert "histogram_quantile(0.9, " in panel(watched, "Tiempo de respuesta").queries[0].expr
    fifths, single, limited = panel(watched, "Errores").queries
    assert 'class="5xx"' in fifths.expr
    assert 'status="503"' in single.expr
    assert limited.legend == "limitadas"


def test_thresholds_are_the_alerts() -> None:
    alerts = {
        "error_rate": {"above_percent": 7, "for_minutes": 5, "statuses": ["4xx", "5xx"]},
        "response_time": {"percentile": 99, "above_ms": 250},
        "disk": False,
        "memory": {"above_percent": 80},
        "proof": {"above_minutes": 3},
    }
    watched = sample(alerts=alerts)
    assert panel(watched, "Errores por endpoint (4xx, 5xx)").bad_above == 0.07
    assert panel(watched, "p99 por endpoint").bad_above == 0.25
    assert panel(watched, "Memoria").bad_above == 0.8
    assert panel(watched, "Disco").bad_above is None
    assert panel(watched, "Última prueba", "figures").bad_above == 180


def test_what_is_not_measured_has_no_panel() -> None:
    watched = sample(metrics={}, alerts={"error_rate": False, "response_time": False})
    asked = " ".join(expr for _panel, expr in queries(watched))
    assert "nginx_" not in asked
    assert "node_cpu_seconds_total" in asked
    assert panels(Watched(sample().monitoring, "server")) == ()


def test_hosts_are_named_where_there_are_several() -> None:
    assert panel(sample(), "Salud de los componentes", "states").queries[0].legend == "{{component}}"
    assert "{{host}}" in panel(sample("several"), "Salud de los componentes", "states").queries[0].legend


def test_after_traffic_nothing_is_unanswered(tmp_path: Path) -> None:
    watched = sample()
    past = after_traffic(watched, time.time(), tmp_path)
    with prometheus(tmp_path / "prometheus", past, {}) as running:
        assert unanswered(watched, running.ask) == []


def test_the_checker_tells_what_has_no_data(tmp_path: Path) -> None:
    """All is, but alerts, of which none is well."""
    watched = sample()
    with prometheus(tmp_path / "prometheus", {}, {}) as running:
        found = unanswered(watched, running.ask)
    titles = {one.partition(":")[0] for one in found}
    assert titles == {one.title for one in panels(watched)} - {"Avisos"}
