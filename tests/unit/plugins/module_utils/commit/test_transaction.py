# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Commits of real files from the first look to the last word. The clock is systemd's and is tried on real hosts."""

from __future__ import annotations

import getpass
import grp
import json
import os
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.commit import disk, journal, transaction
from ansible_collections.nostromo.networking.plugins.module_utils.commit.change_set import ChangeSet
from ansible_collections.nostromo.networking.plugins.module_utils.commit.lasting import Connection
from ansible_collections.nostromo.networking.plugins.module_utils.commit.model import CommitError, Entry, WindowOpen
from ansible_collections.nostromo.networking.plugins.module_utils.commit.transaction import commit

OWNER = {"owner": getpass.getuser(), "group": grp.getgrgid(os.getgid()).gr_name}


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal in a directory of its own, which others cannot write to, and no clock."""
    monkeypatch.setattr(journal, "STATE", tmp_path / "state")
    monkeypatch.setattr(journal, "_start_clock", lambda *_arguments: None)
    monkeypatch.setattr(journal, "stop_clock", lambda *_arguments: None)
    monkeypatch.setattr(transaction, "install", lambda: None)
    monkeypatch.setattr(disk, "foreign", lambda *_arguments: None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is to change."""
    path = tmp_path / "file"
    path.write_text("before")
    path.chmod(0o644)
    return path


def change(file: Path, content: str = "after", *activate: str) -> ChangeSet:
    """A set with that file."""
    commands = tuple(("sh", "-c", command) for command in activate)
    return ChangeSet(
        "web", (Entry(str(file), content=content.encode(), activate=commands, **OWNER),), activate=commands
    )


def test_a_change_is_activated_and_kept(file: Path) -> None:
    done = commit(change(file, "after", f"cp {file} {file}.seen"))
    assert (done.changed, done.validated, done.plan.drifted) == (True, False, False)
    assert [(one.entry.path, one.aspects) for one in done.plan.changes] == [(str(file), ("content",))]
    assert Path(f"{file}.seen").read_text() == "after"
    assert (journal.pending("web"), journal.kept("web")) == (None, [done.commit])
    again = commit(change(file, "after", "false"))
    assert (again.changed, again.plan.activate, again.commit) == (False, (), None)


def test_a_change_that_the_controller_confirms_waits_and_hinders_the_next(file: Path) -> None:
    done = commit(replace(change(file), waits=True))
    waiting = journal.pending("web")
    assert waiting and waiting["id"] == done.commit
    with pytest.raises(WindowOpen, match=f"^the commit {done.commit} awaits its confirmation by another run") as error:
        commit(change(file))
    assert 50 < error.value.seconds_left <= 60


def test_what_missed_its_deadline_is_undone_first(file: Path, tmp_path: Path) -> None:
    done = commit(replace(change(file), waits=True))
    late = {"id": done.commit, "deadline": time.time() - 1}
    (tmp_path / "state" / "web" / "pending").write_text(json.dumps(late))
    assert commit(change(file, "before"), check_mode=True).changed
    assert file.read_text() == "after"
    assert not commit(change(file, "before")).changed
    assert file.read_text() == "before"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"confirm": (("false",),)}, "confirmation failed; every file is as before\nfalse: exit status 1"),
        (
            {"confirm": (("sleep", "5"),), "timeout_seconds": 1},
            "confirmation failed; every file is as before\nsleep 5: took longer than 1 s",
        ),
    ],
)
def test_what_does_not_prove_itself_is_undone(file: Path, wanted: dict[str, object], message: str) -> None:
    with pytest.raises(CommitError) as error:
        commit(replace(change(file), **wanted))
    assert str(error.value) == message
    assert (file.read_text(), journal.pending("web"), journal.kept("web")) == ("before", None, [])


