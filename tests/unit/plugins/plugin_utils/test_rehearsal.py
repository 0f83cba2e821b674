# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Modules as a host's Python is given them: without Ansible, in check mode, and silent unless nothing is to be done."""

from __future__ import annotations

import getpass
import grp
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.loader import module_loader
from ansible_collections.nostromo.networking.plugins.plugin_utils.rehearsal import (
    ansible_name,
    program,
    question,
    sources,
)

PLUGINS = "ansible_collections.nostromo.networking.plugins"
ACTIONS = Path(__file__).resolve().parents[4] / "plugins" / "action"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEy0Bqgs5cUmCKR0cUk0lEOMnHXPYMSXcEHcGjcRbQM2 ripley@nostromo.cl"
#: Each rehearsed module with arguments that leave it something to do, or that this machine has no program for.
UNFINISHED: dict[str, dict[str, Any]] = {
    "admin_users": {"admins": [{"name": "no-such-user", "keys": [KEY]}]},
    "certbot_certificate": {
        "name": "no.such.test",
        "names": ["no.such.test"],
        "server": "https://acme/dir",
        "webroot": "/nowhere",
        "http_port": 80,
        "https_port": 443,
    },
    "certificate_link": {
        "path": "/nowhere/link",
        "target": "/nowhere/a",
        "placeholder": "/nowhere/b",
        "names": ["a.test"],
    },
    "confirmed_commit": {"name": "unit-test", "files": [{"path": "/nowhere/file", "content": ""}]},
    "firewall_conflicts": {"table": "nostromo"},
    "host_facts": {},
    "nginx_conflicts": {"directory": str(Path(__file__).parent / "foreign_nginx")},
    "npm_package": {"name": "pm2", "version": "7.0.4", "directory": "/nowhere"},
    "pm2_service": {
        "name": "api",
        "user": "no-such-user",
        "home": "/nowhere",
        "source": {"path": "api", "digest": "sha256:0"},
        "script": "a.js",
    },
    "postgresql_access": {"databases": [{"name": "nostromo", "owner": "postgres"}]},
}
#: Those that have nothing to do on this machine, whatever they are told.
FINISHED: dict[str, dict[str, Any]] = {
    "postgresql_cluster": {"version": "99"},
    "postgresql_conflicts": {"version": "99"},
    "server_certificate": {"directory": "/nowhere", "group": "root"},
}


def module(name: str) -> ModuleType:
    return importlib.import_module(f"{PLUGINS}.modules.{name}")


def rehearse(name: str, arguments: dict[str, Any]) -> Any:
    """What the host answers: the module's result, or nothing if the module has to run."""
    subject = module(name)
    checked = ArgumentSpecValidator(subject.ARGUMENTS, **getattr(subject, "RULES", {})).validate(arguments)
    assert not checked.error_messages
    text = program(question(subject, checked.validated_parameters))
    done = subprocess.run([sys.executable, "-I", "-S", "-"], input=text, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    answer, others = json.loads(done.stdout)
    assert others == {}
    return answer


def test_every_rehearsed_module_is_tried_here() -> None:
    texts = [path.read_text(encoding="utf-8") for path in ACTIONS.glob("*.py")]
    found = {match[1] for text in texts if (match := re.search(r"^    module = (\w+)$", text, re.MULTILINE))}
    assert found == set(UNFINISHED) | set(FINISHED)


@pytest.mark.parametrize(("name", "arguments"), FINISHED.items())
def test_what_there_is_nothing_to_do_for_is_said_at_once(name: str, arguments: dict[str, Any]) -> None:
    assert rehearse(name, arguments)["changed"] is False


@pytest.mark.parametrize(("name", "arguments"), UNFINISHED.items())
def test_what_there_is_to_do_is_left_to_the_module(
    name: str, arguments: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rehearse(name, arguments) is None
    assert not Path("/nowhere").exists()


def test_the_module_itself_is_found_by_ansible() -> None:
    name = ansible_name(module("host_facts"))
    assert name == "nostromo.networking.host_facts"
    assert module_loader.find_plugin_with_context(name).resolved


def test_sources_come_after_what_they_import() -> None:
    names = [name.removeprefix(f"{PLUGINS}.") for name in sources(module("confirmed_commit"))]
    assert names[-1] == "modules.confirmed_commit"
    assert names.index("module_utils.commit.model") < names.index("module_utils.commit.disk")
    assert names.index("module_utils.commit.journal") < names.index("module_utils.commit.disk")


@pytest.fixture
def kept(tmp_path: Path) -> dict[str, Any]:
    """A file that is as its set wants it."""
    path = tmp_path / "file"
    path.write_text("as it should be: {braces} and 'quotes'\n", encoding="utf-8")
    path.chmod(0o640)
    owner = {"owner": getpass.getuser(), "group": grp.getgrgid(path.stat().st_gid).gr_name}
    return {"path": str(path), "content": path.read_text(encoding="utf-8"), "mode": "0640", **owner}


def test_a_set_that_is_as_wanted_needs_no_module(kept: dict[str, Any]) -> None:
    assert rehearse("confirmed_commit", {"name": "unit-test", "files": [kept], "active": "true"}) == {
        "changed": False,
        "changes": {},
        "activated": [],
        "drifted": False,
        "validated": False,
        "diff": [],
    }


@pytest.mark.parametrize(
    "differing",
    [
        pytest.param({"files": {"content": "other\n"}}, id="content"),
        pytest.param({"files": {"mode": "0600"}}, id="mode"),
        pytest.param({"files": {"group": "no-such-group"}}, id="group"),
        pytest.param({"files": {"content": None, "state": "absent"}}, id="state"),
        pytest.param({"files": {"mode": "rw"}}, id="what the module has to refuse"),
        pytest.param({"active": "false"}, id="running state"),
        pytest.param({"active": "no-such-command"}, id="a command that is missing"),
    ],
)
def test_whatever_differs_is_left_to_the_module(kept: dict[str, Any], differing: dict[str, Any]) -> None:
    arguments = {"active": "true", **differing, "files": [{**kept, **differing.get("files", {})}]}
    before = Path(kept["path"]).read_text(encoding="utf-8")
    assert rehearse("confirmed_commit", {"name": "unit-test", **arguments}) is None
    assert Path(kept["path"]).read_text(encoding="utf-8") == before


def test_facts_come_from_a_rehearsal_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dpkg = tmp_path / "dpkg-query"
    dpkg.write_text("#!/bin/sh\nprintf 'installed nginx 1.26.3-3 amd64\\ninstalled curl 8.14.1-2 amd64\\n'\n", encoding="utf-8")
    dpkg.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 40000 192.0.2.10 22")
    facts = rehearse("host_facts", {})["ansible_facts"]
    assert (facts["installed_packages"], facts["ssh_client"]) == (["curl", "nginx"], "192.0.2.1")


def test_a_certificate_that_is_linked_needs_no_module(tmp_path: Path) -> None:
    for name in ("fullchain.pem", "privkey.pem"):
        (tmp_path / name).touch()
    (tmp_path / "linked").symlink_to(tmp_path)
    arguments = {
        "path": str(tmp_path / "linked"),
        "target": str(tmp_path),
        "placeholder": "/nowhere",
        "names": ["app.test"],
    }
    assert rehearse("certificate_link", arguments)["target"] == str(tmp_path)
