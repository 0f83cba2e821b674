# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the monitoring of the lab's server says, and whom it told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import network
from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched, watched
from ansible_collections.nostromo.networking.tests.unit.inventories import Inventory
from testinfra.host import Host

REMOTE = Path(__file__).parent / "remote"
PROMETHEUS = f"http://127.0.0.1:{network.listen('prometheus')['port']}"
ALERTMANAGER = f"http://127.0.0.1:{network.listen('alertmanager')['port']}"
MTAIL = f"http://127.0.0.1:{network.listen('log_metrics')['port']}"
#: Component -> its unit.
UNITS = {
    "prometheus": "prometheus",
    "alertmanager": "prometheus-alertmanager",
    "blackbox": "prometheus-blackbox-exporter",
    "node_exporter": "prometheus-node-exporter",
    "log_metrics": "mtail",
    "postgres_exporter": "prometheus-postgres-exporter",
}
#: What breaks in these tests: an application, by the port that it serves and its unit; and what is told of it.
PORT = network.listen("orchestrator")["port"]
SERVICE = "pm2-orchestrator"
FAULTS = {"ResponseTime", "ErrorRate", "Unreachable", "TargetDown"}
#: In containers nobody sets the clock, and the machine's kernel says so.
ALWAYS = {"ClockWrong"}


def now(host: Host) -> float:
    """A host's time, in seconds since the epoch."""
    return float(host.check_output("date +%s.%N"))


def fetch(server: Host, url: str) -> str:
    """What Prometheus' user is answered, whom the matrix lets ask."""
    return server.check_output("runuser -u prometheus -- curl --silent --show-error --fail --max-time 10 %s", url)


def query(server: Host, expression: str) -> list[tuple[dict[str, str], float]]:
    """The samples of an expression, now."""
    answer = json.loads(fetch(server, f"{PROMETHEUS}/api/v1/query?query={quote(expression)}"))
    return [(one["metric"], float(one["value"][1])) for one in answer["data"]["result"]]


def total(server: Host, expression: str) -> float:
    """The value of an expression that has one sample."""
    return sum(value for _labels, value in query(server, expression))


def alerts(server: Host, state: str = "firing") -> set[str]:
    """The alerts in a state."""
    found = json.loads(fetch(server, f"{PROMETHEUS}/api/v1/alerts"))["data"]["alerts"]
    return {one["labels"]["alertname"] for one in found if one["state"] == state} - ALWAYS


def counted(server: Host, name: str, **labels: str) -> float:
    """The sum of a metric of requests, as mtail has it at this moment."""
    found = 0.0
    for line in fetch(server, f"{MTAIL}/metrics").splitlines():
        if line.startswith(f"{name}{{") and all(f'{label}="{value}"' in line for label, value in labels.items()):
            found += float(line.rpartition(" ")[2])
    return found


def told(outside: Host, by: str, since: float) -> list[tuple[float, str, str]]:
    """What the operators were sent by mail or webhook since a time: when, of which alert, and whether it fires or is resolved."""
    printed = outside.run("cat /var/lib/lab-sinks/%s.jsonl", by).stdout
    found: list[tuple[float, str, str]] = []
    for entry in map(json.loads, printed.splitlines()):
        if entry["time"] >= since:
            found += [(entry["time"], *one) for one in _alerts_in(by, entry["data"])]
    return found


def _alerts_in(by: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    if by == "webhook":
        return [(one["labels"]["alertname"], one["status"]) for one in data["alerts"]]
    state, _, rest = data["subject"].partition("] ")  # [FIRING:1] ErrorRate (...)
    return [(rest.split(" ")[0], "resolved" if "RESOLVED" in state else "firing")]


def first(outside: Host, by: str, alert: str, state: str, since: float) -> float | None:
    """So many seconds after a time it was told, if it was."""
    return next(
        (when - since for when, name, is_so in told(outside, by, since) if (name, is_so) == (alert, state)), None
    )


def awaited(condition: Callable[[], Any], seconds: float) -> Any:
    """The first true value of a condition in that time; the last one if there is none."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(2)


@cache
def seen() -> Watched:
    """What the server watches, as the role has it."""
    inventory = Inventory("lab.yml")
    names = ("monitoring", "sites", "domain", "document_title", "document_language")
    variables = {f"network_{name}": inventory[f"network_{name}"] for name in names}
    return watched(Document.read_variables(variables, Faults()), network.matrix(), "server", ["/_astro/"])


def copied(host: Host, name: str) -> str:
    """Where a program of these tests is on a host."""
    path = f"/tmp/{name}"
    host.check_output("printf %%s %s >" + path, (REMOTE / name).read_text("utf-8"))
    return path
