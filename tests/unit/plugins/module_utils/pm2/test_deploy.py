# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is refused before anything of a service is touched, and which way it is started and stopped."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.listening import Listener
from ansible_collections.nostromo.networking.plugins.module_utils.pm2 import deploy
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.compare import Plan, Step, Unit
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.deploy import DeployError, Deployment, Limits
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.ecosystem_file import EcosystemFile
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.proving import Prover, UnprovenError
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.rolling import Rolling
from ansible_collections.nostromo.networking.plugins.module_utils.release.store import Store
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import (
    API,
    PATH,
    RELEASE,
)


def test_a_release_without_its_script(tmp_path: Path) -> None:
    service = replace(API, script="server.js", directory=str(tmp_path))
    store = Store(str(tmp_path), (0, 0), 0)
    deployment = Deployment(service, str(tmp_path / "api.json"), PATH, store, Limits())
    steps = Plan(step="restart", reasons=("new",))

    def build() -> None:
        store.path(RELEASE).mkdir(parents=True)
        (store.path(RELEASE) / "package.json").write_text('{"scripts": {"start": "node dist/main.js"}}')

    with pytest.raises(
        DeployError, match=rf"^release {RELEASE} has no file 'server.js', its script; .* starts 'node dist/main.js'$"
    ):
        deployment.commit(RELEASE, steps, build)
    assert not (tmp_path / "api.json").exists()
    assert not (tmp_path / "api.json.proven").exists()


STRANGER = Listener("tcp", "127.0.0.1", 8000, "python3", 9, "root", "web.service")


class Host:
    """systemd and PM2, as far as a deployment asks them; ``reload`` is what becomes of a rolling replacement."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.unit = Unit(active=True, enabled=True)
        self.log: list[str] = []
        self.listening: tuple[Listener, ...] = ()
        self.reload: Exception | None = None
        monkeypatch.setattr(deploy, "show", lambda _name: self.unit)
        monkeypatch.setattr(deploy, "control", lambda verb, _name, _seconds=None: self.asked.append(verb))
        monkeypatch.setattr(deploy, "said", lambda _name, _since: self.log)
        monkeypatch.setattr(deploy, "listeners", lambda _port: self.listening)
        monkeypatch.setattr(EcosystemFile, "_write", lambda _self, path, content: path.write_text(content))
        monkeypatch.setattr(Rolling, "carry_out", self._replace)
        monkeypatch.setattr(Prover, "prove", self._prove)

    def _replace(self, *_arguments: object) -> None:
        self.asked.append("reload")
        if self.reload:
            raise self.reload

    def _prove(self, *_arguments: object) -> str:
        self.asked.append("prove")
        return "it serves"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(monkeypatch)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    service = replace(API, directory=str(tmp_path))
    return Deployment(service, str(tmp_path / "api.json"), PATH, Store(str(tmp_path), (0, 0), 0), Limits())


def commit(deployment: Deployment, step: Step) -> str:
    def build() -> None:
        script = deployment.store.path(RELEASE) / "src" / "server.js"
        script.parent.mkdir(parents=True)
        script.touch()

    return deployment.commit(RELEASE, Plan(step=step, reasons=("new",)), build)


def test_what_showed_that_it_serves_is_told(host: Host, deployment: Deployment) -> None:
    assert commit(deployment, "restart") == "it serves"
    assert (host.asked, deployment.file.exists, deployment.file.unfinished) == (["restart", "prove"], True, False)


def test_a_stranger_on_the_port_is_named_before_anything_is_touched(host: Host, deployment: Deployment) -> None:
    host.listening = (STRANGER,)
    held = "127.0.0.1:8000 is held by python3 of web.service (process 9, user root), not by pm2-api.service"
    with pytest.raises(DeployError, match=re.escape(held)):
        commit(deployment, "restart")
    assert (host.asked, deployment.file.exists, deployment.file.unfinished) == ([], False, False)


@pytest.mark.parametrize(
    ("log", "beside", "asked"),
    [
        (["Error: listen EADDRINUSE: address already in use 0.0.0.0:8000"], (), ["reload", "restart", "prove"]),
        (["OSError: [Errno 98] Address already in use"], (), ["reload", "restart", "prove"]),
        (["Error: no such table"], (), ["reload"]),
        (["Error: listen EADDRINUSE"], (replace(STRANGER, address="10.0.0.1"),), ["reload"]),
    ],
)
def test_processes_that_are_in_each_others_way_are_restarted(
    host: Host, deployment: Deployment, log: list[str], beside: tuple[Listener, ...], asked: list[str]
) -> None:
    """Where their own predecessors hold the port, and nobody else does: a release that is merely broken takes nothing down."""
    host.log, host.listening, host.reload = log, beside, UnprovenError("process 0 crashes")
    steps = Plan(step="reload", reasons=("new",))
    deployment.store.path(RELEASE).mkdir(parents=True)
    if asked[-1] == "prove":
        deployment._serve(deployment.service, RELEASE, steps)
    else:
        with pytest.raises(UnprovenError):
            deployment._serve(deployment.service, RELEASE, steps)
    assert host.asked == asked


@pytest.mark.parametrize(
    ("unit", "asked"),
    [
        (Unit(active=True, enabled=True), ["stop", "reset-failed", "disable"]),
        (Unit(active=False, enabled=True), ["stop", "reset-failed", "disable"]),
        (Unit(active=False, enabled=False, at_rest=True), []),
    ],
)
def test_a_unit_that_is_started_again_and_again_is_stopped(
    host: Host, deployment: Deployment, unit: Unit, asked: list[str]
) -> None:
    host.unit = unit
    assert deployment.remove() is bool(asked)
    assert host.asked == asked
