# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How certbot's last attempt to renew ended, from its own log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypedDict

from ..files import read
from .logs import shown
from .run import ObservationError, Run

LOG = Path("/var/log/letsencrypt/letsencrypt.log")
#: Certbot rotates by itself, or (as Debian has it) leaves it to logrotate; the older ones are compressed.
_FILES = (LOG, LOG.with_name(f"{LOG.name}.1"))
_READ_BYTES = 1024 * 1024
#: With this every run begins, whatever it was asked.
_BEGIN = ":certbot._internal.main:certbot version: "
_ENTRY = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+:(\w+):([\w.]+):(.*)$")
_RENEWAL = "certbot._internal.renewal"
_FAILED = re.compile(r"Failed to renew certificate|renew failure|All renewals failed|could not be renewed")
_RENEWED = re.compile(r"all renewals succeeded|Successfully received certificate")
_NOT_DUE = re.compile(r"not (yet )?due for renewal|No renewals were attempted")
#: What certbot lists at the end of a run: each certificate's file, and what became of it.
_LISTED = re.compile(r"/live/(?P<name>[^/]+)/fullchain\.pem .*\((?P<ended>success|failure|skipped)\)")
_OUTCOMES = {"success": "renewed", "failure": "failed", "skipped": "not due"}
_ERRORS = 6


class Ended(TypedDict):
    """``time`` and ``outcome`` (``renewed``, ``not due`` or ``failed``) of a run that renewed or issued, and its ``errors``; the
    outcome is empty when no log tells of one.
    """

    time: str
    outcome: str
    errors: list[str]


class LastRenewal(Ended):
    """How the last renewal ended, and the ``path`` of the log that tells it."""

    path: str


def observe(_run: Run, names: Iterable[str]) -> dict[str, LastRenewal]:
    """What the logs tell of the certificates of some names of certbot's."""
    logs = dict(_logs())
    return {name: _last(logs, name) for name in names}


def _logs() -> Iterator[tuple[Path, str]]:
    for file in _FILES:
        try:
            yield file, _end_of(file)
        except FileNotFoundError:
            return
        except OSError as error:
            raise ObservationError(f"{error.filename}: {error.strerror}") from None


def _last(logs: Mapping[Path, str], name: str) -> LastRenewal:
    for file, text in logs.items():
        found = read_log(text, name)
        if found["outcome"]:
            return {**found, "path": str(file)}
    return {"time": "", "outcome": "", "errors": [], "path": str(LOG)}


def _end_of(file: Path) -> str:
    return read(file, _READ_BYTES, tail=True).decode("utf-8", "replace")


def read_log(text: str, name: str) -> Ended:
    """What a log of certbot's tells of a certificate: how the last of its runs that tells anything ended."""
    found: Ended = {"time": "", "outcome": "", "errors": []}
    run: list[str] = []
    for line in (*text.splitlines(), _BEGIN):
        if _BEGIN in line:
            ended = _read_run(run, name)
            found = ended if ended["outcome"] else found
            run = []
        run.append(line)
    return found


def _read_run(lines: list[str], name: str) -> Ended:
    """One run. What it lists of the certificate counts for more than what it says of all together."""
    when, outcome, errors = "", "", []
    listed = ""
    for line in lines:
        entry = _ENTRY.match(line)
        level, source, said = entry.group(2, 3, 4) if entry else ("", "", line)
        when = entry[1] if entry else when
        if level == "ERROR" and said:
            errors.append(said)
        if (one := _LISTED.search(said)) and one["name"] == name:
            listed = _OUTCOMES[one["ended"]]
        if _FAILED.search(said) and (name in said or level == "ERROR"):
            outcome = "failed"
        elif outcome != "failed" and _RENEWED.search(said):
            outcome = "renewed"
        elif not outcome and (_NOT_DUE.search(said) or (source == _RENEWAL and "no renewal failures" in said)):
            outcome = "not due"
    if listed:
        outcome, errors = listed, errors if listed == "failed" else []
    elif errors and not outcome:
        outcome = "failed"
    return {"time": when, "outcome": outcome, "errors": shown("\n".join(errors), lines=_ERRORS)}
