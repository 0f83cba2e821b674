# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The console page as Prometheus serves it: whole, well-formed, sealed against hostile names, and alone."""

from __future__ import annotations

import json
import re
import subprocess
import time
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.monitoring import Retention
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.looking import console
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.looking.console import console_page
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool
from ansible_collections.nostromo.networking.tests.unit.test_proof_page import HOSTILE, Page

from .programs import Series
from .running import prometheus
from .samples import matrix_of, monitoring, sample
from .traffic import after_traffic

BARE = Watched(sample().monitoring, "server")


def served(watched: Watched, past: dict[Series, float], home: Path) -> str:
    """The page, which is well-formed, as Prometheus serves it."""
    with prometheus(home / "prometheus", past, {"index.html": console_page(watched)}) as running:
        text = running.get("/consoles/index.html")
    Page(text)
    return text


def visible(text: str) -> str:
    """What a browser shows without running the script."""
    without = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    return " ".join(" ".join(Page(without).words).split())


def test_after_traffic(tmp_path: Path) -> None:
    text = served(sample(), after_traffic(sample(), time.time(), tmp_path), tmp_path)
    assert "<title>La plataforma Nostromo · Monitoreo</title>" in text
    shown = visible(text)
    assert "Monitoreo, visto por Prometheus en server" in shown
    assert "Errores 6.06 % 4xx 3.03 % 5xx 8.33 % limitadas" in shown
    rows = {flow.name for flow in matrix_of("single").flows}
    assert f"{len(rows)} en regla 0 sin cumplirse" in shown
    assert "orchestrator responde" in shown
    assert "DB NO pública any mother 5432 deny" in shown
    assert not re.search(r"NaN|Inf|\{\{|–", shown)


def test_faults(tmp_path: Path) -> None:
    past = after_traffic(sample(), time.time(), tmp_path, unproven="DB NO pública")
    for name, labels in past:
        if name == "probe_success" and ("component", "orchestrator") in labels:
            past[name, labels] = 0
    text = served(sample(), past, tmp_path)
    assert '<b class="bad">1</b>' in text
    assert '<li class="bad">orchestrator <span>no responde</span>' in text
    unproven, proven = re.findall(r"<details class=.*?</details>", text)
    assert "DB NO pública" in unproven
    assert " open>" in unproven
    assert "DB NO pública" not in proven


def test_without_traffic_there_is_no_share_and_no_percentile(tmp_path: Path) -> None:
    past = after_traffic(sample(), time.time(), tmp_path)
    quiet = {(name, labels): 0 if name.startswith("nginx_") else value for (name, labels), value in past.items()}
    shown = visible(served(sample(), quiet, tmp_path))
    assert "Peticiones 0.0/s Tiempo de respuesta – p50 – p95 – p99 Errores – 4xx – 5xx – limitadas" in shown
    assert not re.search(r"NaN|Inf", shown)


def test_without_any_data(tmp_path: Path) -> None:
    shown = visible(served(sample(), {}, tmp_path))
    assert "Peticiones –" in shown
    assert shown.count("Sin datos.") == 3
    assert not re.search(r"NaN|Inf|\{\{", shown)


def test_where_nothing_is_watched(tmp_path: Path) -> None:
    assert "Nothing is watched." in visible(served(BARE, {}, tmp_path))


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    metrics = {**monitoring()["metrics"], "error_rate": {"statuses": [HOSTILE]}}
    watched = replace(sample(metrics=metrics), name=HOSTILE, host=HOSTILE)
    past = after_traffic(watched, time.time(), tmp_path)
    row = {"row": HOSTILE, "source": HOSTILE, "destination": HOSTILE, "port": "1", "action": "deny", "job": "node"}
    past["nostromo_row_proven", frozenset(row.items())] = 0
    text = served(watched, past, tmp_path)
    assert [tag for tag, _attributes in Page(text).elements].count("script") == 2
    assert visible(text).count(HOSTILE) == 7
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert HOSTILE in [query["legend"] for graph in json.loads(data)["graphs"] for query in graph["queries"]]


def test_the_script_alone_runs_and_nothing_is_fetched_from_elsewhere(tmp_path: Path) -> None:
    """Prometheus leaves the script as it is: otherwise its hash would be another."""
    text = served(sample(), {}, tmp_path)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', text, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = next(of["content"] for tag, of in Page(text).elements if of.get("http-equiv") == "Content-Security-Policy")
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; connect-src 'self'; ")
    links = [of[name] for _tag, of in Page(text).elements for name in ("href", "src") if name in of]
    assert {link.split("=")[0] for link in links} == {"data:,", "?hours"}
    assert not re.search(r"url\(|@import|import\(", text)


def test_the_script_is_sound() -> None:
    path = Path(console.__file__).with_name("console.js")
    command = [tool("node"), "--input-type=module", "--check"]
    done = subprocess.run(command, input=path.read_bytes(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval", path.read_text("utf-8"))


@pytest.mark.parametrize(("days", "last"), [(1, "24"), (7, "168"), (30, "720")])
def test_as_far_back_as_is_kept(days: int, last: str) -> None:
    watched = sample()
    kept = replace(watched.monitoring, retention=Retention(days=days))
    assert re.findall(r"hours=(\d+)", console_page(replace(watched, monitoring=kept)))[-1] == last


def test_in_english() -> None:
    page = console_page(replace(sample(), language="en", name=""))
    assert '<html lang="en">' in page
    assert "<title>Server · Monitoring</title>" in page
    assert "Requests by endpoint" in page
