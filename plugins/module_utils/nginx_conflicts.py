# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find what an nginx serves that is about to be taken over, for it would go out of service. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .conflicts import is_ours

MAIN = "nginx.conf"
#: Directories below /etc/nginx, and which of their files the distribution's nginx.conf includes.
INCLUDED = {"sites-enabled": "*", "conf.d": "*.conf"}
#: The page that greets on a fresh host.
WELCOME = "sites-enabled/default"

_SERVES = re.compile(r"^[ \t]*(server|stream|mail)\s*\{", re.MULTILINE)


def going(main: str, included: Iterable[str]) -> dict[str, str]:
    """What would go out of service, by its path below /etc/nginx, and that path to be told; sorted.

    :param main: the text of nginx.conf; empty where there is none. Where it is the role's, nothing else is served any more.
    :param included: the files of other directories that it includes.
    """
    if not main or is_ours(main, "nginx"):
        return {}
    found = {path for path in included if path != WELCOME} | ({MAIN} if _SERVES.search(main) else set())
    return {path: path for path in sorted(found)}
