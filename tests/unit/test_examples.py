# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the examples promise: a copy of one is a site, and nobody writes more for it than this."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ["almanac", "notes"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_copy_is_a_site(example: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(ROOT / "examples" / example, site)
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".ansible" / "collections"),
    }
    command = ["ansible-playbook", "--inventory=inventory.yml", "--extra-vars=vault_notes_password=x"]
    done = subprocess.run(
        [*command, "nostromo.networking.validate"], cwd=site, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[WARNING]" not in done.stdout + done.stderr


@pytest.mark.parametrize("example", EXAMPLES)
def test_little_has_to_be_written(example: str) -> None:
    directory = ROOT / "examples" / example
    assert len((directory / "inventory.yml").read_text("utf-8").splitlines()) <= 10
    assert len((directory / "group_vars" / "all" / "main.yml").read_text("utf-8").splitlines()) <= 40
