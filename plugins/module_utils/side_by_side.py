# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do several things at the same time, each in a process of its own: they may act as different users."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn


def side_by_side(jobs: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """What each job returns, as JSON holds it. The last is done in this process, as is one for which there is no other.

    :raises RuntimeError: a job ended without a result; it says why on standard error.
    """
    names = list(jobs)
    started = {name: _start(jobs[name]) for name in names[:-1]}
    results = {name: jobs[name]() for name in names if started.get(name) is None}
    results |= {name: _result(name, *child) for name, child in started.items() if child}
    return {name: results[name] for name in names}


def _start(job: Callable[[], Any]) -> tuple[int, int] | None:
    """The process that does a job, and where it tells the result; nothing if the system has no room for one."""
    reader, writer = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return None
    if child == 0:
        os.close(reader)
        _do(job, writer)
    os.close(writer)
    return child, reader


def _do(job: Callable[[], Any], writer: int) -> NoReturn:
    """In the process: nothing of the one that it came from may run on here, not even its end."""
    status = 1
    try:
        with os.fdopen(writer, "w") as told:
            json.dump(job(), told)
        status = 0
    except Exception:  # whatever it is: the process that waits is told by the status, and people why
        traceback.print_exc()
    finally:
        os._exit(status)


def _result(name: str, child: int, reader: int) -> Any:
    with os.fdopen(reader) as told:
        text = told.read()
    _child, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"{name} ended without a result ({os.waitstatus_to_exitcode(status)})")
    return json.loads(text)
