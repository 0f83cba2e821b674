# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The units that write a host's figures: systemd understands every line, and they may do next to nothing."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.metrics import ORIGIN_PULLS

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


SHOWN = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
PLACE = "/etc/nostromo/monitoring/origin_pulls.pem"


@pytest.mark.parametrize(
    ("pulls", "variables"),
    [
        ({"certificate": SHOWN}, {}),
        ({"certificate": SHOWN, "authority": "another", "mode": "required"}, {"network_certificate": None}),
        ({"certificate": SHOWN, "mode": "disabled"}, {}),
        (None, {"network_certificate": None}),
    ],
)
def test_the_certificate_that_cloudflare_shows_is_watched(
    render: Render, pulls: dict[str, Any] | None, variables: dict[str, Any]
) -> None:
    """By the name that the alert knows, and beside those that are served; where there is none, nothing of it lies there."""
    view = {"proxy": "nginx", "components": ["nginx"]}
    told = {
        "network_view": view,
        "network_cloudflare": {"origin_pulls": pulls},
        "__monitoring_figure_modules": [],
        "monitoring_tries": [],
        **variables,
    }
    files = {one["path"]: one for one in yaml.safe_load(render("monitoring", "figures/files.yml.j2", **told))}
    watched = pulls is not None and pulls.get("mode") != "disabled"
    assert files[PLACE].get("content", "").strip() == (SHOWN if watched else "")
    dated = json.loads(files["/etc/nostromo/monitoring/certificates.json"].get("content", "{}"))
    assert {name: path for name, path in dated.items() if path == PLACE} == ({ORIGIN_PULLS: PLACE} if watched else {})
    assert len(dated) == watched + ("network_certificate" not in variables)
    absent = {path for path, one in files.items() if one.get("state") == "absent"}
    assert (PLACE in absent, "/etc/systemd/system/nostromo-certificates.timer" in absent) == (not watched, not dated)
