# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How observations ask the host's own programs."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

TIMEOUT_SECONDS = 15
#: No program of a host needs more to answer.
MOST_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 65536


class ObservationError(Exception):
    """Something cannot be observed; the message says why, for people."""


@dataclass(frozen=True)
class Output:
    """What a program said, and its exit status."""

    status: int
    out: str
    err: str


#: Runs a program with its arguments. :raises ObservationError: the host does not have it, or it does not end.
Run: TypeAlias = Callable[[Sequence[str]], Output]


def run(words: Sequence[str]) -> Output:
    """Run a program of this host, in English and without a terminal; it has to end, in time and in what it says."""
    environment = {**os.environ, "LC_ALL": "C", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    until = time.monotonic() + TIMEOUT_SECONDS
    pipe = subprocess.PIPE
    try:
        program = subprocess.Popen(list(words), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment)
    except FileNotFoundError:
        raise ObservationError(f"the host has no {words[0]}") from None
    with program:
        try:
            out, err = _read(program, until)
            status = program.wait(max(0.0, until - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired):
            raise ObservationError(f"{' '.join(words)} did not end within {TIMEOUT_SECONDS} s") from None
        except OverflowError:
            raise ObservationError(f"{' '.join(words)} says more than {MOST_BYTES >> 20} MiB") from None
        finally:
            program.kill()
    return Output(status, out.decode(errors="replace"), err.decode(errors="replace"))


def _read(program: subprocess.Popen[bytes], until: float) -> tuple[bytes, bytes]:
    """What a program says. :raises TimeoutError: or :raises OverflowError: it goes on for too long, or says too much."""
    if not program.stdout or not program.stderr:
        raise ValueError("a program without pipes cannot be read")
    out, err = bytearray(), bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(program.stdout, selectors.EVENT_READ, out)
        waiting.register(program.stderr, selectors.EVENT_READ, err)
        while waiting.get_map():
            ready = waiting.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _events in ready:
                chunk = os.read(key.fd, _CHUNK_BYTES)
                if not chunk:
                    waiting.unregister(key.fileobj)
                key.data.extend(chunk)
            if len(out) + len(err) > MOST_BYTES:
                raise OverflowError
            if time.monotonic() > until:
                raise TimeoutError
    return bytes(out), bytes(err)


def output(run: Run, *words: str) -> str:
    """What a program prints. :raises ObservationError: it fails."""
    done = run(words)
    if done.status != 0:
        raise ObservationError(f"{' '.join(words)} failed: {(done.err or done.out).strip()}")
    return done.out