def test_a_connection_that_a_change_takes_away_undoes_it(file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        row = Connection("API calls", getpass.getuser(), "127.0.0.1", port)
        kept = commit(replace(change(file), lasting=(row,)))
        assert journal.kept("web") == [kept.commit]
        holder = subprocess.Popen(["sleep", "60"], pass_fds=[server.fileno()])
    try:
        with pytest.raises(CommitError) as error:
            commit(replace(change(file, "without", f"kill {holder.pid}; sleep 0.1"), lasting=(row,), deadline_seconds=1))
    finally:
        holder.kill()
        holder.wait()
    assert str(error.value).splitlines()[:2] == [
        "confirmation failed; every file is as before",
        f"{row} was possible before, and is not after",
    ]
    assert (file.read_text(), journal.pending("web"), journal.kept("web")) == ("after", None, [kept.commit])


def test_an_activation_that_fails_is_told_with_that_of_the_state_before(file: Path) -> None:
    with pytest.raises(CommitError) as error:
        commit(change(file, "after", "exit 3"))
    failure = "sh -c 'exit 3': exit status 3"
    assert str(error.value).splitlines() == [
        "activation failed; every file is as before",
        failure,
        "Activating that state failed as well:",
        failure,
    ]
    assert file.read_text() == "before"


def test_what_cannot_be_written_is_told_and_leaves_no_commit(file: Path) -> None:
    stranger = replace(change(file).entries[0], owner="no-such-user")
    with pytest.raises(CommitError, match=r"should belong to the user 'no-such-user', which does not exist$"):
        commit(ChangeSet("web", (stranger,)))
    assert (file.read_text(), journal.pending("web"), journal.kept("web")) == ("before", None, [])


@pytest.mark.parametrize(
    ("validator", "check_mode", "expected"),
    [
        (("test", "-e", "{root}/FILE"), False, True),
        (("test", "-e", "{root}/FILE"), True, True),
        (("no-such-validator",), True, False),
        (
            ("no-such-validator",),
            False,
            "the validator no-such-validator is not installed on the host; nothing was changed",
        ),
        (
            ("test", "-d", "{root}/FILE"),
            True,
            "the new configuration is not valid; nothing was changed\ntest -d FILE: exit status 1",
        ),
    ],
)
def test_validation(file: Path, validator: tuple[str, ...], check_mode: bool, expected: bool | str) -> None:
    command = tuple(word.replace("/FILE", str(file)) for word in validator)
    wanted = replace(change(file), validate=(command,))
    if isinstance(expected, str):
        with pytest.raises(CommitError) as error:
            commit(wanted, check_mode)
        assert str(error.value) == expected.replace("FILE", str(file))
        assert file.read_text() == "before"
    else:
        assert commit(wanted, check_mode).validated is expected


def test_check_mode_finds_out_and_changes_nothing(file: Path, tmp_path: Path) -> None:
    found = commit(change(file, "after", "false"), check_mode=True)
    assert (found.changed, found.commit, found.plan.activate) == (True, None, (("sh", "-c", "false"),))
    assert (file.read_text(), (tmp_path / "state").exists()) == ("before", False)


def test_a_running_state_that_is_another_is_activated_again(file: Path) -> None:
    wanted = change(file, "before", f"cp {file} {file}.seen")
    done = commit(replace(wanted, active=("test", "-e", f"{file}.seen")))
    assert (done.changed, done.plan.drifted, done.plan.changes, Path(f"{file}.seen").exists()) == (True, True, (), True)
    assert not commit(replace(wanted, active=("test", "-e", f"{file}.seen"))).changed


def test_the_return_to_a_commit_takes_back_the_later_ones_as_well(file: Path, tmp_path: Path) -> None:
    new, first = tmp_path / "new", commit(change(file, "first"))
    commit(ChangeSet("web", (*change(file, "second").entries, *change(new, "new").entries)))
    assert (file.read_text(), new.read_text()) == ("second", "new")
    assert commit(ChangeSet("web", return_to=first.commit)).changed
    assert (file.read_text(), new.exists()) == ("before", False)


def test_two_runs_do_not_commit_one_set_at_once(file: Path) -> None:
    with journal.locked("web") as held:
        assert held
        with pytest.raises(
            CommitError, match="^another run is committing this set on the host; run again when it has ended$"
        ):
            commit(change(file))


def test_errors_of_the_operating_system_say_what_was_tried(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> str:
        raise OSError(28, "No space left on device", "/var/lib/x")

    monkeypatch.setattr(journal, "begin", full)
    with pytest.raises(CommitError, match="^cannot write /var/lib/x: No space left on device; nothing was changed$"):
        commit(change(file))
