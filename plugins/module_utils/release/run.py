# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run one command in a transient systemd unit, and see that it ends: in time, with little output, within its limits."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from ..printable import printable
from .model import BuildError

_SHOWN_LINES = 40
_KEPT_BYTES = 64 * 1024
#: More than any build has to say.
_MOST_BYTES = 64 * 1024 * 1024
_PAUSE = 1.0
#: How long systemd may take to end a command whose time is over.
_GRACE = 20.0


@dataclass(frozen=True)
class Unit:
    """A transient unit: ``settings`` are its properties, ``seconds`` how long the command may run.

    ``owner`` is the name of the user and the gid that it runs with.
    """

    name: str
    owner: tuple[str, int]
    directory: str
    settings: Sequence[str]
    environment: Mapping[str, str]
    seconds: float


def run(
    unit: Unit,
    command: Sequence[str],
    title: str,
    stdin: IO[bytes] | None = None,
    answer: IO[bytes] | None = None,
    fault: Callable[[], str | None] = lambda: None,
) -> None:
    """Run a command; ``answer`` gets its standard output. ``fault`` says now and then why it has to be ended.

    :raises BuildError: it failed; with its last lines.
    """
    arguments = [
        *("systemd-run", "--quiet", "--wait", "--pipe", f"--unit={unit.name}", "--service-type=exec"),
        *("--description=Release of a service", f"--uid={unit.owner[0]}", f"--gid={unit.owner[1]}"),
        f"--working-directory={unit.directory}",
        # systemd fetches the values from its own client's environment, so that no list of processes shows them; but this
        # client is found by the PATH of whoever runs it.
        *(f"--setenv={name}" for name in sorted(unit.environment) if name != "PATH"),
        *(f"--setenv=PATH={path}" for path in [unit.environment.get("PATH")] if path),
        *(f"--property={setting}" for setting in unit.settings),
        # systemd replaces ${NAME} in a command before the shell sees it; a doubled dollar is one of the command's own.
        *("--", *(word.replace("$", "$$") for word in command)),
    ]
    process = subprocess.Popen(
        arguments,
        stdin=stdin or subprocess.DEVNULL,
        stdout=answer or subprocess.PIPE,
        stderr=subprocess.PIPE if answer else subprocess.STDOUT,
        env={**os.environ, **unit.environment, "PATH": os.environ.get("PATH", os.defpath)},
    )
    output = process.stderr if answer else process.stdout
    if output is None:
        raise ValueError("a command without a pipe cannot be followed")
    with output:
        said, reason = _follow(unit, output.fileno(), fault)
    if reason:
        stop(unit.name)
    status = _status(process)
    if status or reason:
        how = reason or _why(unit, status)
        _forget(unit.name)
        lines = printable(said.decode(errors="replace")).rstrip().split("\n")[-_SHOWN_LINES:]
        raise BuildError("\n".join([f"{title} {how}", *(f"  | {line}" for line in lines if said)]))


def stop(unit: str) -> None:
    """End all that runs in a unit, such as what a run that was cut off left there."""
    _systemctl("stop", unit)
    _forget(unit)


def _follow(unit: Unit, output: int, fault: Callable[[], str | None]) -> tuple[bytes, str | None]:
    """Read what a command says until it ends, or has to: its last bytes, and why."""
    said, read = b"", 0
    began = looked = time.monotonic()
    poll = select.poll()
    poll.register(output, select.POLLIN)
    while True:
        if poll.poll(_PAUSE * 1000):
            more = os.read(output, _KEPT_BYTES)
            if not more:
                return said, None
            said, read = (said + more)[-_KEPT_BYTES:], read + len(more)
        now = time.monotonic()
        if now - began > unit.seconds + _GRACE:
            return said, f"was stopped after {unit.seconds:.0f} s"
        if read > _MOST_BYTES:
            return said, f"was stopped, for it printed more than {_MOST_BYTES // 1024**2} MiB"
        if now - looked >= _PAUSE:
            looked = now
            reason = fault()
            if reason:
                return said, f"was stopped, for it {reason}"


def _status(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _why(unit: Unit, status: int) -> str:
    """How a command ended that failed."""
    result = _systemctl("show", "--property=Result", "--value", unit.name).strip()
    memory = next((setting for setting in unit.settings if setting.startswith("MemoryMax=")), "")
    return {
        "timeout": f"was stopped after {unit.seconds:.0f} s",
        "oom-kill": f"was stopped, for it needed too much memory ({memory})",
        "signal": f"was killed, as happens when it needs too much memory ({memory})",
    }.get(result, f"ended with status {status}")


def _forget(unit: str) -> None:
    _systemctl("reset-failed", unit)


def _systemctl(*arguments: str) -> str:
    done = subprocess.run(
        ["systemctl", "--quiet", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    return done.stdout
