# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find what an nginx serves that is about to be taken over, for it would go out of service. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAIN = "nginx.conf"
#: Stands in the first line of each nginx.conf of the role's.
MARK = "role nostromo.networking.nginx"
#: Directories below /etc/nginx, and which of their files the distribution's nginx.conf includes.
INCLUDED = {"sites-enabled": "*", "conf.d": "*.conf"}
#: The page that greets on a fresh host.
WELCOME = "sites-enabled/default"

_SERVES = re.compile(r"^[ \t]*(server|stream|mail)\s*\{", re.MULTILINE)


def is_ours(main: str) -> bool:
    """Whether the text of nginx.conf is the role's: then nothing else is served any more."""
    return MARK in main.partition("\n")[0]


def going(main: str, included: Iterable[str], tolerated: Iterable[str]) -> list[str]:
    """What would go out of service and may not, each by its path below /etc/nginx, sorted.

    :param main: the text of nginx.conf; empty where there is none.
    :param included: the files of other directories that it includes.
    """
    if not main or is_ours(main):
        return []
    found = {path for path in included if path != WELCOME} | ({MAIN} if _SERVES.search(main) else set())
    return sorted(found - set(tolerated))
