# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.nostromo.networking.plugins.module_utils.files import directory
from ansible_collections.nostromo.networking.plugins.module_utils.release.archive import pack
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

    def module(check_mode: bool = False, **changes: Any) -> dict[str, Any]:
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


@pytest.fixture
def shipped(run: Run, tmp_path: Path) -> dict[str, str]:
    """What another host has installed."""
    run(directory=str(tmp_path / "there" / "7.0.4"))
    target = io.BytesIO()
    with directory(tmp_path / "there" / "7.0.4") as tree:
        pack(tree, target)
    (tmp_path / "archive").write_bytes(target.getvalue())
    sha256 = hashlib.sha256(target.getvalue()).hexdigest()
    return {"host": "app1", "archive": str(tmp_path / "archive"), "sha256": sha256}


def test_it_comes_from_another_host_without_npm(run: Run, shipped: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "npm").unlink()
    asked = run(shipped={"host": "app1"})
    assert (asked["changed"], asked["upload_needed"]) == (False, True)
    assert run(check_mode=True, shipped={"host": "app1"})["diff"]["after"].endswith("7.0.4, as app1 has it\n")
    done = run(shipped=shipped)
    assert (done["changed"], done["upload_needed"]) == (True, False)
    assert (tmp_path / "7.0.4" / "bin" / "pm2").read_text(encoding="utf-8") == "pm2@7.0.4\n"
    assert (tmp_path / "7.0.4").stat().st_mode & 0o7777 == 0o755
    again = run(shipped={"host": "app1"})
    assert (again["changed"], again["upload_needed"]) == (False, False)


def test_an_archive_that_is_another_installs_nothing(run: Run, shipped: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(b"other")
    assert "the archive from app1 cannot be used: it was damaged on its way" in run(shipped=shipped)["msg"]
    assert not (tmp_path / "7.0.4").exists()
    assert not (tmp_path / ".7.0.4.new").exists()


def test_a_link_that_leads_out_of_an_archive_is_refused(run: Run, shipped: dict[str, str], tmp_path: Path) -> None:
    place = tmp_path / "evil" / "bin"
    place.mkdir(parents=True)
    (place / "pm2").symlink_to("/etc/shadow")
    target = io.BytesIO()
    with directory(place.parent) as tree:
        pack(tree, target)
    (tmp_path / "archive").write_bytes(target.getvalue())
    sha256 = hashlib.sha256(target.getvalue()).hexdigest()
    assert "bin/pm2 leads out of it" in run(shipped={**shipped, "sha256": sha256})["msg"]
    assert not (tmp_path / "7.0.4").exists()
