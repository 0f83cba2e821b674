# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One service deployed by itself, returned from, and told of afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import network
import pytest
from testinfra.host import Host
from web import get

pytestmark = pytest.mark.one_release

SERVICE = "orchestrator"
APP = f"https://{network.variables()['network_certificate']['names'][0]}/"
SOURCES = {name: one["source"] for name, one in network.variables()["network_services"].items()}


def deploy(**extra: Any) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    told = json.dumps({"service": SERVICE, **extra})
    command = [program, "-i", str(network.INVENTORY), "playbooks/deploy.yml", "-e", told]
    return subprocess.run(command, cwd=network.ROOT, env=network.ENVIRONMENT, capture_output=True, text=True)


def release(server: Host) -> str:
    """The one that serves."""
    return server.check_output("basename $(readlink /srv/%s/current)", SERVICE)


@pytest.fixture(scope="module")
def before(server: Host) -> Iterator[str]:
    """The release that the data say, which serves again after the tests, and of the others nothing is left."""
    kept = server.check_output("ls /srv/%s/releases", SERVICE).split()
    yield release(server)
    network.changed(network.attempt("--tags", "pm2"))
    for name in {*server.check_output("ls /srv/%s/releases", SERVICE).split()} - {*kept}:
        server.check_output("rm -r /srv/%s/.complete/%s /srv/%s/releases/%s", SERVICE, name, SERVICE, name)
        server.check_output("rm -f /srv/%s/.migrated/%s", SERVICE, name)


def changed_source(place: Path, server: str = "") -> dict[str, Any]:
    """The services' sources, of which one has another file, or is another server."""
    tree = shutil.copytree(SOURCES[SERVICE]["path"], place / SERVICE, ignore=shutil.ignore_patterns("node_modules"))
    (tree / "CHANGES").write_text("another\n", encoding="utf-8")
    if server:
        (tree / "src" / "server.js").write_text(server, encoding="utf-8")
    return {"network_service_sources": {**SOURCES, SERVICE: {"path": str(tree)}}}


def test_one_service_alone_is_deployed(server: Host, outside: Host, tmp_path: Path, before: str) -> None:
    others = "systemctl show --property=MainPID --value pm2-sevastopol pm2-etl nginx"
    pids = server.check_output(others)
    done = deploy(**changed_source(tmp_path))
    assert network.changed(done) == 1
    assert release(server) != before
    assert f"{SERVICE}: release {release(server)} serves: " in done.stdout
    assert get(outside, APP).status == 200
    assert server.check_output(others) == pids


def test_a_release_that_does_not_start_leaves_what_served(server: Host, tmp_path: Path, before: str) -> None:
    served = release(server)
    done = deploy(**changed_source(tmp_path, "process.exit(3)\n"))
    assert done.returncode == 2
    assert "which serves again" in done.stdout
    assert release(server) == served


def test_the_release_from_before_is_returned_to(server: Host, before: str) -> None:
    assert network.changed(deploy(release="previous")) == 1
    assert release(server) == before
    assert network.changed(deploy()) == 0  # it is what the data say


def test_who_deployed_what_when_is_told(server: Host, before: str) -> None:
    done = deploy(list=True)
    assert network.changed(done) == 0
    told = [line for line in done.stdout.splitlines() if "Z  " in line and ", by " in line]
    deployed, failed, returned = told[-3:]
    assert "of files of the controller, by " in deployed and ": serves" in deployed
    assert ": serves" not in failed
    assert f"{before} of return to previous, by " in returned and ": serves" in returned


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ({"service": "nobody"}, f"one of {', '.join(SOURCES)}"),
        ({"version": "v1"}, "comes from no git repository"),
        ({"release": "v1"}, "release 'v1' is not kept on this host; there is "),
        ({"release": "previous", "version": "v1"}, "a version or a release, not both"),
    ],
)
def test_what_cannot_be_deployed_is_refused(server: Host, extra: dict[str, str], why: str, before: str) -> None:
    served = release(server)
    done = deploy(**extra)
    assert done.returncode == 2
    assert why in done.stdout
    assert release(server) == served


def test_a_migration_runs_once_before_a_release_and_where_it_fails_nothing_is_replaced(server: Host, before: str) -> None:
    served, services = release(server), network.variables()["network_services"]

    def migrated_by(command: str) -> subprocess.CompletedProcess[str]:
        return deploy(network_services={**services, SERVICE: {**services[SERVICE], "migrate": [command]}})

    failed = migrated_by("echo no such table; exit 3")
    assert failed.returncode == 2
    assert "ended with status 3. It replaces nothing" in failed.stdout
    assert "no such table" in failed.stdout
    assert release(server) == served
    adds = 'id -un >>"$HOME/migrated" && readlink /srv/orchestrator/current >>"$HOME/migrated"'
    try:
        assert [network.changed(migrated_by(adds)) for _time in range(2)] == [1, 0]
        assert release(server) != served
        ran = server.check_output("cat /var/lib/%s/migrated", SERVICE).split()
        assert ran == [SERVICE, f"releases/{served}"]  # once, while that one served
    finally:
        server.check_output("rm -f /var/lib/%s/migrated", SERVICE)
