# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The journal of confirmed commits on this host. Managed by Ansible (nostromo.networking.confirmed_commit).

  nostromo-commit list [SET]        commits that were kept, newest first, and the one that awaits its confirmation
  nostromo-commit confirm SET ID    keep the commit, if it still awaits its confirmation
  nostromo-commit rollback SET ID   return a commit that awaits its confirmation to the state before
  nostromo-commit boot              return every commit that awaits its confirmation, without activating anything

This file is a program of its own, which the module installs on the host: a rollback must not need the controller.
A commit is a directory STATE/SET/ID with ``record.json`` and a copy of each file from before it. The commit that awaits
its confirmation is named in STATE/SET/pending, written before the first file is touched.
"""

from __future__ import annotations

import fcntl
import grp
import json
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

STATE = Path("/var/lib/nostromo-commit")
PROGRAM = Path("/usr/local/sbin/nostromo-commit")
#: How long one activation command may take during a rollback, in seconds.
PATIENCE = 60
#: Suffix of files that are written beside their target, to be renamed over it.
BESIDE = ".nostromo-new"


class JournalError(Exception):
    """What was asked cannot be done; the text is for the user."""


@contextmanager
def locked(name: str, patience_seconds: float = 0) -> Iterator[bool]:
    """Try to hold a set's lock; whether it is held."""
    (STATE / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + patience_seconds
    with open(STATE / name / "lock", "w", encoding="utf-8") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < until:
                    time.sleep(0.1)
                    continue
                yield False
                return
            yield True
            return


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file durably, in place of whatever has its name."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(mode)


def beside(path: Path) -> Path:
    """Where the next version of a file is written."""
    return path.with_name(f".{path.name}{BESIDE}")


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
            before[entry["path"]] = entry
    return {"before": list(before.values()), "activate": activate}


def begin(
    name: str,
    paths: Sequence[str],
    activate: Sequence[Sequence[str]],
    deadline_seconds: float,
) -> str:
    """Copy what is there, write down what is about to happen and start the clock; the commit's identity.

    Nothing is changed yet. From here on the state before returns by itself, at the deadline or when the host boots.

    :raises OSError: the copies cannot be written; nothing is left of them.
    """
    now = datetime.now(UTC)
    identity = f"{now:%Y%m%dT%H%M%S}-{now.microsecond:06}"
    directory = STATE / name / identity
    directory.mkdir(mode=0o700)
    try:
        record = {
            "id": identity,
            "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "before": [_snapshot(path, directory / str(number)) for number, path in enumerate(paths)],
            "activate": [list(command) for command in activate],
        }
        write(directory / "record.json", json.dumps(record, indent=1).encode())
        waiting = {"id": identity, "deadline": time.time() + deadline_seconds}
        write(STATE / name / "pending", json.dumps(waiting).encode())
        _start_clock(name, identity, deadline_seconds)
    except BaseException:
        (STATE / name / "pending").unlink(missing_ok=True)
        shutil.rmtree(directory)
        raise
    return identity


def _snapshot(path: str, copy: Path) -> dict[str, Any]:
    try:
        info = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return {"path": path, "kind": "absent"}
    found: dict[str, Any] = {"path": path, "uid": info.st_uid, "gid": info.st_gid, "mode": stat.S_IMODE(info.st_mode)}
    if stat.S_ISLNK(info.st_mode):
        return {**found, "kind": "link", "target": os.readlink(path)}
    if stat.S_ISDIR(info.st_mode):
        return {**found, "kind": "directory"}
    _duplicate(Path(path), copy)
    return {**found, "kind": "file", "copy": copy.name}


def _duplicate(path: Path, copy: Path) -> None:
    """Another name for a file that is about to be replaced, which takes no space; a copy on another file system."""
    try:
        os.link(path, copy, follow_symlinks=False)
    except OSError:
        write(copy, path.read_bytes())


def _unit(name: str) -> str:
    return f"nostromo-rollback-{name}"


def _start_clock(name: str, identity: str, seconds: float) -> None:
    stop_clock(name)
    command = ["systemd-run", "--quiet", "--collect", f"--unit={_unit(name)}", f"--on-active={seconds}"]
    command += ["--timer-property=AccuracySec=100ms", str(PROGRAM), "rollback", name, identity]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise JournalError(f"cannot start the clock for the rollback: {done.stderr.strip()}")


def stop_clock(name: str) -> None:
    """No rollback at the deadline any more."""
    timer = f"{_unit(name)}.timer"
    if subprocess.run(["systemctl", "--quiet", "is-active", timer], check=False).returncode == 0:
        subprocess.run(["systemctl", "stop", timer], check=True)


def restore(record: Mapping[str, Any], directory: Path) -> None:
    """Put everything back as it was before a commit; safe to repeat. What it had created goes, deepest first."""
    for before in reversed(record["before"]):
        path = Path(before["path"])
        if before["kind"] == "absent":
            _remove(path)
            continue
        if before["kind"] == "file":
            new = beside(path)
            new.unlink(missing_ok=True)
            _duplicate(directory / before["copy"], new)
            os.replace(new, path)
        elif before["kind"] == "link":
            new = beside(path)
            new.unlink(missing_ok=True)
            os.symlink(before["target"], new)
            os.replace(new, path)
            continue
        os.chown(path, before["uid"], before["gid"])
        os.chmod(path, before["mode"])


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        if not any(path.iterdir()):
            path.rmdir()
    else:
        path.unlink(missing_ok=True)


def finish(name: str) -> None:
    """Keep the commit that awaits its confirmation."""
    (STATE / name / "pending").unlink(missing_ok=True)
    stop_clock(name)


def forget(name: str, keep: int) -> None:
    """Forget all but the newest commits of a set."""
    for old in kept(name)[keep:]:
        shutil.rmtree(STATE / name / old)


def undo(name: str, identity: str, activate: bool = True) -> list[str]:
    """Return to the state before a commit and forget it; what of the activation failed, a sentence each."""
    record = record_of(name, identity)
    restore(record, STATE / name / identity)
    failures = [failure for command in record["activate"] if activate and (failure := run(command, PATIENCE))]
    # The clock is stopped last: it may be what runs this.
    (STATE / name / "pending").unlink(missing_ok=True)
    shutil.rmtree(STATE / name / identity)
    stop_clock(name)
    return failures


def run(command: Sequence[str], seconds: float) -> str | None:
    """Run a command and return what went wrong, or ``None``."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{shlex.join(command)}: took longer than {seconds:.0f} s"
    except OSError as error:
        return f"{shlex.join(command)}: {error.strerror}"
    if done.returncode == 0:
        return None
    said = (done.stderr + done.stdout).strip()
    return f"{shlex.join(command)}: exit status {done.returncode}" + (f"\n{said}" if said else "")


def is_waiting(name: str, identity: str) -> bool:
    """Whether that very commit awaits its confirmation."""
    waiting = pending(name)
    return waiting is not None and waiting["id"] == identity


def confirm_command(name: str, identity: str) -> None:
    """``confirm``: keep the commit. :raises JournalError: it was rolled back before."""
    with locked(name, PATIENCE):
        if not is_waiting(name, identity):
            raise JournalError(f"the commit {identity} of the set {name!r} is not waiting: it was rolled back")
        finish(name)


def rollback_command(name: str, identity: str) -> None:
    """``rollback``: undo the commit. Does not wait for ever for a run that hangs: the deadline counts."""
    with locked(name, 10):
        if is_waiting(name, identity):
            failures = undo(name, identity)
            if failures:
                raise JournalError("every file is as before, but activating that state failed:\n" + "\n".join(failures))


def boot_command() -> None:
    """``boot``: nothing is running yet, so the files are enough."""
    for file in STATE.glob("*/pending"):
        name = file.parent.name
        waiting = pending(name)
        if waiting:
            _say(f"the commit {waiting['id']} of the set {name!r} was not confirmed: returning to the state before")
            undo(name, waiting["id"], activate=False)
    subprocess.run(["systemctl", "daemon-reload"], check=True)


def list_command(names: Sequence[str]) -> None:
    """``list``: one commit a line, then its paths."""
    for name in names or sorted(entry.name for entry in STATE.glob("*") if entry.is_dir()):
        waiting = pending(name)
        for identity in ([waiting["id"]] if waiting else []) + kept(name):
            record = record_of(name, identity)
            state = "  awaits its confirmation" if waiting and waiting["id"] == identity else ""
            _say(f"{name}  {identity}  {record['time']}{state}")
            for before in record["before"]:
                _say(f"    {before['path']}" + (" (was not there)" if before["kind"] == "absent" else ""))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(arguments: list[str]) -> str | None:
    """Run a subcommand; what went wrong, or ``None``."""
    try:
        if arguments[:1] == ["list"] and len(arguments) <= 2:
            list_command(arguments[1:])
        elif arguments[:1] == ["confirm"] and len(arguments) == 3:
            confirm_command(*arguments[1:])
        elif arguments[:1] == ["rollback"] and len(arguments) == 3:
            rollback_command(*arguments[1:])
        elif arguments == ["boot"]:
            boot_command()
        else:
            return __doc__
    except JournalError as error:
        return str(error)
    return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
