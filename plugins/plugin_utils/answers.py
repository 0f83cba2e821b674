# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hosts have answered in this run to the questions of the last one, for as long as nothing is changed anywhere.

Each task runs in a worker that Ansible forks, so the answers lie in the run's own temporary directory. Whatever a worker has
done on any host that is no rehearsal may change something, be it apt or a task of a user's own. All of that goes through one
method of Ansible's, which therefore notes it. A worker has that from the process that forked it; where it has not, no answer
is taken.
"""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase

#: How old an answer may be, in seconds, counted from before it was asked for.
FRESH = 30
_PLACE = "nostromo-answers"
_CHANGED = "changed"
#: Where this was imported; workers are forked from there.
_LOADED_BY = os.getpid()
_looking: list[bool] = []


def _place() -> Path:
    return Path(constants.DEFAULT_LOCAL_TMP) / _PLACE


def begin() -> bool:
    """Have this run take answers; whether it still may."""
    if os.getpid() == _LOADED_BY:
        return False
    _place().mkdir(mode=0o700, exist_ok=True)
    return usable()


def begun() -> bool:
    """Whether this run has begun to take answers."""
    return _place().is_dir()


def usable() -> bool:
    """Whether this run takes answers, and nothing can have changed since it does."""
    return begun() and not (_place() / _CHANGED).exists()


def keep(host: str, answers: dict[str, Any], asked: float) -> None:
    """Keep what a host has answered to what it was asked at a time of the monotonic clock, which all workers share."""
    path = _file(host)
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps({"asked": asked, "answers": answers}), encoding="utf-8")
    new.rename(path)


def answer(host: str, digest: str) -> dict[str, Any] | None:
    """What a host has answered to a question, if that still counts."""
    if not usable():
        return None
    try:
        kept = json.loads(_file(host).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if not 0 <= time.monotonic() - kept["asked"] < FRESH:
        return None
    found: dict[str, Any] | None = kept["answers"].get(digest)
    return found


def _file(host: str) -> Path:
    return _place() / f"{host.encode().hex()[:200]}.json"


@contextmanager
def looking() -> Iterator[None]:
    """What is executed meanwhile changes nothing."""
    _looking.append(True)
    try:
        yield
    finally:
        _looking.pop()


def _note_change() -> None:
    if not _looking and begun():
        (_place() / _CHANGED).touch(mode=0o600)


def _noting(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Ansible's method, and a note that something may have changed: before, and for answers that came meanwhile after."""

    @functools.wraps(execute)
    def noted(*args: Any, **options: Any) -> dict[str, Any]:
        _note_change()
        try:
            return execute(*args, **options)
        finally:
            _note_change()

    return noted


ActionBase._low_level_execute_command = _noting(ActionBase._low_level_execute_command)  # type: ignore[method-assign]
