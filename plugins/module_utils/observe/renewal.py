# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether and how the certificate is renewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .run import Run

CRON_FILE = "/etc/cron.d/nostromo-certbot"


def observe(run: Run) -> dict[str, Any]:
    """``cron``: the entries of the role's file, ``cron_active``: whether cron runs, ``timer_active``: whether
    certbot's systemd timer does.
    """
    try:
        entries = read_entries(Path(CRON_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        entries = []
    return {
        "cron": entries,
        "cron_active": run(["systemctl", "--quiet", "is-active", "cron"]).status == 0,
        "timer_active": run(["systemctl", "--quiet", "is-active", "certbot.timer"]).status == 0,
    }


def read_entries(text: str) -> list[dict[str, str]]:
    """The lines of a crontab(5) of the system: ``schedule``, ``user`` and ``command`` of each."""
    entries = []
    for line in text.splitlines():
        words = line.split(None, 6)
        if len(words) == 7 and not line.lstrip().startswith("#"):
            entries.append({"schedule": " ".join(words[:5]), "user": words[5], "command": words[6]})
    return entries
