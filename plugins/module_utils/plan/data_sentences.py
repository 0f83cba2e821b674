# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a change of the document is called, for those of its variables that hold things with names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .difference import Change
from .sentences import Sentence, Sentences, about, generic, shown, value_of

_BECOMES = {"added": "is new", "removed": "goes", "changed": "is now", "reordered": "stands in another order"}


def _row(change: Change) -> str | tuple[str, str]:
    if len(change.path) > 2:
        return about(f"row {change.path[1]}:", generic(change, 2))
    return f"row {change.path[1]} {_BECOMES[change.kind]}: {_row_in_words(value_of(change))}"


def _row_in_words(row: Any) -> str:
    if not isinstance(row, Mapping):
        return shown(row)
    protocols = row.get("protocol", "tcp")
    protocol = protocols if isinstance(protocols, str) else "+".join(map(str, protocols))
    return f"{row.get('source')} → {row.get('destination')} {shown(row.get('port'))}/{protocol} {row.get('action')}"


def _thing(noun: str) -> Sentence:
    """Says of something with a name that it comes, goes, or what changes in it."""

    def sentence(change: Change) -> str | tuple[str, str]:
        name = f"{noun} {change.path[1]}"
        if len(change.path) > 2:
            return about(name if change.nameless and len(change.path) == 3 else f"{name}:", generic(change, 2))
        if change.kind == "changed":
            return about(noun, generic(change, 1))
        return f"{name} {_BECOMES[change.kind]}: {shown(value_of(change))}"

    return sentence


def _after(subject: str, begin: int) -> Sentence:
    return lambda change: about(subject, generic(change, begin))


_NOUNS = {
    "components": "component",
    "zones": "zone",
    "sites": "site",
    "rate_limits": "rate limit",
    "databases": "database",
    "database_users": "database role",
    "ssh": "SSH",
}

#: The first whose pattern fits speaks; all else is said by its path.
SENTENCES: Sentences = (
    ("network_flows.*.**", _row),
    ("network_baseline_flows.*.**", _row),
    ("network_dns.records.*.**", _after("DNS record", 2)),
    ("network_dns.**", _after("DNS:", 1)),
    ("network_certificate.**", _after("certificate:", 1)),
    ("network_monitoring.**", _after("monitoring:", 1)),
    *((f"network_{variable}.*.**", _thing(noun)) for variable, noun in _NOUNS.items()),
)
