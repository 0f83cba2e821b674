# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.nostromo.networking.plugins.modules import npm_package

Run = Callable[..., dict[str, Any]]

# Installs as npm would: `npm install --global --no-audit --no-fund --prefix DIRECTORY NAME@VERSION`.
NPM = r"""#!/bin/sh
set -eu
[ "${7%@*}" != missing ] || { echo "E404 missing is not in this registry" >&2; exit 1; }
mkdir -p "$6/bin"
echo "$7" >"$6/bin/${7%@*}"
"""


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "npm").write_text(NPM, encoding="utf-8")
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def module(check_mode: bool = False, **changes: str) -> dict[str, Any]:
        arguments = {"name": "pm2", "version": "7.0.4", "directory": str(tmp_path / "7.0.4"), **changes}
        with patch_module_args({**arguments, "_ansible_check_mode": check_mode}), pytest.raises(SystemExit):
            npm_package.main()
        return json.loads(capsys.readouterr().out)

    return module


def test_installs_once(run: Run, tmp_path: Path) -> None:
    program = tmp_path / "7.0.4" / "bin" / "pm2"
    assert run(check_mode=True)["changed"] is True
    assert not program.exists()
    first = run()
    assert (first["changed"], first["program"], program.read_text(encoding="utf-8")) == (
        True,
        str(program),
        "pm2@7.0.4\n",
    )
    assert run()["changed"] is False


def test_says_what_npm_says(run: Run) -> None:
    assert "E404 missing is not in this registry" in run(name="missing")["msg"]


def test_a_package_without_the_program_is_no_success(run: Run) -> None:
    assert run(program="other")["msg"].startswith("npm could not install pm2@7.0.4 with ")


def test_whatever_the_umask_everybody_can_read_it(run: Run, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        run(directory=str(tmp_path / "opt" / "7.0.4"))
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "opt").rglob("*")}
    assert modes == {"7.0.4": 0o755, "bin": 0o755, "pm2": 0o644}


@pytest.mark.skipif(os.geteuid() != 0, reason="files of other users are made by root")
def test_what_an_archive_gave_to_another_user_is_roots_again(run: Run, tmp_path: Path) -> None:
    run()
    place = tmp_path / "7.0.4"
    (place / "bin" / "helper").write_text("", encoding="utf-8")
    (place / "bin" / "helper").chmod(0o4777)
    (place / "link").symlink_to("/etc/shadow")
    shadow = os.stat("/etc/shadow")
    for path in (place / "bin", place / "bin" / "helper", place / "link"):
        os.chown(path, 1234, 1234, follow_symlinks=False)
    assert run(check_mode=True)["changed"] is True
    repaired = run()
    assert f"3 paths: {place}/bin, {place}/link, {place}/bin/helper" in repaired["diff"]["after"]
    owners = {(path.lstat().st_uid, path.lstat().st_gid) for path in place.rglob("*")}
    assert owners == {(0, 0)}
    assert (place / "bin" / "helper").stat().st_mode & 0o7777 == 0o755
    assert os.stat("/etc/shadow") == shadow
    assert run()["changed"] is False
