# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys in a home that its user can rearrange."""

from __future__ import annotations

import grp
import json
import os
import pwd
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.nostromo.networking.plugins.module_utils.commit.disk import Replacement, read
from ansible_collections.nostromo.networking.plugins.module_utils.commit.model import Entry, differences
from ansible_collections.nostromo.networking.plugins.modules import admin_users

OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBLGRMkPHfvFmJnqvcJHoKhQAAVMrSO2xTULBjWNuTIN ash@nostromo.cl"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEy0Bqgs5cUmCKR0cUk0lEOMnHXPYMSXcEHcGjcRbQM2 ripley@nostromo.cl"
RIPLEY = 12345
Run = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root acts as another user")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Ripley's home, on a way that others may enter."""
    closed = [path for path in tmp_path.parents if str(path) != "/" and not path.stat().st_mode & stat.S_IXOTH]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [tmp_path, *closed]}
    for path, mode in modes.items():
        path.chmod(mode | 0o111)
    made = tmp_path / "ripley"
    made.mkdir()
    os.chown(made, RIPLEY, RIPLEY)
    user = pwd.struct_passwd(("ripley", "x", RIPLEY, RIPLEY, "", str(made), "/bin/bash"))
    monkeypatch.setattr(admin_users, "look_up", lambda name: user)
    group, root, roots = grp.struct_group(("ripley", "x", RIPLEY, [])), pwd.getpwuid(0), grp.getgrgid(0)
    monkeypatch.setattr(pwd, "getpwnam", lambda name: root if name == "root" else user)
    monkeypatch.setattr(pwd, "getpwuid", lambda number: user if number else root)
    monkeypatch.setattr(grp, "getgrnam", lambda name: roots if name == "root" else group)
    monkeypatch.setattr(grp, "getgrgid", lambda number: group if number else roots)
    yield made
    for path, mode in modes.items():
        path.chmod(mode)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """What sshd says that its settings are for Ripley."""
    settings = {"authorizedkeysfile": ".ssh/authorized_keys .ssh/authorized_keys2"}

    def printed() -> str:
        return "".join(f"{keyword} {value}\n" for keyword, value in settings.items())

    monkeypatch.setattr(admin_users, "SSHD_NEEDS", str(tmp_path / "run"))
    monkeypatch.setattr(admin_users.AnsibleModule, "get_bin_path", lambda *_: "sshd")
    monkeypatch.setattr(admin_users.AnsibleModule, "run_command", lambda *_: (0, printed(), ""))
    return settings


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], home: Path, told: dict[str, str]) -> Run:
    """The module, and the commit of what it says."""

    def module(check_mode: bool = False, **admin: Any) -> dict[str, Any]:
        arguments = {"admins": [{"name": "ripley", "keys": [KEY], **admin}], "_ansible_check_mode": check_mode}
        with patch_module_args(arguments), pytest.raises(SystemExit):
            admin_users.main()
        said = json.loads(capsys.readouterr().out)
        entries = [
            Entry(
                path=file["path"],
                content=file["content"].encode(),
                owner=file.get("owner", "root"),
                group=file.get("group", "root"),
                mode=int(file["mode"], 8),
                as_user=file.get("as_user", "root"),
            )
            for file in said.get("files", [])
        ]
        differing = [entry for entry in entries if differences(entry, read(entry.path))]
        if differing and not check_mode:
            replacement = Replacement(differing)
            replacement.refuse_foreign()
            replacement.prepare()
            replacement.swap()
        return {**said, "changed": said.get("changed", False) or bool(differing)}

    return module


def shape(path: Path) -> tuple[int, int, int]:
    info = path.lstat()
    return info.st_uid, info.st_gid, stat.S_IMODE(info.st_mode)


def test_keys_come_to_be_the_users(run: Run, home: Path) -> None:
    assert run(check_mode=True)["changed"] is True
    assert list(home.iterdir()) == []
    assert run()["changed"] is True
    assert (shape(home / ".ssh"), shape(home / ".ssh/authorized_keys")) == (
        (RIPLEY, RIPLEY, 0o700),
        (RIPLEY, RIPLEY, 0o600),
    )
    assert (home / ".ssh/authorized_keys").read_text() == f"{KEY}\n"
    assert [path.name for path in (home / ".ssh").iterdir()] == ["authorized_keys"]
    assert run()["changed"] is False


@pytest.mark.parametrize("mode", [0o644, 0o600])
@pytest.mark.parametrize("owner", [0, RIPLEY])
def test_what_root_made_is_handed_over(run: Run, home: Path, mode: int, owner: int) -> None:
    (home / ".ssh").mkdir(mode=0o755)
    (home / ".ssh/authorized_keys").write_text(f"{KEY}\n")
    (home / ".ssh/authorized_keys").chmod(mode)
    os.chown(home / ".ssh", owner, owner)
    assert run()["changed"] is True
    assert (shape(home / ".ssh"), shape(home / ".ssh/authorized_keys")) == (
        (RIPLEY, RIPLEY, 0o700),
        (RIPLEY, RIPLEY, 0o600),
    )
    assert run()["changed"] is False


