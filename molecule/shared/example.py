# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a playbook of the collection on an example in the lab."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def play(example: str, playbook: str, *arguments: str) -> str:
    """What it prints; fails when it fails."""
    inventories = [ROOT / "examples" / example / "inventory.yml", ROOT / "molecule" / "shared" / "inventory" / "example.yml"]
    command = [str(Path(sys.executable).with_name("ansible-playbook")), *(f"--inventory={one}" for one in inventories)]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "MOLECULE_PROJECT_DIRECTORY": str(ROOT)}
    command += [str(ROOT / "playbooks" / f"{playbook}.yml"), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
