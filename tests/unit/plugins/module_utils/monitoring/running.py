# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real Prometheus with a past, on a port of loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.monitoring import exposition_label
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

from .programs import Series

_MINUTES, _INTERVAL = 15, 15


class Prometheus:
    """Where it is, and what it says."""

    def __init__(self, address: str) -> None:
        self._address = address

    def get(self, path: str) -> str:
        """What it serves there; fails if it does not."""
        with urlopen(f"http://{self._address}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def ask(self, expr: str) -> list[float]:
        """The value of each series that an expression has now."""
        answer = json.loads(self.get(f"/api/v1/query?{urlencode({'query': expr})}"))
        return [float(series["value"][1]) for series in answer["data"]["result"]]


@contextmanager
def prometheus(home: Path, past: Mapping[Series, float], pages: Mapping[str, str]) -> Iterator[Prometheus]:
    """Prometheus while it runs.

    :param past: what each series has come to by now; counters have grown to it in a quarter of an hour.
    :param pages: console templates, by the file's name.
    """
    program, promtool = tool("prometheus"), tool("promtool")
    (home / "consoles").mkdir(parents=True)
    for name, text in pages.items():
        (home / "consoles" / name).write_text(text, encoding="utf-8")
    (home / "prometheus.yml").write_text("{}")
    if past:
        (home / "past").write_text(_openmetrics(past), encoding="utf-8")
        subprocess.run(
            [promtool, "tsdb", "create-blocks-from", "openmetrics", home / "past", home / "data"],
            check=True,
            capture_output=True,
            timeout=60,
        )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [
                *(program, f"--config.file={home}/prometheus.yml", f"--storage.tsdb.path={home}/data"),
                *(f"--web.listen-address={address}", f"--web.console.templates={home}/consoles"),
            ],
            stdout=log,
            stderr=log,
        )
    try:
        running = Prometheus(address)
        _await(lambda: running.get("/-/ready"), process, home / "log")
        yield running
    finally:
        process.terminate()
        process.wait(30)


def _await(ready: Callable[[], str], process: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(300):
        if process.poll() is not None:
            break
        try:
            ready()
            return
        except (HTTPError, URLError):
            time.sleep(0.1)
    pytest.fail(f"Prometheus is not ready: {log.read_text()}")


def _openmetrics(past: Mapping[Series, float]) -> str:
    """Each series over time; families together, as the format wants it."""
    now = int(time.time())
    times = range(now - _MINUTES * 60, now + 1, _INTERVAL)
    lines = []
    for name, labels in sorted(past, key=lambda series: (series[0], sorted(series[1]))):
        inside = ",".join(f"{key}={exposition_label(value)}" for key, value in sorted(labels))
        grows = name.endswith(("_total", "_bucket", "_count", "_sum"))
        for moment in times:
            share = (moment - times[0]) / (times[-1] - times[0]) if grows else 1
            lines.append(f"{name}{{{inside}}} {past[name, labels] * share} {moment}")
    return "\n".join([*lines, "# EOF", ""])
