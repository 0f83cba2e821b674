# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a sample's programs say after some traffic: of requests mtail itself, of rows and packets our programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.document.programs import HEALTH, NGINX, NODE
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Flow
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.counters import (
    counter_families,
    counters_in,
)
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.log_program import program_of
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.proof import proof_families
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.textfile import exposition
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched

from .log_lines import line
from .programs import Series, counted, samples
from .samples import HASHED_PATHS, document, matrix_of

_LINES = [
    *(line(duration=0.02) for _number in range(90)),
    *(line(status=404) for _number in range(6)),
    *(line(status=502, duration=0.4) for _number in range(3)),
    *(line(status=429, limit="REJECTED", upstream_header_time="") for _number in range(9)),
]
#: Of the node exporter: what the panels ask of it.
_HOST = """
node_cpu_seconds_total{cpu="0",mode="idle"} 800
node_cpu_seconds_total{cpu="0",mode="user"} 100
node_memory_MemAvailable_bytes 5e9
node_memory_MemTotal_bytes 8e9
node_filesystem_avail_bytes{device="/dev/vda1",fstype="ext4",mountpoint="/"} 5e10
node_filesystem_size_bytes{device="/dev/vda1",fstype="ext4",mountpoint="/"} 8e10
"""
_RULES = {
    "nftables": [
        {
            "rule": {
                "chain": "input",
                "comment": "DB NO pública",
                "expr": [{"counter": {"packets": 40, "bytes": 2400}}, {"drop": None}],
            }
        }
    ]
}


def after_traffic(watched: Watched, now: float, home: Path, unproven: str = "") -> dict[Series, float]:
    """Every series that the panels ask for, as Prometheus has them from the programs of the host ``server``.

    :param unproven: a row that does not hold.
    """
    told = {
        NGINX: counted(program_of(document(), HASHED_PATHS), b"".join(_LINES), home),
        NODE: samples(_HOST.strip() + "\n" + exposition([*proof_families(_tried(unproven), {("tcp", 5432)}, now)]))
        | samples(exposition(counter_families(counters_in(_RULES)))),
    }
    past = {}
    for target in watched.targets:
        at = {"job": target.job, "component": target.component, "host": target.host, "instance": target.address}
        past |= {
            _with(series, at): value
            for series, value in [(("up", frozenset()), 1.0), *told.get(target.job, {}).items()]
        }
    for check in watched.checks:
        at = {"job": HEALTH, "component": check.component, "host": check.host, "instance": check.url}
        past |= {_with((name, frozenset()), at): 1.0 for name in ("up", "probe_success")}
    return past


def _with(series: Series, labels: dict[str, str]) -> Series:
    name, own = series
    return name, own | frozenset(labels.items())


def _tried(unproven: str) -> Iterator[tuple[dict[str, Any], str]]:
    for flow in matrix_of("single").flows:
        yield _try(flow), "rejected" if (flow.action == "deny") is not (flow.name == unproven) else "open"


def _try(flow: Flow) -> dict[str, Any]:
    ports = ",".join(map(str, flow.ports))
    ends = {
        "row": flow.name,
        "source": flow.source,
        "destination": flow.destination,
        "ports": ports,
        "action": flow.action,
    }
    return {**ends, "protocol": "tcp", "port": 1, "local": True, "outsider": False}
