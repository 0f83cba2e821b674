# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host that is attacked, as root sees it, and the playbooks that put it right.

By default it is the lab's server. LAB_HOST=bench1 and an inventory of script/bench take another one.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
HOST = os.environ.get("LAB_HOST", "server")
#: Every run of site.yml ends within this, whatever a room does.
RUN_SECONDS = 60
_REMOTE = Path(__file__).parent / "remote"
_ROOM = ROOT / "plugins" / "module_utils" / "observe" / "room.py"
_ENVIRONMENT = {
    **os.environ,
    "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
    "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
    "ANSIBLE_FORCE_COLOR": "false",
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
}
_INVENTORY = ["-i", "inventories/lab.yml", *(["-i", ".lab/bench.yml", "--limit", HOST] if HOST != "server" else [])]


@dataclass(frozen=True)
class Run:
    """A run of a playbook; ``status`` is -1 when it had not ended in its time."""

    status: int
    seconds: float
    printed: str

    @property
    def changes(self) -> list[str]:
        """The tasks that changed something."""
        task = r"^TASK \[([^\]]+)\] .*\n(?:(?!TASK|PLAY|RUNNING).*\n)*?changed: "
        return re.findall(task, self.printed, re.MULTILINE)


def play(playbook: str, *arguments: str, seconds: float = RUN_SECONDS) -> Run:
    """Run a playbook on the attacked host; it is ended when its time is over."""
    began = time.monotonic()
    command = ["ansible-playbook", *_INVENTORY, playbook, *arguments]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=_ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as running:
        try:
            printed, status = running.communicate(timeout=seconds)[0], running.returncode
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, 9)
            printed, status = running.communicate()[0], -1
    return Run(status, time.monotonic() - began, printed)


def faults(directory: Path) -> list[str]:
    """What verify.yml finds wrong with the attacked host."""
    run = play("playbooks/verify.yml", "-e", f"reports={directory}", seconds=120)
    report = directory / "proof.json"
    assert report.exists(), run.printed
    checks = json.loads(report.read_text("utf-8"))["checks"]
    return [f"{one['title']}: {one['reason']} {one['evidence'][:3]}" for one in checks if one["verdict"] == "failed"]


def as_root(script: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a shell script as root on the attacked host."""
    return _ssh("sudo bash -eu", script, seconds)


def look(program: str, argument: Any = None) -> Any:
    """What a program of ``remote`` returns there, as root."""
    source = (_REMOTE / f"{program}.py").read_text("utf-8")
    return _python(f"{source}\nimport json\nprint(json.dumps(main({argument!r})))\n", 60)


def enter(entries: dict[str, dict[str, str]], seconds: float) -> dict[str, str]:
    """Run programs in rooms: name -> ``unit``, ``user``, ``program``; what each printed. See ``observe/room.py``."""
    made = f"{{name: Entry(**one) for name, one in {entries!r}.items()}}"
    return _python(
        f"{_ROOM.read_text('utf-8')}\nimport json\nprint(json.dumps(enter({made}, {seconds})))\n", seconds + 30
    )


def _python(source: str, seconds: float) -> Any:
    done = _ssh("sudo python3 -", source, seconds)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _ssh(command: str, text: str, seconds: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["ssh", "-F", str(ROOT / ".lab" / "ssh_config"), HOST, command],
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )
