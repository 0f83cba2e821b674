# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keeping, undoing and returning to commits on real files. The clock is systemd's and is tried on real hosts."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.commit import journal


@pytest.fixture(autouse=True)
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The journal in a directory of its own; what was asked of the clock."""
    asked: list[str] = []
    monkeypatch.setattr(journal, "STATE", tmp_path / "state")
    monkeypatch.setattr(journal, "_start_clock", lambda name, _identity, seconds: asked.append(f"{name} {seconds}"))
    monkeypatch.setattr(journal, "stop_clock", lambda name: asked.append(f"stop {name}"))
    (tmp_path / "state" / "web").mkdir(parents=True)
    return asked


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A file, a link, and a path with nothing."""
    found = {name: tmp_path / name for name in ("file", "link", "new")}
    found["file"].write_text("before")
    found["file"].chmod(0o640)
    found["link"].symlink_to("somewhere")
    return found


def begin(files: dict[str, Path], activate: list[list[str]] | None = None) -> str:
    """A commit of all files, swapped in."""
    identity = journal.begin("web", [str(path) for path in files.values()], activate or [], 60)
    for path in files.values():
        path.unlink(missing_ok=True)
        path.write_text("after")
    return identity


def test_undo_puts_back_contents_modes_and_links_and_removes_what_was_not_there(
    files: dict[str, Path], clock: list[str]
) -> None:
    identity = begin(files)
    assert journal.is_waiting("web", identity)
    assert journal.undo("web", identity) == []
    assert (files["file"].read_text(), files["file"].stat().st_mode & 0o777) == ("before", 0o640)
    assert (files["link"].readlink(), files["new"].exists()) == (Path("somewhere"), False)
    assert (journal.pending("web"), journal.kept("web")) == (None, [])
    assert clock == ["web 60", "stop web"]


