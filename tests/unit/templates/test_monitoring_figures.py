# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The units that write a host's figures: systemd understands every line, and they may do next to nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from .conftest import Render
from .tools import tool

#: Figure -> the highest rating of systemd-analyze(1) that its unit may have, and its capabilities.
ROOMS = {
    "proof": (2.0, "CAP_SETUID CAP_SETGID"),
    "counters": (1.5, "CAP_NET_ADMIN"),
    "certificates": (1.0, ""),
}


def unit(render: Render, figure: str, kind: str, place: Path) -> Path:
    text = render("monitoring", f"figures/{figure}.{kind}.j2")
    # The program is on hosts alone.
    text = text.replace("/usr/local/sbin/nostromo-figures", "/bin/true")
    path = place / f"nostromo-{figure}.{kind}"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("figure", ROOMS)
def test_systemd_understands_them(render: Render, figure: str, tmp_path: Path) -> None:
    analyze = tool("systemd-analyze", "--version")
    files = [unit(render, figure, kind, tmp_path) for kind in ("service", "timer")]
    command = [analyze, "verify", "--man=no", "--generators=no", "--recursive-errors=no", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if str(tmp_path) in line]) == (0, [])


@pytest.mark.parametrize(("figure", "most", "capabilities"), [(figure, *room) for figure, room in ROOMS.items()])
def test_they_are_confined(render: Render, figure: str, most: float, capabilities: str, tmp_path: Path) -> None:
    analyze = tool("systemd-analyze", "--version")
    service = unit(render, figure, "service", tmp_path)
    assert f"\nCapabilityBoundingSet={capabilities}\n" in service.read_text(encoding="utf-8")
    command = [analyze, "security", "--offline=true", "--no-pager", str(service)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rating = re.search(r"exposure level for .*: ([\d.]+)", done.stdout)
    assert rating, done.stderr
    assert float(rating[1]) <= most
