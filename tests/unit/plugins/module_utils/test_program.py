# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A program made of modules runs by itself and is the same each time."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ansible_collections.nostromo.networking.plugins.module_utils.commit import journal
from ansible_collections.nostromo.networking.plugins.module_utils.program import program


def test_a_program_runs_its_main_with_what_it_imports(tmp_path: Path) -> None:
    made = program("commit.journal", "acting", "files")
    assert made == program("commit.journal", "acting", "files")
    path = tmp_path / "made"
    path.write_bytes(made)
    path.chmod(0o755)
    done = subprocess.run([path, "nonsense"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == (journal.__doc__ or "").strip()