def test_undo_activates_the_state_before_and_tells_what_failed(files: dict[str, Path], tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    identity = begin(files, [["cp", str(files["file"]), str(seen)], ["false"], ["/no/such/program"]])
    assert journal.undo("web", identity) == ["false: exit status 1", "/no/such/program: No such file or directory"]
    assert seen.read_text() == "before"


def test_at_boot_files_return_and_nothing_is_activated(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[object] = []
    identity = begin(files, [["touch", str(tmp_path / "activated")]])
    monkeypatch.setattr(journal.subprocess, "run", lambda command, **_options: ran.append(command))
    journal.boot_command()
    assert (files["file"].read_text(), (tmp_path / "activated").exists()) == ("before", False)
    assert ran == [["systemctl", "daemon-reload"]]
    assert capsys.readouterr().out == (
        f"the commit {identity} of the set 'web' was not confirmed: returning to the state before\n"
    )


def test_a_commit_that_was_rolled_back_cannot_be_confirmed(files: dict[str, Path]) -> None:
    identity = begin(files)
    journal.rollback_command("web", identity)
    with pytest.raises(journal.JournalError, match="is not waiting: it was rolled back"):
        journal.confirm_command("web", identity)


def test_a_late_rollback_leaves_a_kept_commit_alone(files: dict[str, Path]) -> None:
    identity = begin(files)
    journal.confirm_command("web", identity)
    with pytest.raises(journal.JournalError, match="was confirmed and is kept"):
        journal.rollback_command("web", identity)
    assert files["file"].read_text() == "after"
    assert journal.kept("web") == [identity]


def test_returning_to_a_commit_takes_each_path_from_the_earliest(
    files: dict[str, Path],
) -> None:
    one = begin({"file": files["file"]}, [["true"]])
    journal.finish("web")
    two = begin({"file": files["file"], "new": files["new"]}, [["true"], ["false"]])
    journal.finish("web")
    state = journal.state_before("web", one)
    assert {entry["path"]: entry.get("content") for entry in state["before"]} == {
        str(files["file"]): b"before",
        str(files["new"]): None,
    }
    assert state["activate"] == [["true"], ["false"]]
    assert {entry["path"]: entry.get("content") for entry in journal.state_before("web", two)["before"]} == {
        str(files["file"]): b"after",
        str(files["new"]): None,
    }


def test_unknown_commit_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(journal.JournalError) as error:
        journal.state_before("web", "20260101T000000-0000")
    assert str(error.value) == "the set 'web' has no commit '20260101T000000-0000' to return to; it has none"


def test_only_the_newest_commits_are_kept(files: dict[str, Path]) -> None:
    for _number in range(4):
        begin(files)
        journal.finish("web")
    journal.forget("web", 2)
    assert len(journal.kept("web")) == 2


def test_second_run_does_not_get_the_lock() -> None:
    with journal.locked("web") as first, journal.locked("web") as second:
        assert (first, second) == (True, False)
    with journal.locked("web") as third:
        assert third


def test_what_was_cut_off_before_anything_changed_leaves_nothing(files: dict[str, Path], tmp_path: Path) -> None:
    """The commit is named, and copies are under way, but no record says that they are complete."""
    identity = begin(files)
    (tmp_path / "state" / "web" / identity / "record.json").unlink()
    journal.list_command(["web"])
    journal.rollback_command("web", identity)
    assert files["file"].read_text() == "after"
    assert sorted(path.name for path in (tmp_path / "state" / "web").iterdir()) == ["lock"]


def test_undo_before_the_swap_removes_what_was_written_beside(files: dict[str, Path], tmp_path: Path) -> None:
    deep = tmp_path / "deep"
    identity = journal.begin("web", [str(path) for path in (deep, files["file"], files["new"], deep / "new")], [], 60)
    deep.mkdir()
    for path in (files["file"], files["new"], deep / "new"):
        path.with_name(journal.beside(path.name)).write_text("after")
    assert journal.undo("web", identity) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "state"]
    assert files["file"].read_text() == "before"


def test_rollback_that_cannot_put_a_file_back_can_be_repeated(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other files are back and active, the commit still waits, and the exit status has the clock try again."""
    identity = begin(files, [["touch", str(tmp_path / "activated")]])

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_duplicate", full)
        assert journal.main(["rollback", "web", identity]) == journal.TEMPORARY_FAILURE
    assert capsys.readouterr().err == (
        f"the state before could not be restored in full\ncannot put back {files['file']}: No space left on device\n"
    )
    assert (files["new"].exists(), (tmp_path / "activated").exists()) == (False, True)
    assert journal.is_waiting("web", identity)
    assert journal.main(["rollback", "web", identity]) is None
    assert files["file"].read_text() == "before"


def test_undo_ends_what_works_by_files_that_go_and_runs_no_command_that_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "UNITS", tmp_path)
    unit, rules, old = tmp_path / "rules.service", tmp_path / "rules", tmp_path / "old"
    old.write_text("before")
    activate = [["true"], ["nft", "-f", str(rules)], ["systemctl", "restart", "rules.service"], ["cat", str(old)]]
    identity = journal.begin("web", [str(path) for path in (unit, rules, old)], activate, 60, [["nft", "flush"]])
    unit.write_text("")
    ran: list[list[str]] = []
    monkeypatch.setattr(journal, "run", lambda command, _seconds: ran.append(list(command)))
    journal.undo("web", identity)
    assert ran == [
        ["systemctl", "--quiet", "disable", "--now", "rules.service"],
        ["nft", "flush"],
        ["true"],
        ["cat", str(old)],
    ]


def test_controller_learns_that_the_clock_could_not_activate_the_state_before(files: dict[str, Path]) -> None:
    identity = begin(files, [["false"]])
    told = "every file is as before, but activating that state failed:\nfalse: exit status 1"
    assert journal.main(["rollback", "web", identity]) == told  # the clock
    assert journal.main(["rollback", "web", identity]) == told  # the controller
    assert journal.main(["rollback", "web", begin(files)]) is None


def test_command_that_hangs_is_ended_with_its_children_and_says_what_it_said() -> None:
    assert journal.run(["sh", "-c", "sleep 60; true"], 0.2) == "sh -c 'sleep 60; true': took longer than 0 s"
    assert journal.run(["sh", "-c", "echo out; echo err >&2; exit 3"], 5) == (
        "sh -c 'echo out; echo err >&2; exit 3': exit status 3\nout\nerr"
    )


def test_what_a_command_makes_can_be_read(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        assert journal.run(["mkdir", "-p", str(tmp_path / "a" / "b")], 5) is None
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "a/b")] == [0o755, 0o755]


def test_command_that_leaves_a_daemon_behind_is_not_waited_for() -> None:
    began = time.monotonic()
    assert journal.run(["sh", "-c", "sleep 5 & true"], 60) is None
    assert time.monotonic() - began < 3


def test_commit_without_files_leaves_no_history() -> None:
    journal.begin("web", [], [["true"]], 60)
    journal.finish("web")
    assert journal.kept("web") == []


def test_wrong_use_shows_the_documentation() -> None:
    assert (journal.main(["undo", "everything"]) or "").startswith("The journal of confirmed commits on this host.")


def test_directories_have_their_owner_and_mode_before_what_is_in_them_is_looked_at(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    room.chmod(0o777)
    (room / "a.conf").write_text("before")
    paths = [str(room), str(room / "a.conf")]
    identity = journal.begin("web", paths, [], 60, directories=paths[:1], secure=lambda path: room.chmod(0o755))
    (room / "a.conf").unlink()
    assert journal.undo("web", identity) == []
    assert ((room / "a.conf").read_text(), room.stat().st_mode & 0o777) == ("before", 0o777)


def test_directories_return_when_the_commit_cannot_begin(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir(mode=0o755)

    def secure(path: str) -> None:
        room.chmod(0o700)
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        journal.begin("web", [str(room)], [], 60, directories=[str(room)], secure=secure)
    assert (room.stat().st_mode & 0o777, journal.pending("web")) == (0o755, None)


def test_directories_within_each_other_are_closed_from_the_top_down(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    for path in (outer, inner):
        path.chmod(0o777)
    paths = [str(outer), str(inner)]
    identity = journal.begin("web", paths, [], 60, directories=paths, secure=lambda path: Path(path).chmod(0o755))
    assert journal.undo("web", identity) == []
    assert [path.stat().st_mode & 0o777 for path in (outer, inner)] == [0o777, 0o777]


def test_a_rollback_can_be_repeated_after_it_gave_directories_back(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    room.chmod(0o777)
    (room / "a.conf").write_text("before")
    paths = [str(room), str(room / "a.conf")]
    identity = journal.begin("web", paths, [], 60, directories=paths[:1], secure=lambda path: room.chmod(0o755))
    (room / "a.conf").unlink()
    room.chmod(0o777)  # the first try came this far and was cut off
    assert journal.undo("web", identity) == []
    assert ((room / "a.conf").read_text(), room.stat().st_mode & 0o777) == ("before", 0o777)


def test_a_directory_planted_under_the_new_versions_name_hinders_no_rollback(files: dict[str, Path]) -> None:
    identity = begin(files)
    for name in files:
        (files["file"].parent / f".{name}.nostromo-new" / "deep").mkdir(parents=True)
    assert journal.undo("web", identity) == []
    assert (files["file"].read_text(), files["new"].exists()) == ("before", False)


RIPLEY = (12345, 12345)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of another user, on a way that others may enter."""
    closed = [path for path in (tmp_path, *tmp_path.parents) if str(path) != "/" and not path.stat().st_mode & 0o001]
    modes = {path: path.stat().st_mode & 0o7777 for path in closed}
    for path, mode in modes.items():
        path.chmod(mode | 0o111)
    made = tmp_path / "home"
    made.mkdir()
    os.chown(made, *RIPLEY)
    yield made
    for path, mode in modes.items():
        path.chmod(mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root acts as another user")
def test_what_lies_in_a_home_returns_as_its_users(home: Path) -> None:
    file, new = home / "keys", home / "new"
    file.write_text("before")
    os.chown(file, *RIPLEY)
    file.chmod(0o600)
    paths = [str(file), str(new)]
    identity = journal.begin("web", paths, [], 60, users=dict.fromkeys(paths, RIPLEY))
    for path in (file, new):
        path.unlink(missing_ok=True)
        path.write_text("after")
    assert journal.undo("web", identity) == []
    info = file.stat()
    assert (file.read_text(), info.st_uid, info.st_gid, info.st_mode & 0o777) == ("before", *RIPLEY, 0o600)
    assert [path.name for path in home.iterdir()] == ["keys"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root acts as another user")
def test_at_boot_what_lies_in_a_home_returns_first_and_the_rest_ends_the_commit(
    files: dict[str, Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = home / "keys"
    paths = [str(files["file"]), str(keys)]
    identity = journal.begin("web", paths, [], 60, users={str(keys): RIPLEY})
    for path in (files["file"], keys):
        path.unlink(missing_ok=True)
        path.write_text("after")
    assert journal.main(["boot-homes"]) is None
    assert (keys.exists(), files["file"].read_text(), journal.is_waiting("web", identity)) == (False, "after", True)
    keys.write_text("later")  # no part of the commit any more
    monkeypatch.setattr(journal.subprocess, "run", lambda command, **_options: None)
    assert journal.main(["boot"]) is None
    assert (keys.read_text(), files["file"].read_text(), journal.pending("web")) == ("later", "before", None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root acts as another user")
def test_what_could_not_return_to_a_home_stays_a_part_of_the_commit(home: Path) -> None:
    keys = home / "keys"
    identity = journal.begin("web", [str(keys)], [], 60, users={str(keys): RIPLEY})
    keys.write_text("after")
    home.chmod(0o500)
    assert journal.main(["boot-homes"]) == journal.TEMPORARY_FAILURE
    assert journal.is_waiting("web", identity)
    home.chmod(0o700)
    assert journal.undo("web", identity) == []
    assert not keys.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root acts as another user")
def test_a_home_shows_root_no_more_than_its_user_may_see(home: Path, tmp_path: Path) -> None:
    secret, link = tmp_path / "secret", home / "keys"
    secret.write_text("root's")
    secret.chmod(0o600)
    link.hardlink_to(secret)
    with pytest.raises(PermissionError):
        journal.begin("web", [str(link)], [], 60, users={str(link): RIPLEY})
    assert journal.pending("web") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root acts as another user")
def test_a_home_that_was_turned_elsewhere_is_not_followed_by_the_rollback(home: Path, tmp_path: Path) -> None:
    """The user exchanges a directory during the commit; the rollback fails as the user would, and root's file stays."""
    (home / "ssh").mkdir()
    os.chown(home / "ssh", *RIPLEY)
    file, other = home / "ssh" / "keys", tmp_path / "etc"
    identity = journal.begin("web", [str(file)], [], 60, users={str(file): RIPLEY})
    other.mkdir()
    (other / "keys").write_text("root's")
    (home / "ssh").rmdir()
    (home / "ssh").symlink_to(other)
    with pytest.raises(journal.RestoreError):
        journal.undo("web", identity)
    assert (other / "keys").read_text() == "root's"
