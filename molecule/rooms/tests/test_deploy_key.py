# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A private repository is fetched over SSH with a deploy key, which no build sees, no log shows and no disk keeps."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hostile
import pytest
import yaml
from place import ROOT, Run, as_root, play

ADDRESS = "10.42.0.30"
#: What the build leaves: all that it can find of keys.
SEARCH = """
import subprocess
for search in ("env", "find /run", "cat /proc/[0-9]*/environ /run/deploy/* /proc/[0-9]*/root/run/deploy/*"):
    print(subprocess.run(search, shell=True, capture_output=True).stdout.decode(errors="replace"))
"""
PREPARE = """
command -v git >/dev/null || { apt-get update -qq && apt-get install -qq --no-install-recommends git; } </dev/null >/dev/null 2>&1
id git >/dev/null 2>&1 || useradd --create-home --shell /usr/bin/git-shell git
rm -rf /home/git/etl.git /home/git/.ssh
install -d -o git -g git -m 0700 /home/git/.ssh
tar -x -C /home/git -f - && chown -R git: /home/git
"""


@dataclass(frozen=True)
class Repository:
    """A private repository on another host: the key to it, and the key by which its server is known."""

    private: str
    known_hosts: str

    @property
    def mark(self) -> str:
        """A part of the key that is in nothing else."""
        return self.private.splitlines()[2]

    def run(self, **changes: str) -> Run:
        """Deploy the ETL from the repository, with everything that Ansible is ready to tell."""
        etl = {"git": f"ssh://git@{ADDRESS}/home/git/etl.git", "version": "main", "deploy_key": self.private}
        etl |= {"known_hosts": self.known_hosts, **changes}
        # What other tests left goes now, and not while a later one looks whether files of root's have changed.
        variables = {**opened(), "network_service_sources": {**sources(), "etl": etl}, "pm2_releases_kept": 2}
        return play("site.yml", "--tags", "firewall,pm2", "-vvv", "-e", json.dumps(variables), seconds=200)


def sources() -> dict[str, Any]:
    """Where the services' code comes from in the lab."""
    return {name: {"path": str(ROOT / "apps" / name)} for name in ("sevastopol", "orchestrator", "etl")}


def opened() -> dict[str, Any]:
    """The matrix with a row that leads builds to the repository."""
    data = yaml.safe_load((ROOT / "inventories" / "group_vars" / "all" / "network.yml").read_text("utf-8"))
    row = {"name": "Code", "source": "builds", "destination": "code", "port": 22, "action": "allow"}
    return {
        "network_zones": {**data["network_zones"], "code": [ADDRESS]},
        "network_flows": [*data["network_flows"], {**row, "documented": False, "reason": "the repository is there"}],
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    home = tmp_path_factory.mktemp("git")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "deploy", "-f", home / "key"], check=True)
    tree = hostile.python(home / "etl", SEARCH)
    git = ["git", "-C", str(tree), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "A release"]):
        subprocess.run([*git, *words], check=True)
    served = home / "served"
    subprocess.run(["git", "clone", "-q", "--bare", tree, served / "etl.git"], check=True)
    (served / ".ssh").mkdir()
    (served / ".ssh" / "authorized_keys").write_text(f"restrict {(home / 'key.pub').read_text('utf-8')}", "utf-8")
    packed = subprocess.run(["tar", "-c", "-C", served, "."], check=True, capture_output=True).stdout
    outside(f"sudo sh -euc {shlex.quote(PREPARE)}", packed)
    hosts = outside("cat /etc/ssh/ssh_host_ed25519_key.pub").split()[:2]
    yield Repository((home / "key").read_text("utf-8"), f"{ADDRESS} {' '.join(hosts)}\n")
    back = play("site.yml", seconds=200)
    assert back.status == 0, back.printed


def outside(command: str, data: bytes = b"") -> str:
    """Run a command on the host that has the repository."""
    place = ["ssh", "-F", str(ROOT / ".lab" / "ssh_config"), "outside", command]
    done = subprocess.run(place, input=data, capture_output=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def fetched(repository: Repository) -> Run:
    return repository.run()


def test_it_is_fetched_and_serves(fetched: Run) -> None:
    assert fetched.status == 0, fetched.printed
    assert as_root("test -e /srv/etl/current/attacks").returncode == 0


def test_ansible_shows_no_key(fetched: Run, repository: Repository) -> None:
    assert "deploy_key" in fetched.printed
    assert repository.mark not in fetched.printed


def test_the_host_keeps_no_key(fetched: Run, repository: Repository) -> None:
    done = as_root(
        f"journalctl --no-pager | grep -F {repository.mark} && exit 1\n"
        f"grep -rlF --devices=skip {repository.mark} /etc /home /root /run /srv /tmp /var /dev/shm && exit 1\n"
        "exit 0"
    )
    assert done.returncode == 0, done.stdout


def test_the_build_saw_no_key(fetched: Run, repository: Repository) -> None:
    said = as_root("cat /srv/etl/current/attacks").stdout
    assert "HOME=/home/build" in said
    assert repository.mark not in said
    assert "/run/systemd" in said
    assert "/run/deploy" not in said
    assert "nostromo-deploy" not in said


def test_another_server_is_not_believed(fetched: Run, repository: Repository, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    other = " ".join((tmp_path / "other.pub").read_text("utf-8").split()[:2])
    refused = repository.run(known_hosts=f"{ADDRESS} {other}\n")
    assert refused.status == 2
    assert "Host key verification failed" in refused.printed
    assert repository.mark not in refused.printed
