# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that is asked of a site from one place: its answers, then its limits."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from .limit import Measured, measure, recovery_seconds
from .site import Answers, look, try_old_tls


class WholeSite(TypedDict):
    """Name -> its ``answers``, zone -> what was measured of its limit, and what :func:`.site.try_old_tls` was told."""

    answers: dict[str, Answers]
    limits: dict[str, Measured]
    old_tls: str


def observe(
    address: str,
    http_port: int,
    https_port: int,
    names: Sequence[str],
    authorities: str = "",
    paths: Mapping[str, Sequence[str]] | None = None,
    limits: Sequence[Mapping[str, Any]] = (),
) -> WholeSite:
    """Ask and try everything. :raises ssl.SSLError: ``authorities`` holds no certificates."""
    asked = paths or {}
    answers = look(names, address, http_port, https_port, authorities, asked)
    time.sleep(recovery_seconds(asked.values(), {limit["path"]: limit["rate"] for limit in limits}))
    measured = {}
    for limit in limits:
        how = {key: limit[key] for key in ("rate", "burst", "delayed", "addresses")}
        beside = list(limit["beside"])
        measured[limit["zone"]] = measure(limit["name"], address, https_port, limit["path"], **how, beside=beside)
    return {
        "answers": answers,
        "limits": measured,
        "old_tls": try_old_tls(names[0], address, https_port) if names else "",
    }
