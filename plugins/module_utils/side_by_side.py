# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do several things at the same time, each in a process of its own: they may act as different users."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, NoReturn


def side_by_side(jobs: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """What each job returns, as JSON holds it. The last is done in this process, as is one for which there is no other.

    :raises RuntimeError: a job ended without a result; it says why on standard error.
    """
    *others, last = jobs.items() if jobs else ((None, None),)
    started = {name: _start(job) for name, job in others}
    results = {name: jobs[name]() for name, child in started.items() if child is None}
    if last[1] is not None:
        results[last[0]] = last[1]()
    results |= {name: _result(name, *child) for name, child in started.items() if child is not None}
    return {name: results[name] for name in jobs}


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
    finally:
        os._exit(status)


def _result(name: str, child: int, reader: int) -> Any:
    with os.fdopen(reader) as told:
        text = told.read()
    _child, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"{name} ended without a result ({os.waitstatus_to_exitcode(status)})")
    return json.loads(text)
