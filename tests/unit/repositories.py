# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real git repositories with real inventories in them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_AUTHOR = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Repository:
    """A repository with the shipped inventories, or with a copy of an example, committed on the branch ``main``."""

    def __init__(self, top: Path, example: str = "") -> None:
        self.top = top
        if example:
            shutil.copytree(ROOT / "examples" / example, top, ignore=shutil.ignore_patterns("app"))
            self.inventory = top / "inventory.yml"
        else:
            shutil.copytree(ROOT / "inventories", top / "inventories")
            self.inventory = top / "inventories" / "lab.yml"
        (top / ".gitignore").write_text(".lab/\nvault.yml\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("the data")

    def git(self, *arguments: str) -> str:
        """What git prints."""
        variables = {**os.environ, **_AUTHOR, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(
            ["git", "-C", str(self.top), *arguments], env=variables, capture_output=True, text=True, check=True
        ).stdout

    def commit(self, message: str) -> None:
        """Commit all that is there."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")

    def edit(self, file: str, *changes: tuple[str, str]) -> None:
        """Replace texts of a file, each of which is there."""
        path = self.top / file
        text = path.read_text(encoding="utf-8")
        for before, after in changes:
            assert before in text, before
            text = text.replace(before, after, 1)
        path.write_text(text, encoding="utf-8")

    def playbook(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A playbook of the collection, run in the repository."""
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".ansible" / "collections"),
            "NO_COLOR": "1",
        }
        command = ["ansible-playbook", f"--inventory={self.inventory.relative_to(self.top)}", *arguments]
        return subprocess.run(
            [*command, f"nostromo.networking.{name}"], cwd=self.top, env=environment, capture_output=True, text=True
        )
