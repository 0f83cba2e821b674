# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do resolvers that everybody can ask say that proxied names lead to Cloudflare?"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from ..matrix.model import Matrix, within
from ..observe.edge import Asked
from .edge import EDGE, look_from_outside
from .model import Check, Finding, Scene, held, skipped


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each name and resolver."""
    for name, answers in scene.seen[EDGE]["names"].items():
        for resolver, asked in answers.items():
            title = f"{name} leads to Cloudflare, says {resolver}"
            if asked["reached"]:
                yield held(title, _wrong(scene.intent.matrix, asked), f"{resolver}: {_told(asked)}")
            else:
                yield skipped(title, f"{resolver}: {asked['problem']}")


def _wrong(matrix: Matrix, asked: Asked) -> str:
    beside = [one for one in asked["addresses"] if not leads_to_cloudflare(matrix, one)]
    if not asked["addresses"]:
        return asked["problem"]
    return f"it leads to {', '.join(beside)}, past Cloudflare: the record is not proxied" if beside else ""


def leads_to_cloudflare(matrix: Matrix, address: str) -> bool:
    """Whether an address is one of Cloudflare's."""
    return any(within(ip_address(address), network) for network in matrix.in_front)


def _told(asked: Asked) -> str:
    return ", ".join(asked["addresses"]) or asked["problem"]


CHECK = Check("Names, as public resolvers know them", look_from_outside, judge, part="cloudflare")
