# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connections tried from the lab's hosts: many at once, in one round trip."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from testinfra.host import Host

_SCRIPT = (Path(__file__).parent / "remote" / "connect.py").read_text()

#: Outcomes: the connection was made; the far end refused it; no answer at all; this host's own firewall said no.
OPEN, REFUSED, FILTERED, REJECTED = "open", "refused", "filtered", "rejected"


@dataclass(frozen=True)
class Probe:
    """One TCP connection to try, as one of the host's users."""

    address: str
    port: int
    user: str = "root"


def attempt(host: Host, probes: Iterable[Probe]) -> dict[Probe, str]:
    """Try all of them at the same time from one host; the outcome of each."""
    wanted = list(probes)
    printed = host.check_output("python3 -c %s %s", _SCRIPT, json.dumps([astuple(probe) for probe in wanted]))
    return dict(zip(wanted, json.loads(printed), strict=True))


@cache
def address_of(host: Host, family: int) -> str:
    """A lab host's own address of one family, 4 or 6."""
    printed = json.loads(host.check_output(f"ip -json -{family} address show scope global"))
    return next(info["local"] for link in printed for info in link["addr_info"])
