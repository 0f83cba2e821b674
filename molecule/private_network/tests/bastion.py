# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of this scenario share: its hosts, new connections to them, and runs of Ansible."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BASTION = "front"
BEHIND = {"app1": "10.43.0.21", "app2": "10.43.0.22", "db": "10.43.0.31", "etl1": "10.43.0.41"}
#: An address of the private network that no host has.
NOBODY = "10.43.0.99"
_NEW = ["-oControlMaster=no", "-oControlPath=none", "-oBatchMode=yes", "-oConnectTimeout=5"]


def ssh(host: str, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a command over a new connection; to a host behind the bastion it leads through that."""
    words = ["ssh", "-F", str(ROOT / ".lab" / "ssh_config"), *_NEW, *options, host, command]
    return subprocess.run(words, capture_output=True, text=True, timeout=60)


def reachable() -> list[str]:
    """The hosts to which a new login gets, by way of the bastion, and becomes root."""
    return [host for host in (BASTION, *BEHIND) if ssh(host, "sudo -n true").returncode == 0]


def connects(user: str, address: str, port: int = 22) -> bool:
    """Whether a user of the bastion's gets a connection."""
    command = f"sudo -u {user} timeout 5 bash -c '</dev/tcp/{address}/{port}'"
    return ssh(BASTION, command).returncode == 0


def playbook(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a playbook on the scenario's inventory."""
    words = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        "-i",
        "inventories/lab_private.yml",
        name,
        *arguments,
    ]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=900)


def extra(**variables: object) -> tuple[str, str]:
    """Variables as arguments."""
    return "-e", json.dumps(variables)


def start_ssh(host: str) -> None:
    """As on its console."""
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    words = [*as_root, "podman", "exec", f"nostromo-{host}", "systemctl", "start", "ssh.service"]
    subprocess.run(words, check=True, timeout=60)
