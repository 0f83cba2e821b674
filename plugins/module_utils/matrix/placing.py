# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which hosts of an inventory carry which components."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def carried(
    groups: Mapping[str, Sequence[str]], components: Iterable[str], environment: str = "all"
) -> dict[str, list[str]]:
    """Host -> the components of whose groups it is one; hosts that carry none, or are of another environment, are left out."""
    own = frozenset(groups.get(environment, ()))
    found: dict[str, list[str]] = {}
    for component in sorted(components):
        for host in own.intersection(groups.get(component, ())):
            found.setdefault(host, []).append(component)
    return dict(sorted(found.items()))
