# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What others have put on a host, and a role would take down or fight with: refused by name, until it is tolerated. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_COLLECTION = "nostromo.networking"


def is_ours(text: str, role: str) -> bool:
    """Whether a file is the role's, which says so in its first line: then nobody else's is replaced any more."""
    return f"role {_COLLECTION}.{role}" in text.partition("\n")[0]


def standing(found: Mapping[str, str], tolerated: Iterable[str]) -> dict[str, str]:
    """Of what was found, name -> sentence, that which is not tolerated."""
    accepted = set(tolerated)
    return {name: sentence for name, sentence in found.items() if name not in accepted}


def refusal(what: str, found: Mapping[str, str], variable: str, remedy: str = "") -> str:
    """Why a run stops, for the user: ``what`` it is about, every sentence, what mends it, and how it is tolerated."""
    text = f"{what}: {'; '.join(found.values())}."
    return f"{text}{f' {remedy}' if remedy else ''} Or name {', '.join(found)} in {variable} to go on all the same."
