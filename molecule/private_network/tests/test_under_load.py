# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Under a load of GET and POST through Nginx no request fails but those, not to be repeated, that a dead node had taken up.

The last of the files: Nginx keeps another limit, and the orchestrator a release that only this one deployed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bastion
import pytest

API = "api.front.test"
PROGRAM = Path(__file__).parent / "remote" / "load.py"
CLIENTS = 6
#: Within how many seconds a node is to be left out.
OUT = 3
NODES = {"app1", "app2"}


@dataclass
class Load:
    """What became of the requests, and by the clock of this machine, which is that of the hosts, when it was done to the node."""

    at: float = 0.0
    made: dict[str, int] = field(default_factory=dict)
    failed: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, method: str) -> list[dict[str, Any]]:
        """What failed."""
        return [one for one in self.failed if one["method"] == method]

    def seconds(self, node: str) -> set[int]:
        """In which seconds after it a node answered."""
        return {int(second) - int(self.at) for second in self.answers.get(node, {})}


@contextmanager
def load(seconds: int = 300) -> Iterator[Load]:
    """Clients on the internet ask meanwhile, at most for a time; they are two seconds under way when this begins."""
    found, over = Load(), "/tmp/load-is-over"
    words = ["ssh", "-F", str(bastion.ROOT / ".lab" / "ssh_config"), "outside"]
    words += [f"python3 - {API} {seconds} {CLIENTS} {over}"]
    with PROGRAM.open() as program, subprocess.Popen(words, stdin=program, stdout=subprocess.PIPE, text=True) as asking:
        time.sleep(2)
        found.at = time.time()
        yield found
        lasted = time.time() - found.at
        bastion.ssh("outside", f"touch {over}")
        said, _ = asking.communicate(timeout=seconds + 90)
    assert lasted < seconds - 2, "it was over before what it was for"
    for key, value in json.loads(said).items():
        setattr(found, key, value)
    assert min(found.made["GET"], found.made["POST"]) > 5 * lasted, found.made


@pytest.fixture(scope="module", autouse=True)
def unlimited() -> None:
    """The documented rate limit is for clients of the internet; nothing else of the hosts is changed."""
    assert site("--tags", "nginx").returncode == 0


def site(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The whole system, without the limit."""
    limit = {"key": "$binary_remote_addr", "size": "10m", "rate": "5000r/s", "burst": 5000, "nodelay": True, "location": "/api/"}
    return bastion.playbook("site.yml", *bastion.extra(network_rate_limits={"api_limit": limit}), *arguments)


def on(node: str, command: str) -> float:
    """Run it as root; when it was done."""
    done = bastion.ssh(node, f"sudo sh -c '{command} && date +%s.%N'")
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_a_tenant_stays_on_one_node() -> None:
    ask = f"curl --silent --fail --header X-Tenant:$tenant https://{API}/api/status"
    done = bastion.ssh("outside", f"for _ in 1 2; do for tenant in $(seq 40); do {ask}; echo; done; done")
    answers = {(one["tenant"], one["node"]) for one in map(json.loads, done.stdout.splitlines())}
    assert len(answers) == 40
    assert {node for _, node in answers} == NODES


def test_a_node_is_killed() -> None:
    with load() as seen:
        seen.at = on("app1", "systemctl kill --signal=KILL pm2-orchestrator")
        time.sleep(10)
    assert seen.of("GET") == []
    # The kernel takes connections for it until the last process is gone.
    assert [one for one in seen.of("POST") if not one["began"] < seen.at + 1 < one["ended"] + OUT] == [], seen.at
    assert len(seen.of("POST")) <= CLIENTS
    assert seen.seconds("app2") >= set(range(9))
    assert max(seen.seconds("app1")) > 6  # it is back


def test_a_node_is_stopped_and_goes_on() -> None:
    with load() as seen:
        seen.at = on("app1", "systemctl kill --signal=STOP pm2-orchestrator")
        time.sleep(7)
        on("app1", "systemctl kill --signal=CONT pm2-orchestrator")
        time.sleep(6)
    assert seen.failed == []
    assert seen.seconds("app1").isdisjoint(range(OUT, 6))
    assert seen.seconds("app2") >= set(range(OUT, 12))
    assert max(seen.seconds("app1")) > 8


def test_a_node_is_rebooted() -> None:
    with load() as seen:
        subprocess.run([bastion.ROOT / "script" / "lab", "restart", "app1"], check=True, capture_output=True, timeout=120)
        done = time.time()
        time.sleep(12)
    assert seen.of("GET") == []
    assert [one for one in seen.of("POST") if one["began"] > done] == []
    assert len(seen.of("POST")) <= CLIENTS
    assert max(seen.seconds("app1")) > done - seen.at


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The services' code, that of the orchestrator a copy; afterwards the data's serves again."""
    shutil.copytree(bastion.ROOT / "apps", tmp_path / "apps", ignore=shutil.ignore_patterns("node_modules"))
    yield {name: {"path": str(tmp_path / "apps" / name)} for name in ("orchestrator", "sevastopol", "etl")}


def deploy(sources: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """One service."""
    told = bastion.extra(service="orchestrator", network_service_sources=sources)
    return bastion.playbook("playbooks/deploy.yml", *told)


def test_a_release_is_deployed(sources: dict[str, Any]) -> None:
    Path(sources["orchestrator"]["path"], "CHANGES").write_text("another\n", encoding="utf-8")
    with load() as seen:
        done = deploy(sources)
    assert done.returncode == 0, done.stdout
    assert seen.failed == []


def test_a_release_that_does_not_start_is_deployed(sources: dict[str, Any]) -> None:
    Path(sources["orchestrator"]["path"], "src", "server.js").write_text("process.exit(3)\n", encoding="utf-8")
    with load() as seen:
        done = deploy(sources)
    assert done.returncode == 2, done.stdout
    assert "which serves again" in done.stdout
    assert seen.failed == []


def test_nodes_come_and_go(tmp_path: Path) -> None:
    """The host of the ETL is a node of the orchestrator's for a while."""
    third = tmp_path / "third.yml"
    third.write_text("all: {children: {orchestrator: {hosts: {etl1: {}}}}}\n", encoding="utf-8")
    parts = "firewall,names,postgresql,balancer,pm2"  # of which it is another matter
    with load(600) as seen:
        came = site("-i", str(third), "--tags", parts)
        time.sleep(OUT)
        done = time.time()
        went = site("--tags", parts)
    assert came.returncode == 0, came.stdout
    assert went.returncode == 0, went.stdout
    assert seen.failed == []
    assert any(second < done - seen.at for second in seen.seconds("etl1"))
    on("etl1", "systemctl disable --now --quiet pm2-orchestrator")


def test_verify_names_the_node_that_is_down(tmp_path: Path) -> None:
    on("app2", "systemctl stop pm2-orchestrator")
    try:
        done = bastion.playbook("playbooks/verify.yml", "-e", f"reports={tmp_path}")
    finally:
        on("app2", "systemctl start pm2-orchestrator")
    assert done.returncode == 2
    report = json.loads((tmp_path / "proof.json").read_text())
    reasons = [one["reason"] for one in report["checks"] if one["verdict"] == "failed"]
    assert any(reason.startswith("app2 gets none: DOWN") for reason in reasons), reasons