def test_keys_in_a_home_of_roots(run: Run, home: Path) -> None:
    os.chown(home, 0, 0)
    assert run()["changed"] is True
    assert (shape(home), shape(home / ".ssh")[0]) == ((0, 0, 0o755), RIPLEY)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("link", "is a symbolic link, and is not followed"),
        ("hard link", "has a second name"),
        ("fifo", "is not a regular file"),
        ("directory", "is not a regular file"),
        ("large", "is larger than 1 MiB, which is no list of keys"),
    ],
)
def test_a_planted_file_is_refused_and_not_touched(run: Run, home: Path, tmp_path: Path, kind: str, said: str) -> None:
    target, keys = tmp_path / "target", home / ".ssh/authorized_keys"
    target.write_text("root's")
    target.chmod(0o600)
    (home / ".ssh").mkdir(mode=0o700)
    os.chown(home / ".ssh", RIPLEY, RIPLEY)
    plant: dict[str, Callable[[], object]] = {
        "link": lambda: keys.symlink_to(target),
        "hard link": lambda: keys.hardlink_to(target),
        "fifo": lambda: os.mkfifo(keys),
        "directory": keys.mkdir,
        "large": lambda: keys.write_bytes(b"#" * (admin_users.LARGEST_BYTES + 1)),
    }
    plant[kind]()
    assert run()["msg"] == f"admin ripley: {keys} {said}"
    assert (target.read_text(), shape(target)) == ("root's", (0, 0, 0o600))


def test_a_link_in_place_of_the_directory_is_refused(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir(mode=0o755)
    (home / ".ssh").symlink_to(tmp_path / "etc")
    os.lchown(home / ".ssh", RIPLEY, RIPLEY)
    assert f"{home}/.ssh is a symbolic link of ripley" in run()["msg"]
    assert (list((tmp_path / "etc").iterdir()), shape(tmp_path / "etc")) == ([], (0, 0, 0o755))


def test_a_directory_of_a_third_user_is_refused(run: Run, home: Path) -> None:
    (home / ".ssh").mkdir(mode=0o755)
    os.chown(home / ".ssh", RIPLEY + 1, RIPLEY + 1)
    assert "belongs to neither root nor the user" in run()["msg"]
    assert shape(home / ".ssh")[0] == RIPLEY + 1


def test_keys_go_where_sshd_looks_for_them(run: Run, home: Path, tmp_path: Path, told: dict[str, str]) -> None:
    told["authorizedkeysfile"] = f"{tmp_path}/keys/%u .ssh/authorized_keys"
    assert run()["accepted"] == [["ripley", *KEY.split()[:2]]]
    place = tmp_path / "keys/ripley"
    assert (place.read_text(), place.stat().st_mode & 0o777, list(home.iterdir())) == (f"{KEY}\n", 0o644, [])
    assert (run()["changed"], run()["accepted"]) == (False, [])


def test_sshd_that_looks_at_no_file_is_told(run: Run, told: dict[str, str]) -> None:
    told["authorizedkeysfile"] = "none"
    assert run()["msg"] == (
        "admin ripley: sshd looks for keys in no file (AuthorizedKeysFile none), so none can be given"
    )


def test_exclusive_removes_other_keys_from_every_file(run: Run, home: Path) -> None:
    run()
    second = home / ".ssh/authorized_keys2"
    second.write_text(f"# kept\n{OTHER}\n")
    os.chown(second, RIPLEY, RIPLEY)
    assert run()["changed"] is False
    done = run(exclusive=True)
    assert (done["refused"], done["keys"]) == ([["ripley", *OTHER.split()[:2]]], {"ripley": 1})
    assert second.read_text() == "# kept\n"
    assert run(exclusive=True)["changed"] is False


def test_exclusive_is_refused_where_others_than_files_are_asked(run: Run, told: dict[str, str]) -> None:
    told["trustedusercakeys"], told["authorizedkeyscommand"] = "/etc/ssh/ca.pub", "none"
    assert run()["keys"] == {"ripley": 1}
    assert run(exclusive=True)["msg"] == (
        "admin ripley: exclusive cannot hold, for sshd asks others than files too: trustedusercakeys /etc/ssh/ca.pub"
    )


def test_a_key_that_does_not_let_in_from_anywhere_is_not_asked_for(run: Run) -> None:
    limited = f'from="10.0.0.1",no-pty {OTHER}'
    assert run(keys=[KEY, limited])["accepted"] == [["ripley", *KEY.split()[:2]]]
