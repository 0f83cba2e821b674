# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whoever runs a playbook is warned of nothing that is ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_playbooks_and_roles_are_read_without_a_warning(tmp_path: Path) -> None:
    # The group that each run makes first, and that playbooks name.
    (tmp_path / "made.yml").write_text("all: {children: {network_hosts: {hosts: {server: {}}}}}\n", encoding="utf-8")
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    playbooks = sorted(str(path) for path in (ROOT / "playbooks").glob("*.yml"))
    inventories = [str(ROOT / "inventories" / "lab.yml"), str(tmp_path / "made.yml")]
    command = [program, *(f"--inventory={one}" for one in inventories), "--syntax-check", *playbooks]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
