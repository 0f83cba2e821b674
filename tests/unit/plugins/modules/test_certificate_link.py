# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.nostromo.networking.plugins.modules import certificate_link

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def module(check_mode: bool = False) -> dict[str, Any]:
        arguments = {
            "path": str(tmp_path / "tls" / "app"),
            "target": str(tmp_path / "live"),
            "placeholder": str(tmp_path / "tls" / "placeholder"),
            "names": ["app.test", "api.test"],
            "_ansible_check_mode": check_mode,
        }
        with patch_module_args(arguments), pytest.raises(SystemExit):
            certificate_link.main()
        return json.loads(capsys.readouterr().out)

    return module


def issue(directory: Path) -> None:
    directory.mkdir()
    for name in ("fullchain.pem", "privkey.pem"):
        (directory / name).touch()


def test_a_placeholder_first_and_the_certificate_when_there_is_one(run: Run, tmp_path: Path) -> None:
    link, placeholder = tmp_path / "tls" / "app", tmp_path / "tls" / "placeholder"
    first = run()
    assert (first["changed"], first["placeholder"], link.readlink()) == (True, True, placeholder)
    assert (placeholder / "privkey.pem").stat().st_mode & 0o777 == 0o600
    show = ["openssl", "x509", "-in", placeholder / "fullchain.pem", "-noout", "-text"]
    text = subprocess.check_output(show, text=True)
    assert "DNS:app.test, DNS:api.test" in text
    assert run()["changed"] is False

    issue(tmp_path / "live")
    healed = run()
    assert (healed["changed"], healed["placeholder"], link.readlink()) == (True, False, tmp_path / "live")
    assert run()["changed"] is False
    assert sorted(path.name for path in link.parent.iterdir()) == ["app", "placeholder"]


def test_no_placeholder_is_made_when_there_is_a_certificate(run: Run, tmp_path: Path) -> None:
    issue(tmp_path / "live")
    assert run()["target"] == str(tmp_path / "live")
    assert not (tmp_path / "tls" / "placeholder").exists()


def test_half_a_placeholder_is_made_again(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tls" / "placeholder").mkdir(parents=True)
    (tmp_path / "tls" / "placeholder" / "fullchain.pem").touch()
    assert run()["changed"] is True
    assert (tmp_path / "tls" / "placeholder" / "privkey.pem").is_file()


def test_check_mode_tells_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    result = run(check_mode=True)
    assert result["changed"] is True
    assert result["diff"]["after"] == f"{tmp_path}/tls/app -> {tmp_path}/tls/placeholder (new, self-signed)\n"
    assert list(tmp_path.iterdir()) == []


def test_a_directory_in_the_place_of_the_link_is_not_touched(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tls" / "app").mkdir(parents=True)
    result = run()
    assert result["failed"] is True
    assert result["msg"].endswith("is not a link. Move it away: this module keeps a link to the certificate there.")
