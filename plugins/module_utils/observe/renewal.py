# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether and how certificates are renewed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypedDict

from ..certificates.lineage import read_renewal
from .run import Run

CRON_FILE = "/etc/cron.d/nostromo-certbot"
#: Where certbot keeps what it knows of a certificate.
RENEWALS = Path("/etc/letsencrypt/renewal")
#: What cron runs besides (cron(8), and run-parts(8) from Debian's /etc/crontab).
_CRONTABS = ("etc/crontab", "etc/cron.d/*", "etc/cron.*ly/*", "var/spool/cron/crontabs/*")
#: Debian's own entry, which leaves the work to systemd's timer.
_NOT_UNDER_SYSTEMD = "-d /run/systemd/system"


class Entry(TypedDict):
    """A line of a crontab(5) of the system."""

    schedule: str
    user: str
    command: str


class Lineage(TypedDict):
    """``known``: whether certbot has the certificate; ``hook``: what it runs after a renewal, and whether that can be run
    (``hook_runs``).
    """

    known: bool
    hook: str
    hook_runs: bool


class Renewal(TypedDict):
    """``cron``: the entries of the role's file, and why cron would not take it (``cron_refuses``); ``cron_active``: whether
    cron runs; ``timer_active``: whether certbot's timer does, ``timer_next``: when it is due, as text; ``others``: further
    lines that run certbot, each as ``FILE: LINE``; ``lineages``: certificate -> what certbot knows of it.
    """

    cron: list[Entry]
    cron_refuses: str
    cron_active: bool
    timer_active: bool
    timer_next: str
    others: list[str]
    lineages: dict[str, Lineage]


def observe(run: Run, names: Iterable[str]) -> Renewal:
    """What is there for the certificates of some names of certbot's."""
    text = _text(Path(CRON_FILE))
    shown = run(["systemctl", "show", "--property=NextElapseUSecRealtime", "--value", "certbot.timer"])
    return {
        "cron": read_entries(text or ""),
        "cron_refuses": "" if text is None else refusal(os.lstat(CRON_FILE)),
        "cron_active": run(["systemctl", "--quiet", "is-active", "cron"]).status == 0,
        "timer_active": run(["systemctl", "--quiet", "is-active", "certbot.timer"]).status == 0,
        "timer_next": shown.out.strip(),
        "others": list(others(Path("/"))),
        "lineages": {name: _lineage(name) for name in names},
    }


def _lineage(name: str) -> Lineage:
    text = _text(RENEWALS / f"{name}.conf")
    hook = read_renewal(text or "")[0].get("renew_hook", "")
    return {"known": text is not None, "hook": hook, "hook_runs": bool(hook) and os.access(hook, os.X_OK)}


def read_entries(text: str) -> list[Entry]:
    """The lines of a crontab(5) of the system that run something."""
    entries: list[Entry] = []
    for line in text.splitlines():
        words = line.split(None, 6)
        if len(words) == 7 and not line.lstrip().startswith("#"):
            entries.append({"schedule": " ".join(words[:5]), "user": words[5], "command": words[6]})
    return entries


def refusal(status: os.stat_result) -> str:
    """Why cron leaves a file of the system out (cron(8), "NOTES"); empty if it does not."""
    if not stat.S_ISREG(status.st_mode):
        return "it is no file"
    if status.st_uid != 0:
        return "it is not root's"
    return "others than root may write to it" if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else ""


def others(root: Path) -> Iterator[str]:
    """Lines beside the role's own that run certbot."""
    for pattern in _CRONTABS:
        for file in sorted(root.glob(pattern)):
            if str(file) == CRON_FILE or not file.is_file():
                continue
            for line in (_text(file) or "").splitlines():
                if "certbot" in line.partition("#")[0] and _NOT_UNDER_SYSTEMD not in line:
                    yield f"{file}: {line.strip()}"


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
