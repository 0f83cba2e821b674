# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of this scenario share: runs of Ansible, the server's state, and for how long it could not be reached."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
SCENARIO = ROOT / "molecule" / "lockout"
CONTAINER = "nostromo-server"
#: Deadline in seconds of the roles' commits in converge.yml, and of commit.yml.
ROLE_DEADLINE, COMMIT_DEADLINE = 6, 6
AS_BEFORE = "The host can be reached and is as before."

_STATE = r"""
set -eu
places='/etc/ssh /etc/sudoers.d /etc/sysusers.d /etc/nginx /etc/nostromo /etc/systemd /etc/lockout /srv /usr/local'
find $places ! -type d -printf '%p %y %m %u %g %l\n' 2>/dev/null | sort
find $places -type d -printf '%p %m %u %g\n' 2>/dev/null | sort
find $places /run/lockout -type f -exec sha256sum {} + 2>/dev/null | sort
nft --stateless list ruleset
sshd -T
ss --no-header --listening --tcp --numeric | awk '{ print $4 }' | sort -u
systemctl is-active nostromo-firewall ssh nginx || true
systemctl --failed --no-legend --plain
find /var/lib/nostromo-commit -name pending
systemctl list-units --no-legend --plain 'nostromo-rollback-*'
"""


def ssh(
    host: str, command: str, script: str = "", seconds: int = 5, limit: int = 60
) -> subprocess.CompletedProcess[str]:
    """Run a command over a new connection."""
    options = ["-oControlMaster=no", "-oControlPath=none", "-oBatchMode=yes", f"-oConnectTimeout={seconds}"]
    return subprocess.run(
        ["ssh", "-F", str(ROOT / ".lab" / "ssh_config"), *options, host, command],
        input=script,
        capture_output=True,
        text=True,
        timeout=limit,
    )


def on_server(command: str) -> str:
    """What a command prints on the server, run as root over a new connection."""
    done = ssh("server", "sudo sh -eu", command)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def inside(*command: str) -> subprocess.CompletedProcess[str]:
    """A command in the server without any network, as on its console."""
    return podman("exec", CONTAINER, *command)


def podman(*words: str) -> subprocess.CompletedProcess[str]:
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    return subprocess.run([*as_root, "podman", *words], capture_output=True, text=True, timeout=60)


def lose_power() -> None:
    """No unit is stopped, no connection closed; rules in the kernel are gone, as they go with the container's network."""
    podman("kill", "--signal", "KILL", CONTAINER)
    podman("wait", CONTAINER)
    podman("container", "cleanup", CONTAINER)
    podman("start", CONTAINER)


def remove_firewall() -> None:
    """As on a host that has never had one."""
    unit = "nostromo-firewall.service"
    on_server(f"systemctl disable --quiet --now {unit}; rm -r /etc/nostromo /etc/systemd/system/{unit}")
    on_server("systemctl daemon-reload")
    assert "nostromo" not in on_server("nft list tables")


def state() -> dict[str, str]:
    """Files, rules, settings and listeners of the server, and what it serves to a client on the internet."""
    urls = "https://app.nostromo.cl/ https://api.nostromo.cl/api/"
    served = ssh("outside", f"curl --silent --insecure --write-out ' %{{http_code}}\\n' {urls}")
    return {"host": on_server(_STATE), "served": served.stdout}


class Control:
    """Where Ansible keeps its connections; a new place after a reboot, which ends them all."""

    directory = tempfile.mkdtemp(prefix="cp")

    @classmethod
    def renew(cls) -> None:
        cls.directory = tempfile.mkdtemp(prefix="cp")


@dataclass
class Run:
    """A run of ansible-playbook."""

    process: subprocess.Popen[str]
    printed: str = ""

    def end(self, seconds: int = 90) -> Run:
        self.printed, _ = self.process.communicate(timeout=seconds)
        return self

    def kill(self) -> None:
        """As if the controller died. Ansible's workers are in sessions of their own, so one signal to a group is not enough."""
        processes = [self.process.pid]
        for process in processes:
            children = subprocess.run(["pgrep", "--parent", str(process)], capture_output=True, text=True).stdout
            processes += map(int, children.split())
        for process in processes:
            os.kill(process, signal.SIGKILL)
        self.end()

    @property
    def failed(self) -> bool:
        return self.process.returncode == 2

    @property
    def changed(self) -> bool:
        return bool(re.search(r"^server .* changed=[1-9]", self.printed, re.MULTILINE))

    @property
    def message(self) -> str:
        """What the task that failed says."""
        lines = self.printed.splitlines()
        for number, line in enumerate(lines):
            if line.startswith(("fatal: ", "[ERROR]: Task failed")) and "=> {" in line:
                text = line.partition("=> ")[2]
                for following in lines[number + 1 :]:
                    if following.startswith(("TASK", "PLAY", "fatal")):
                        break
                    text += following
                return str(json.loads(text).get("msg", ""))
        return ""


def start(playbook: str, *arguments: str, **variables: Any) -> Run:
    """Start a playbook, by its path in the scenario or the checkout, on the lab."""
    path = SCENARIO / playbook if (SCENARIO / playbook).exists() else ROOT / playbook
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(ROOT / "inventories" / "lab.yml")]
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
        "ANSIBLE_SSH_CONTROL_PATH_DIR": Control.directory,
        "ANSIBLE_FORCE_COLOR": "false",
    }
    process = subprocess.Popen(
        [*command, str(path), *arguments, "-e", json.dumps(variables)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Run(process)


def play(playbook: str, *arguments: str, **variables: Any) -> Run:
    """Run a playbook to its end."""
    return start(playbook, *arguments, **variables).end()


def commit(*arguments: str, **wanted: Any) -> Run:
    """Run one commit of the set `lockout` to its end."""
    return play("commit.yml", *arguments, wanted=wanted)


def eventually(is_so: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes to be so in time."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def is_pending(name: str) -> bool:
    """Whether a commit of that set awaits its confirmation."""
    return inside("test", "-e", f"/var/lib/nostromo-commit/{name}/pending").returncode == 0


def can_log_in() -> bool:
    """Whether a new connection leads to a shell within two seconds; one begun before rules changed may hang for longer."""
    try:
        return ssh("server", "true", seconds=1, limit=2).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@dataclass
class Outage:
    """The longest time without a successful login, in seconds."""

    longest: float = 0.0
    _last: float = field(default_factory=time.monotonic)

    def saw(self, reachable: bool) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self._last)
        if reachable:
            self._last = now


@contextmanager
def watching() -> Iterator[Outage]:
    """Log in again and again over new connections, and measure the longest time that this did not succeed."""
    outage, ended = Outage(), threading.Event()

    def watch() -> None:
        while not ended.is_set():
            outage.saw(can_log_in())
            ended.wait(0.3)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield outage
    finally:
        ended.set()
        thread.join()
