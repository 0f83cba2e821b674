# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What rows are used for, of what a real Prometheus has kept for three days."""

from __future__ import annotations

import getpass
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.counters import Meeting
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.metrics import PACKETS
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.usage import Usage, usage_of, usage_query
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.usage_text import plain_usage, usage_text
from ansible_collections.nostromo.networking.plugins.module_utils.observe.prometheus import observe
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, run
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

from .samples import matrix_of

DAY, STEP = 86400, 300
NOW = int(time.time()) // STEP * STEP
#: Chain, row, verdict -> how many packets there were, and how many days ago.
COUNTED = {
    ("local", "DB queries", "accept"): (1, 1.5),
    ("local", "API calls", "accept"): (0, 1),
    ("local", "Data ingestion", "accept"): (7, 2.5),
    ("input", "Public HTTPS", "accept"): (4000, 1),
    ("input", "SSH admin access", "accept"): (0, 1),
    ("input", "default", "drop"): (120, 1),
    ("output", "default", "reject"): (3, 1),
    ("local", "Orchestrator", "reject"): (2, 1),
}


def kept() -> Iterator[str]:
    """Three days of counters, as OpenMetrics."""
    family = PACKETS.removesuffix("_total")
    yield f"# TYPE {family} counter"
    for (chain, row, verdict), (packets, days) in COUNTED.items():
        labels = f'job="node",host="server",chain="{chain}",row="{row}",verdict="{verdict}"'
        for moment in range(NOW - 3 * DAY, NOW, STEP):
            yield f"{PACKETS}{{{labels}}} {packets if moment > NOW - days * DAY else 0} {moment}"
    yield "# EOF"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus that has them."""
    home = tmp_path_factory.mktemp("prometheus")
    (home / "prometheus.yml").write_text("{}", encoding="utf-8")
    (home / "kept").write_text("\n".join(kept()) + "\n", encoding="utf-8")
    make = [tool("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(home / "kept"), str(home / "data")]
    subprocess.run(make, check=True, capture_output=True, timeout=60)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(home, port):
        yield f"127.0.0.1:{port}"


@contextmanager
def running(home: Path, port: int) -> Iterator[None]:
    """A Prometheus over a directory, once it answers."""
    command = [
        tool("prometheus"),
        f"--config.file={home}/prometheus.yml",
        f"--storage.tsdb.path={home}/data",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        try:
            wait_for(f"127.0.0.1:{port}")
            yield
        finally:
            program.kill()


def wait_for(endpoint: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            observe(run, endpoint, getpass.getuser(), "1")
            return
        except ObservationError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def usage(endpoint: str, days: int) -> Usage:
    series = observe(run, endpoint, getpass.getuser(), usage_query(days))
    return usage_of(matrix_of("single"), series, days)


def by_name(usage: Usage) -> Mapping[str, int | None]:
    return {one.flow.name: one.packets for one in usage.rows}


def test_rows_by_what_was_counted(endpoint: str) -> None:
    found = usage(endpoint, 2)
    packets = by_name(found)
    assert packets["DB queries"] == 1
    assert {flow.name for flow in found.unused} == {"API calls", "SSH admin access", "Data ingestion"}
    assert packets["Public HTTPS"] == pytest.approx(4000, rel=0.01)
    assert packets["NTP"] is None
    assert [(one.met, one.packets) for one in found.denied] == [
        (Meeting("input", "default", "drop"), 120),
        (Meeting("output", "default", "reject"), 3),
        (Meeting("local", "Orchestrator", "reject"), 2),
    ]


def test_since_when(endpoint: str) -> None:
    assert usage(endpoint, 1).since["server"] == pytest.approx(NOW - DAY, abs=2 * STEP)
    month = usage(endpoint, 30)
    assert month.since["server"] == pytest.approx(NOW - 3 * DAY, abs=2 * STEP)
    assert by_name(month)["Data ingestion"] == 7
    text = usage_text(month, NOW)
    assert text.startswith("server has counted since ")
    assert text.splitlines()[0].endswith(" UTC: 3.0 of 30 days")
    assert "Unused rows, so far, which says little yet: 2\n" in text


def test_for_people_and_for_programs(endpoint: str) -> None:
    found = usage(endpoint, 2)
    text = usage_text(found, NOW)
    assert "Unused rows, candidates to remove: 3" in text
    assert "server  within the host  to Orchestrator, by a user that no row allows  2" in text
    assert "server  from outside     no row allows it" in text
    plain = plain_usage(found)
    assert plain["denied"][0] == {
        "host": "server",
        "chain": "input",
        "row": "default",
        "verdict": "drop",
        "packets": 120,
    }
    assert {row["name"] for row in plain["rows"] if row["packets"] == 0} == {flow.name for flow in found.unused}


def sample(host: str, chain: str, row: str, packets: int) -> dict[str, Any]:
    labels = {"figure": "packets", "host": host, "chain": chain, "row": row, "verdict": "accept"}
    return {"metric": labels, "value": [NOW, str(packets)]}


def test_between_hosts_the_one_that_sends_counts() -> None:
    """What the other one counts is the proof of the first as well."""
    series = [sample("api1", "output", "DB queries", 0), sample("data", "input", "DB queries", 1440)]
    found = usage_of(matrix_of("several"), series, 1)
    assert by_name(found)["DB queries"] == 0
    assert "so far, which says little yet" in usage_text(found, NOW)
    assert found.missing == ["api1", "api2", "data", "front", "watch"]
    assert "api1 has no figures" in usage_text(found, NOW)


def test_what_cannot_be_asked_says_why(endpoint: str) -> None:
    with pytest.raises(ObservationError, match="refuses the question: .*parse error"):
        observe(run, endpoint, getpass.getuser(), "sum(")
    with pytest.raises(ObservationError, match="does not answer at 127.0.0.1:1: "):
        observe(run, "127.0.0.1:1", getpass.getuser(), "1")
    with pytest.raises(ObservationError, match="the host has no user nobody-here"):
        observe(run, endpoint, "nobody-here", "1")
