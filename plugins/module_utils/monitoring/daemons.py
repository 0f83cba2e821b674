# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs of monitoring on a host: whether they run with what is on disk, and having them do so.

systemd alone cannot say it: a start is a success for a program that dies at once, and a reload for one that refuses its new
configuration. They are asked themselves, as the user whom the matrix lets ask. Runs on hosts, with the standard library alone.
"""

from __future__ import annotations

import base64
import json
import os
import pwd
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from ..acting import acting_as
from .listeners import listening

_PATIENCE_SECONDS = 30
_TIMEOUT_SECONDS = 8
#: So exact are times of starts: to a second, and counted from the boot, which is known to a second.
_SLACK_SECONDS = 2
_SHOWN = (
    "Id",
    "ActiveState",
    "UnitFileState",
    "NeedDaemonReload",
    "ActiveEnterTimestamp",
    "DropInPaths",
    "FragmentPath",
)


class Daemon(NamedTuple):
    """A program.

    :param unit: systemd's unit.
    :param url: where it is asked; empty where nobody on this host may: then it has to listen on ``port``.
    :param ready: the path that is answered 200 once it works.
    :param metric: how the names of the metrics about its configuration begin; empty if it has none.
    :param files: its configuration. A newer one wants a reload or, where it cannot tell what it runs with, a restart.
    :param jobs: what it asks for metrics; empty if it is not Prometheus.
    :param asker: the user who may ask it, if that is another than for the others.
    :param password: the file with the password of its user ``admin``, and ``shown`` the paths that are answered 200 to that one.
    """

    unit: str
    url: str
    ready: str
    metric: str
    files: Sequence[str]
    jobs: Sequence[str]
    asker: str = ""
    port: int = 0
    password: str = ""
    shown: Sequence[str] = ()


class Wrong(NamedTuple):
    """What is wrong with a daemon, and whether a reload is enough to mend it."""

    reason: str
    reload: bool = False


def main(arguments: Sequence[str]) -> int:
    """``check FILE`` or ``apply FILE``, of which the file says what there is; what is wrong goes to the error channel."""
    action, path = arguments
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    daemons = [Daemon(**one) for one in told["daemons"]]
    asker = told["asker"]
    if action == "apply":
        _apply(daemons, asker)
    wrongs = _awaited(daemons, asker) if action == "apply" else problems(daemons, asker)
    for unit, wrong in wrongs.items():
        said = _said(unit) if action == "apply" else []
        sys.stderr.write("".join(f"{line}\n" for line in [f"{unit}: {wrong.reason}", *(f"  {line}" for line in said)]))
    return 1 if wrongs else 0


def _apply(daemons: Sequence[Daemon], asker: str) -> None:
    units = [one.unit for one in daemons]
    _systemctl("enable", "--quiet", *units)
    wrongs = problems(daemons, asker)
    reloaded = [unit for unit, wrong in wrongs.items() if wrong.reload]
    restarted = [unit for unit in wrongs if unit not in reloaded]
    _systemctl("reset-failed", *units)
    if reloaded:
        _systemctl("reload", *reloaded)
    if restarted:
        _systemctl("restart", *restarted)


def _awaited(daemons: Sequence[Daemon], asker: str) -> dict[str, Wrong]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        wrongs = problems(daemons, asker)
        if not wrongs or time.monotonic() > deadline:
            return wrongs
        time.sleep(0.2)


def problems(daemons: Sequence[Daemon], asker: str) -> dict[str, Wrong]:
    """What is wrong, by unit.

    :param asker: the user who may ask them.
    """
    states = _states([one.unit for one in daemons])
    found = {}
    for daemon in daemons:
        wrong = next(_wrong(daemon, states.get(daemon.unit, {}), asker), None)
        if wrong:
            found[daemon.unit] = wrong
    return found


def _wrong(daemon: Daemon, state: Mapping[str, str], asker: str) -> Iterator[Wrong]:
    if state.get("ActiveState") != "active":
        yield Wrong(f"is {state.get('ActiveState', 'unknown to systemd')}")
    if state.get("UnitFileState") != "enabled":
        yield Wrong("does not start when the host boots")
    started = float(state.get("ActiveEnterTimestamp", "").removeprefix("@") or 0) + _SLACK_SECONDS
    written = [state.get("FragmentPath", ""), *state.get("DropInPaths", "").split()]
    if state.get("NeedDaemonReload") == "yes" or _newest(written) > started:
        yield Wrong("runs as another unit than the one on disk")
    if not daemon.metric and _newest(daemon.files) > started:
        yield Wrong("runs with another configuration than the one on disk")
    yield from answers(daemon, asker)


def answers(daemon: Daemon, asker: str) -> Iterator[Wrong]:
    """What is wrong with how it answers, or listens where it may not be asked.

    :param asker: the user who asks, where the daemon itself names none.
    """
    if daemon.port and ("tcp", daemon.port) not in listening():
        yield Wrong(f"does not listen on port {daemon.port}")
    if daemon.url:
        try:
            login = _login(daemon.password)
            with as_user(daemon.asker or asker):
                yield from _asked(daemon, login)
        except (OSError, URLError, ValueError) as error:
            yield Wrong(f"does not answer at {daemon.url}: {error}")


def _login(password: str) -> dict[str, str]:
    """The header by which the user ``admin`` is known, of a file with the password; none without a file."""
    if not password:
        return {}
    with open(password, encoding="utf-8") as file:
        told = "admin:" + file.readline().removesuffix("\n")
    return {"Authorization": f"Basic {base64.b64encode(told.encode()).decode()}"}


def _asked(daemon: Daemon, login: Mapping[str, str]) -> Iterator[Wrong]:
    get(daemon.url + daemon.ready)
    for path in daemon.shown:
        try:
            _asked_for(Request(daemon.url + path, headers=dict(login)))
        except URLError as error:
            yield Wrong(f"does not show its user admin {path}: {error}")
            return
    if daemon.metric:
        text = get(f"{daemon.url}/metrics")
        if _metric(text, f"{daemon.metric}_last_reload_successful") != 1:
            yield Wrong("has refused the configuration on disk", reload=True)
        if _metric(text, f"{daemon.metric}_last_reload_success_timestamp_seconds") + _SLACK_SECONDS < _newest(
            daemon.files
        ):
            yield Wrong("runs with another configuration than the one on disk", reload=True)
    if daemon.jobs:
        pools = json.loads(get(f"{daemon.url}/api/v1/scrape_pools"))["data"]["scrapePools"]
        missing = sorted({*daemon.jobs} - {*pools})
        if missing:
            yield Wrong(f"cannot ask {', '.join(missing)} for metrics; its log says why", reload=True)


def as_user(name: str) -> AbstractContextManager[None]:
    """Act as a user. :raises OSError: there is none of that name."""
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        raise OSError(f"the host has no user {name}") from None
    return nullcontext() if account.pw_uid == os.geteuid() else acting_as(account.pw_uid, account.pw_gid)


def get(url: str) -> str:
    """What is answered. :raises OSError: it does not answer, or with an error."""
    return _asked_for(Request(url))


def post(url: str, data: object) -> str:
    """What is answered to data, sent as JSON. :raises OSError: it does not answer, or with an error."""
    return _asked_for(Request(url, json.dumps(data).encode(), {"Content-Type": "application/json"}))


def _asked_for(request: Request) -> str:
    with build_opener(ProxyHandler({})).open(request, timeout=_TIMEOUT_SECONDS) as answer:
        text: str = answer.read().decode("utf-8", "replace")
        return text


def _metric(text: str, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _newest(paths: Sequence[str]) -> float:
    return max((os.stat(path).st_mtime for path in paths if path and os.path.exists(path)), default=0.0)


def _states(units: Sequence[str]) -> dict[str, dict[str, str]]:
    said = _systemctl("show", "--timestamp=unix", f"--property={','.join(_SHOWN)}", *units)
    states = [dict(line.split("=", 1) for line in block.splitlines()) for block in said.split("\n\n") if block]
    return {state["Id"]: state for state in states}


def _said(unit: str) -> list[str]:
    """The last lines of its log."""
    command = ["/usr/bin/journalctl", "--no-pager", "--lines=5", "--output=cat", f"--unit={unit}"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def _systemctl(*arguments: str) -> str:
    done = subprocess.run(["/usr/bin/systemctl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode and arguments[0] != "reset-failed":
        sys.stderr.write(done.stderr)
    return done.stdout
