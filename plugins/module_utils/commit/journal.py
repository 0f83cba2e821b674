# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The journal of confirmed commits on this host. Managed by Ansible (nostromo.networking.confirmed_commit).

  nostromo-commit list [SET]        commits that were kept, newest first, and the one that awaits its confirmation
  nostromo-commit confirm SET ID    keep the commit, if it still awaits its confirmation
  nostromo-commit rollback SET ID   return a commit that awaits its confirmation to the state before
  nostromo-commit boot-homes        of every commit that awaits its confirmation, return what was written as another user
  nostromo-commit boot              return all else of them, without activating anything

The module installs this, with what it imports, as a program on the host: a rollback must not need the controller.
A commit is a directory STATE/SET/ID with a copy of each file from before it and, once these are complete, ``record.json``.
The commit that awaits its confirmation is named in STATE/SET/pending from before the first file is touched until it is
kept or undone. So whoever is cut off, wherever, leaves what the next one, or the boot, can put right.
"""

from __future__ import annotations

import grp
import json
import os
import pwd
import shlex
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..acting import acting_for
from ..files import Directory, directory, locks, others, parent

STATE = Path("/var/lib/nostromo-commit")
PROGRAM = Path("/usr/local/sbin/nostromo-commit")
#: How long one activation command may take during a rollback, in seconds.
PATIENCE = 60
#: Suffix of files that are written beside their target, to be renamed over it.
BESIDE = ".nostromo-new"
UNITS = Path("/etc/systemd/system")
#: Exit status of a rollback that could not put a file back, as on a full disk: the clock tries again (sysexits.h).
TEMPORARY_FAILURE = 75


class JournalError(Exception):
    """What was asked cannot be done; the text is for the user."""


class RestoreError(JournalError):
    """A file could not be put back. The commit still awaits its confirmation, and its rollback can be repeated."""


@contextmanager
def locked(name: str, patience_seconds: float = 0) -> Iterator[bool]:
    """Try to hold a set's lock; whether it is held. It goes with the process."""
    with directory(STATE / name, make=True) as opened, parent(STATE) as (above, own):
        above.own(own, 0o700)
        lock_fd = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=opened.fd)
    try:
        yield locks(lock_fd, patience_seconds)
    finally:
        os.close(lock_fd)


def beside(name: str) -> str:
    """Under which name the next version of a file is written, in the same directory."""
    return f".{name}{BESIDE}"


