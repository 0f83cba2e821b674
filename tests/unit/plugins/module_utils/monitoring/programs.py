# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs for which monitoring's files are written, asked what they make of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

Series = tuple[str, frozenset[tuple[str, str]]]
_SAMPLE = re.compile(r'([A-Za-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)')
_LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def counted(program: str, log: bytes, home: Path) -> dict[Series, float]:
    """What mtail makes of a log: each series' value."""
    (home / "nginx.mtail").write_text(program, encoding="utf-8")
    (home / "log").write_bytes(log)
    done = subprocess.run(
        [
            *(tool("mtail"), "--one_shot", "--one_shot_format=prometheus", "--address=127.0.0.1", "--port=0"),
            *("--emit_prog_label=false", f"--progs={home}/nginx.mtail", f"--logs={home}/log", f"--log_dir={home}"),
        ],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return samples(done.stdout.decode())


def samples(text: str) -> dict[Series, float]:
    """Prometheus' text format, read strictly."""
    found: dict[Series, float] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            match = _SAMPLE.fullmatch(line)
            assert match is not None, line
            labels = {name: re.sub(r"\\(.)", r"\1", value) for name, value in _LABEL.findall(match[2] or "")}
            series = (match[1], frozenset(labels.items()))
            assert series not in found, f"twice: {line}"
            found[series] = float(match[3])
    return found


def value(found: Mapping[Series, float], metric: str, /, **labels: str) -> float:
    """The sum of a metric over the series with these labels."""
    wanted = set(labels.items())
    return sum(number for (name, having), number in found.items() if name == metric and wanted <= having)


def checked_rules(rules: str, home: Path) -> int:
    """How many rules promtool finds in a file, none of them wrong."""
    path = home / "rules.yml"
    path.write_text(rules, encoding="utf-8")
    done = subprocess.run(
        [tool("promtool"), "check", "rules", path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (number,) = re.findall(r"(\d+) rules found", done.stdout)
    return int(number)


def told_of(configuration: str, alerts: Iterable[Mapping[str, str]], home: Path) -> list[str]:
    """The receiver that Alertmanager routes each alert to, after amtool has found its file sound."""
    path = home / "alertmanager.yml"
    path.write_text(configuration, encoding="utf-8")
    amtool = tool("amtool")
    done = subprocess.run([amtool, "check-config", path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    routed = [
        subprocess.run(
            [amtool, "config", "routes", "test", f"--config.file={path}", *(f"{k}={v}" for k, v in labels.items())],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        for labels in alerts
    ]
    return [one.stdout.strip() for one in routed]
