# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How observations ask the host's own programs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

TIMEOUT_SECONDS = 15


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
    """Run a program of this host, in English and without a terminal."""
    environment = {**os.environ, "LC_ALL": "C", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    try:
        done = subprocess.run(
            list(words),
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            env=environment,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise ObservationError(f"the host has no {words[0]}") from None
    except subprocess.TimeoutExpired:
        raise ObservationError(f"{' '.join(words)} did not end within {TIMEOUT_SECONDS} s") from None
    return Output(done.returncode, done.stdout, done.stderr)


def output(run: Run, *words: str) -> str:
    """What a program prints. :raises ObservationError: it fails."""
    done = run(words)
    if done.status != 0:
        raise ObservationError(f"{' '.join(words)} failed: {(done.err or done.out).strip()}")
    return done.out