def publish(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file durably, so that at any time, even after a loss of power, it is the old one or the new one."""
    with parent(path) as (above, name):
        above.write(beside(name), content, mode)
        above.rename(beside(name), name)
        above.sync()


def make_durable(directories: Iterable[Path]) -> None:
    """Have the names in directories survive a loss of power."""
    for path in dict.fromkeys(directories):
        with directory(path) as opened:
            opened.sync()


def pending(name: str) -> dict[str, Any] | None:
    """The commit of a set that awaits its confirmation: ``id`` and ``deadline`` (seconds since the epoch)."""
    try:
        found: dict[str, Any] = json.loads((STATE / name / "pending").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def record_of(name: str, identity: str) -> dict[str, Any]:
    """A commit's record. :raises JournalError: there is no such commit."""
    try:
        found: dict[str, Any] = json.loads((STATE / name / identity / "record.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise JournalError(f"the set {name!r} has no commit {identity!r}") from None
    return found


def kept(name: str) -> list[str]:
    """Identities of the commits of a set that can be returned to, newest first."""
    waiting = pending(name)
    return sorted(
        (
            entry.name
            for entry in (STATE / name).glob("*")
            if (entry / "record.json").exists() and not (waiting and waiting["id"] == entry.name)
        ),
        reverse=True,
    )


def state_before(name: str, identity: str) -> dict[str, Any]:
    """What a set was before a kept commit: ``before`` with each path's ``content``, ``owner`` and ``group``; ``activate``.

    A path that later commits changed as well is taken from the earliest of them.

    :raises JournalError: there is no such commit.
    """
    if identity not in kept(name):
        raise JournalError(
            f"the set {name!r} has no commit {identity!r} to return to; it has {', '.join(kept(name)) or 'none'}"
        )
    before: dict[str, Any] = {}
    activate: list[list[str]] = []
    for later in (one for one in kept(name) if one >= identity):
        record = record_of(name, later)
        activate += [command for command in record["activate"] if command not in activate]
        for entry in record["before"]:
            if entry["kind"] == "file":
                entry["content"] = (STATE / name / later / entry["copy"]).read_bytes()
            if "uid" in entry:
                entry["owner"], entry["group"] = pwd.getpwuid(entry["uid"]).pw_name, grp.getgrgid(entry["gid"]).gr_name
            if "as" in entry:
                entry["as_user"] = pwd.getpwuid(entry["as"][0]).pw_name
            before[entry["path"]] = entry
    return {"before": list(before.values()), "activate": activate}


def begin(
    name: str,
    paths: Sequence[str],
    activate: Sequence[Sequence[str]],
    deadline_seconds: float,
    deactivate: Sequence[Sequence[str]] = (),
    directories: Sequence[str] = (),
    secure: Callable[[str], None] = lambda path: None,
    users: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> str:
    """Copy what is there, write down what is about to happen and start the clock; the commit's identity.

    Nothing is changed yet, except for ``directories`` among the paths, from the top down: ``secure`` gives each its owner
    and mode before what is in it is looked at, for until then it may be another user's to exchange. What is among ``users``
    is read, and put back, with the rights of these (uid, gid).
    From here on the state before returns by itself, at the deadline or when the host boots.

    :raises OSError: the copies cannot be written; nothing is left of them.
    """
    now = datetime.now(UTC)
    identity = f"{now:%Y%m%dT%H%M%S}-{now.microsecond:06}"
    place = STATE / name / identity
    record: dict[str, Any] = {
        "id": identity,
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "before": [],
        "activate": [list(command) for command in activate],
        "deactivate": [list(command) for command in deactivate],
    }
    try:
        waiting = {"id": identity, "deadline": time.time() + deadline_seconds}
        publish(STATE / name / "pending", json.dumps(waiting).encode())
        with directory(STATE / name) as opened:
            opened.mkdir(identity, 0o700)
        with directory(place) as copies:
            for path in directories:
                _write_down(record, [path], copies, users)
                if path == directories[0]:
                    _start_clock(name, identity, deadline_seconds)
                secure(path)
            _write_down(record, [path for path in paths if path not in directories], copies, users)
        if not directories:
            _start_clock(name, identity, deadline_seconds)
    except BaseException:
        back_out(name, identity)
        raise
    return identity


def _write_down(
    record: dict[str, Any], paths: Sequence[str], copies: Directory, users: Mapping[str, tuple[int, int]]
) -> None:
    """Add the state of paths to the record; the program of an older release can read it."""
    for path in paths:
        number, user = str(len(record["before"])), users.get(path)
        found = _snapshot_of(path, number, copies, user) if user else _snapshot(path, number, copies)
        record["before"].append(found)
    _record(record, copies)


def _record(record: Mapping[str, Any], copies: Directory) -> None:
    """Write a commit's record durably: at any time it is the one before or this one."""
    copies.write(beside("record.json"), json.dumps(record, indent=1).encode())
    copies.rename(beside("record.json"), "record.json")
    copies.sync()


def back_out(name: str, identity: str) -> None:
    """Give up a commit of which nothing is in its place yet but owner and mode of directories, which return.

    :raises RestoreError: one of them could not be put back; the commit still awaits its confirmation.
    """
    place = STATE / name / identity
    if (place / "record.json").exists():
        unrestored = restore(record_of(name, identity), place)
        if unrestored:
            raise RestoreError("the state before could not be restored in full\n" + "\n".join(unrestored))
    abandon(name, identity)


def abandon(name: str, identity: str) -> None:
    """Forget a commit for which nothing was changed."""
    _drop(name, identity)
    stop_clock(name)  # the last step: the clock may be what runs this


def _drop(name: str, identity: str) -> None:
    """Forget a commit that was not made, or is undone. The record goes first: without it there is nothing to undo."""
    with directory(STATE / name) as opened:
        if opened.lstat(identity):
            with opened.open(identity) as copies:
                copies.unlink("record.json")
            opened.remove(identity)
        for leftover in (beside("pending"), "pending"):
            opened.unlink(leftover)


def _snapshot(path: str, copy: str, copies: Directory) -> dict[str, Any]:
    try:
        with parent(path) as (above, name):
            info = above.lstat(name)
            if info is None:
                return {"path": path, "kind": "absent"}
            found = {"path": path, "uid": info.st_uid, "gid": info.st_gid, "mode": stat.S_IMODE(info.st_mode)}
            if stat.S_ISLNK(info.st_mode):
                return {**found, "kind": "link", "target": above.readlink(name)}
            if stat.S_ISDIR(info.st_mode):
                return {**found, "kind": "directory"}
            _duplicate(above, name, copies, copy)
            return {**found, "kind": "file", "copy": copy}
    except (FileNotFoundError, NotADirectoryError):
        return {"path": path, "kind": "absent"}


def _snapshot_of(path: str, copy: str, copies: Directory, user: tuple[int, int]) -> dict[str, Any]:
    """The state of a path in a place of a user's, who sees no more of it than the user."""
    absent = {"path": path, "kind": "absent", "as": list(user)}
    try:
        with acting_for(user), parent(path) as (above, name):
            info = above.lstat(name)
            if info is None:
                return absent
            content = above.read(name)
    except (FileNotFoundError, NotADirectoryError):
        return absent
    copies.write(copy, content)
    owned = {"uid": user[0], "gid": user[1], "mode": stat.S_IMODE(info.st_mode)}
    return {**absent, **owned, "kind": "file", "copy": copy}


def _duplicate(above: Directory, name: str, to: Directory, copy: str) -> None:
    """Another name for a file of root's that is about to be replaced, which takes no space; otherwise a copy.

    What belongs to another user is copied, who may still hold the file open and write to it.
    """
    info = above.lstat(name)
    if info is not None and stat.S_ISREG(info.st_mode) and info.st_uid == os.geteuid():
        to.unlink(copy)
        with suppress(OSError):
            to.link(copy, above, name)
            return
    to.write(copy, above.read(name))


def _unit(name: str) -> str:
    return f"nostromo-rollback-{name}"


def _start_clock(name: str, identity: str, seconds: float) -> None:
    stop_clock(name)
    command = ["systemd-run", "--quiet", "--collect", f"--unit={_unit(name)}", f"--on-active={seconds}"]
    command += ["--timer-property=AccuracySec=100ms", "--property=RestartSec=10"]
    command += [f"--property=RestartForceExitStatus={TEMPORARY_FAILURE}", str(PROGRAM), "rollback", name, identity]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise JournalError(f"cannot start the clock for the rollback: {done.stderr.strip()}")


def stop_clock(name: str) -> None:
    """No rollback at the deadline any more."""
    timer = f"{_unit(name)}.timer"
    if subprocess.run(["systemctl", "--quiet", "is-active", timer], check=False).returncode == 0:
        subprocess.run(["systemctl", "stop", timer], check=True)


def restore(record: Mapping[str, Any], place: Path) -> list[str]:
    """Put everything back as it was before a commit; safe to repeat. What it had created goes, deepest first.

    Returns what could not be put back, a sentence each; the rest is.
    """
    failures: list[str] = []
    _close(record)
    for before in reversed(record["before"]):
        if failures and before["kind"] == "directory":
            continue  # stays closed until everything in it is as before
        try:
            _put_back(before, place)
        except OSError as error:
            failures.append(f"cannot put back {before['path']}: {error.strerror}")
    with suppress(OSError):  # told above already
        roots = (Path(before["path"]).parent for before in record["before"] if "as" not in before)
        make_durable(path for path in roots if path.is_dir())
    return failures


def _close(record: Mapping[str, Any]) -> None:
    """Keep others out of the commit's directories, which an earlier try may have given back already, from the top down."""
    for path in _paths(record, "directory"):
        with suppress(OSError), parent(path) as (above, name):  # told when it cannot be put back
            info = above.lstat(name)
            if info and stat.S_ISDIR(info.st_mode) and others(info.st_uid, info.st_gid, info.st_mode):
                above.own(name, stat.S_IMODE(info.st_mode) & ~(stat.S_IWGRP | stat.S_IWOTH), (0, info.st_gid))


def _paths(record: Mapping[str, Any], *kinds: str) -> list[Path]:
    """The paths of a commit, or only those that were of some kind before it."""
    return [Path(before["path"]) for before in record["before"] if not kinds or before["kind"] in kinds]


def _put_back(before: Mapping[str, Any], place: Path) -> None:
    path = Path(before["path"])
    if "as" in before:
        _put_back_for(tuple(before["as"]), before, place)
        return
    if before["kind"] == "absent":
        _remove(path)
        return
    with parent(path) as (above, name):
        owner = before["uid"], before["gid"]
        if before["kind"] == "directory":
            above.own(name, before["mode"], owner)
            return
        new = beside(name)
        above.remove(new)
        if before["kind"] == "link":
            above.symlink(new, before["target"])
        else:
            with directory(place) as copies:
                try:
                    _duplicate(copies, before["copy"], above, new)
                except OSError:
                    # A full disk, and the copies are on another: what has to go makes room.
                    above.unlink(name)
                    _duplicate(copies, before["copy"], above, new)
            above.own(new, before["mode"], owner)
        above.rename(new, name)
        above.unlink(new)  # rename(2) does nothing where both are names of one file: it was not replaced yet


def _put_back_for(user: tuple[int, int], before: Mapping[str, Any], place: Path) -> None:
    """Put back what lies in a place of a user's, with that user's rights."""
    if before["kind"] == "absent":
        with acting_for(user):
            _remove(Path(before["path"]))
        return
    with directory(place) as copies:
        content = copies.read(before["copy"])
    with acting_for(user), parent(before["path"]) as (above, name):
        above.remove(beside(name))
        above.write(beside(name), content, before["mode"])
        above.rename(beside(name), name)
        above.sync()


def _remove(path: Path) -> None:
    try:
        with parent(path) as (above, name):
            info = above.lstat(name)
            if info is None or not stat.S_ISDIR(info.st_mode):
                above.remove(beside(name))
                above.unlink(name)
                return
            with above.open(name) as found:
                empty = not found.names()
            if empty:
                above.rmdir(name)
    except (FileNotFoundError, NotADirectoryError):
        return


def finish(name: str) -> None:
    """Keep the commit that awaits its confirmation, so that it can be returned to if it changed any file."""
    waiting = pending(name)
    if waiting and not record_of(name, waiting["id"])["before"]:
        _drop(name, waiting["id"])
    with directory(STATE / name) as opened:
        opened.unlink("pending")
        opened.sync()
    stop_clock(name)


def forget(name: str, keep: int) -> None:
    """Forget all but the newest commits of a set."""
    with directory(STATE / name) as opened:
        for old in kept(name)[keep:]:
            opened.remove(old)


def undo(name: str, identity: str, activate: bool = True) -> list[str]:
    """Return to the state before a commit and forget it; what of the activation failed, a sentence each.

    :raises RestoreError: a file could not be put back; all that could be is, and is activated.
    """
    place = STATE / name / identity
    if not (place / "record.json").exists():  # cut off before anything was changed
        abandon(name, identity)
        return []
    record = record_of(name, identity)
    gone = _paths(record, "absent")
    retire(gone, record["deactivate"], PATIENCE)
    unrestored = restore(record, place)
    commands = applicable(record["activate"], gone) if activate else []
    failures = [failure for command in commands if (failure := run(command, PATIENCE))]
    if unrestored:
        raise RestoreError("the state before could not be restored in full\n" + "\n".join(unrestored + failures))
    # For the controller, which may ask only after the clock has done this.
    with suppress(OSError):  # a full disk must not keep the rollback from its end
        publish(STATE / name / "undone", json.dumps({"id": identity, "failures": failures}).encode())
    abandon(name, identity)
    return failures


def _undone(name: str, identity: str) -> list[str]:
    """What failed when that commit was the last to be undone."""
    try:
        found: dict[str, Any] = json.loads((STATE / name / "undone").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return found["failures"] if found["id"] == identity else []


def retire(gone: Sequence[Path], deactivate: Sequence[Sequence[str]], seconds: float) -> None:
    """End what works by files that are about to go: units, which nothing could stop afterwards, and what the user says.

    That a command fails is no error: what it should end may never have begun.
    """
    units = [path.name for path in gone if path.parent == UNITS and path.exists()]
    commands = [["systemctl", "--quiet", "disable", "--now", *units]] if units else []
    for command in [*commands, *(deactivate if gone else [])]:
        run(command, seconds)


def applicable(commands: Sequence[Sequence[str]], gone: Sequence[Path]) -> list[Sequence[str]]:
    """The commands that name neither a file nor a unit that is no longer there."""
    words = {str(path) for path in gone} | {path.name for path in gone if path.parent == UNITS}
    return [command for command in commands if words.isdisjoint(command)]


#: What commands make can be read, whoever runs this and whatever was set there.
_UMASK = 0o022


def run(command: Sequence[str], seconds: float) -> str | None:
    """Run a command and return what went wrong, or ``None``.

    One that takes too long is killed with all its children. The output goes to memory rather than through a pipe, which a
    daemon that the command leaves behind would keep open, and which nobody would close.
    """
    with open(os.memfd_create("output"), "w+b") as output:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=_UMASK,
            )
        except OSError as error:
            return f"{shlex.join(command)}: {error.strerror}"
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return f"{shlex.join(command)}: took longer than {seconds:.0f} s"
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
    return None if status == 0 else f"{shlex.join(command)}: exit status {status}" + (f"\n{said}" if said else "")


def is_waiting(name: str, identity: str) -> bool:
    """Whether that very commit awaits its confirmation."""
    waiting = pending(name)
    return waiting is not None and waiting["id"] == identity


def confirm_command(name: str, identity: str) -> None:
    """``confirm``: keep the commit. :raises JournalError: it was rolled back before."""
    with locked(name, 10) as held:
        if not held:
            raise JournalError(f"another process is at work on the set {name!r}")
        if not is_waiting(name, identity):
            raise JournalError(f"the commit {identity} of the set {name!r} is not waiting: it was rolled back")
        finish(name)


def rollback_command(name: str, identity: str) -> None:
    """``rollback``: undo the commit. Does not wait for ever for a run that hangs: the deadline counts.

    :raises JournalError: the commit was confirmed before and is kept, or the state before could not be activated.
    """
    with locked(name, 10):
        if is_waiting(name, identity):
            failures = undo(name, identity)
        elif (STATE / name / identity / "record.json").exists():
            raise JournalError(f"the commit {identity} of the set {name!r} was confirmed and is kept")
        else:
            failures = _undone(name, identity)
        if failures:
            raise JournalError("every file is as before, but activating that state failed:\n" + "\n".join(failures))


def boot_homes_command() -> None:
    """``boot-homes``: files in places of their users, which are then no part of the commits any more.

    :raises RestoreError: some could not be put back; they stay a part of it.
    """
    failures = []
    for name, identity in _cut_off():
        failures += _put_back_homes(name, identity)
    if failures:
        raise RestoreError("\n".join(failures))


def _put_back_homes(name: str, identity: str) -> list[str]:
    """Put back what a commit wrote as other users, and strike it from the record once all of that is back."""
    place = STATE / name / identity
    if not (place / "record.json").exists():
        return []
    record = record_of(name, identity)
    homes = [before for before in record["before"] if "as" in before]
    failures = restore({"before": homes}, place)
    if homes and not failures:
        _say(f"the commit {identity} of the set {name!r} was not confirmed: files of users are as before")
        with directory(place) as copies:
            _record({**record, "before": [before for before in record["before"] if before not in homes]}, copies)
    return failures


def boot_command() -> None:
    """``boot``: nothing is running yet, so the files are enough. :raises RestoreError: some could not be put back."""
    failures = []
    for name, identity in _cut_off():
        _say(f"the commit {identity} of the set {name!r} was not confirmed: returning to the state before")
        try:
            undo(name, identity, activate=False)
        except RestoreError as error:
            failures.append(str(error))
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    if failures:
        raise RestoreError("\n".join(failures))


def _cut_off() -> list[tuple[str, str]]:
    """Set and identity of every commit that awaits its confirmation."""
    names = sorted(file.parent.name for file in STATE.glob("*/pending"))
    return [(name, waiting["id"]) for name in names if (waiting := pending(name))]


def list_command(names: Sequence[str]) -> None:
    """``list``: one commit a line, then its paths."""
    for name in names or sorted(entry.name for entry in STATE.glob("*") if entry.is_dir()):
        waiting = pending(name)
        for identity in ([waiting["id"]] if waiting else []) + kept(name):
            if not (STATE / name / identity / "record.json").exists():
                continue
            record = record_of(name, identity)
            state = "  awaits its confirmation" if waiting and waiting["id"] == identity else ""
            _say(f"{name}  {identity}  {record['time']}{state}")
            for before in record["before"]:
                _say(f"    {before['path']}" + (" (was not there)" if before["kind"] == "absent" else ""))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(arguments: list[str]) -> str | int | None:
    """Run a subcommand; what went wrong, or ``None``."""
    try:
        if arguments[:1] == ["list"] and len(arguments) <= 2:
            list_command(arguments[1:])
        elif arguments[:1] == ["confirm"] and len(arguments) == 3:
            confirm_command(*arguments[1:])
        elif arguments[:1] == ["rollback"] and len(arguments) == 3:
            rollback_command(*arguments[1:])
        elif arguments == ["boot-homes"]:
            boot_homes_command()
        elif arguments == ["boot"]:
            boot_command()
        else:
            return __doc__
    except RestoreError as error:
        sys.stderr.write(f"{error}\n")
        return TEMPORARY_FAILURE
    except JournalError as error:
        return str(error)
    return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
