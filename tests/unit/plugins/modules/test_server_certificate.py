# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server's key is made where it is used, stays there, and never lies beside a certificate of another."""

from __future__ import annotations

import grp
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.nostromo.networking.plugins.modules import server_certificate
from ansible_collections.nostromo.networking.plugins.plugin_utils.database_ca import Authority
from ansible_collections.nostromo.networking.tests.unit.certificates import authority

Run = Callable[..., dict[str, Any]]
NAMES = ["mother.internal", "10.0.0.31"]


def signed(request: str) -> str:
    """A certificate for a request."""
    now = datetime.now(UTC)
    return Authority.read(*authority(), now).sign(request, NAMES, now)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def module(check_mode: bool = False, **more: Any) -> dict[str, Any]:
        group = grp.getgrgid(os.getegid()).gr_name
        place = {"directory": str(tmp_path / "tls" / "server"), "group": group, **more}
        with patch_module_args({**place, "_ansible_check_mode": check_mode}), pytest.raises(SystemExit):
            server_certificate.main()
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        del told["invocation"]
        return told

    return module


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "tls" / "server"


def held(place: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in place.iterdir()}


def test_a_key_a_request_and_the_certificate_for_it(run: Run, place: Path) -> None:
    nothing = {"changed": False, "certificate": "", "public_key": ""}
    assert run() == run(check_mode=True, request=True) == nothing
    assert not place.exists()
    asked = run(request=True)
    assert (asked["changed"], asked["certificate"], asked["public_key"]) == (True, "", "")
    assert held(place) == {"server.key.new": 0o640}
    assert place.stat().st_mode & 0o777 == 0o750
    certificate = signed(asked["request"])
    put = run(certificate=certificate)
    assert (put["changed"], put["certificate"]) == (True, certificate)
    assert "PRIVATE" not in json.dumps([asked, put])
    assert held(place) == {"server.crt": 0o644, "server.key": 0o640}
    assert run() == {"changed": False, "certificate": certificate, "public_key": put["public_key"]}


def test_at_a_renewal_the_key_stays(run: Run, place: Path) -> None:
    run(certificate=signed(run(request=True)["request"]))
    key = (place / "server.key").read_bytes()
    renewed = signed(run(request=True)["request"])
    assert run(certificate=renewed)["certificate"] == renewed
    assert (place / "server.key").read_bytes() == key


def test_a_key_that_others_may_have_read_is_none(run: Run, place: Path) -> None:
    """Until there is a certificate for the new one, the old ones stay beside each other."""
    run(certificate=signed(run(request=True)["request"]))
    old = (place / "server.key").read_bytes()
    (place / "server.key").chmod(0o644)
    assert run()["public_key"] == ""
    asked = run(request=True)
    assert (place / "server.key").read_bytes() == old
    assert run(certificate=signed(asked["request"]))["public_key"]
    assert (place / "server.key").read_bytes() != old
    assert held(place) == {"server.crt": 0o644, "server.key": 0o640}


def test_a_certificate_for_another_key_is_refused(run: Run, place: Path) -> None:
    first = signed(run(request=True)["request"])
    run(certificate=first)
    (place / "server.key").unlink()
    run(request=True)
    told = run(certificate=first)
    assert told["failed"] and told["msg"].endswith("the certificate is not one for its key: run it again")
    assert (place / "server.crt").read_text() == first
    told = run(certificate="nothing")
    assert told["failed"] and "openssl x509: " in told["msg"]


def test_a_link_is_neither_key_nor_certificate(run: Run, place: Path, tmp_path: Path) -> None:
    run(certificate=signed(run(request=True)["request"]))
    for name in ("server.key", "server.crt"):
        (place / name).rename(tmp_path / name)
        (place / name).symlink_to(tmp_path / name)
    assert (run()["certificate"], run()["public_key"]) == ("", "")


def test_without_the_group_there_is_nothing_yet(run: Run) -> None:
    assert run(check_mode=True, group="no-such-group")["public_key"] == ""
    assert "the host has no group no-such-group" in run(group="no-such-group")["msg"]
