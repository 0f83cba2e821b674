# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""In what two trees of plain data differ, down to the values that do: nothing in them is without a place in the answer.

The keys of their mappings are texts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Kind = Literal["added", "removed", "changed", "reordered"]
Path: TypeAlias = tuple[str, ...]

#: By which of its fields an entry of a list is known again, where each of both lists has one of its own.
_IDENTITIES = ("path", "name", "hostname", "key")


@dataclass(frozen=True)
class Change:
    """One difference. ``path`` leads to it; an entry of a list is its name, or itself where it has none.

    ``before`` is ``None`` for what was added, ``after`` for what was removed. ``nameless``: it is an entry without a name.
    """

    path: Path
    kind: Kind
    before: Any = None
    after: Any = None
    nameless: bool = False


def differences(before: Any, after: Any, path: Path = ()) -> list[Change]:
    """All changes that lead from one tree to the other, in the order of the data; none if, and only if, they are equal."""
    return list(_differences(before, after, path))


def is_equal(before: Any, after: Any) -> bool:
    """Whether two trees say the same; the order of a mapping's keys says nothing, and 1 is not true."""
    return canonical(before) == canonical(after)


def canonical(value: Any) -> str:
    """A tree as one text, the same for equal ones."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _differences(before: Any, after: Any, path: Path) -> Iterator[Change]:
    if is_equal(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_mappings(before, after, path)
    elif _is_list(before) and _is_list(after):
        yield from _of_lists(before, after, path)
    else:
        yield Change(path, "changed", before, after)


def _of_mappings(before: Mapping[str, Any], after: Mapping[str, Any], path: Path) -> Iterator[Change]:
    for key, value in before.items():
        if key in after:
            yield from _differences(value, after[key], (*path, key))
        else:
            yield Change((*path, key), "removed", value, None)
    yield from (Change((*path, key), "added", None, value) for key, value in after.items() if key not in before)


def _of_lists(before: Sequence[Any], after: Sequence[Any], path: Path) -> Iterator[Change]:
    if (identity := _identity(before, after)) is not None:
        old, new = ({str(entry[identity]): entry for entry in entries} for entries in (before, after))
        yield from _of_mappings(old, new, path)
        kept = [[key for key in one if key in other] for one, other in ((old, new), (new, old))]
    else:
        old_texts, new_texts = [*map(canonical, before)], [*map(canonical, after)]
        gone, come = Counter(old_texts) - Counter(new_texts), Counter(new_texts) - Counter(old_texts)
        yield from _of_entries(before, old_texts, gone, path, "removed")
        yield from _of_entries(after, new_texts, come, path, "added")
        kept = [_without(old_texts, gone), _without(new_texts, come)]
    if kept[0] != kept[1]:
        yield Change(path, "reordered", before, after)


def _of_entries(
    entries: Sequence[Any], texts: Sequence[str], wanted: Counter[str], path: Path, kind: Literal["added", "removed"]
) -> Iterator[Change]:
    left = Counter(wanted)
    for entry, text in zip(entries, texts, strict=True):
        if left[text]:
            left[text] -= 1
            place = (*path, entry if isinstance(entry, str) else text)
            if kind == "removed":
                yield Change(place, kind, entry, None, nameless=True)
            else:
                yield Change(place, kind, None, entry, nameless=True)


def _without(texts: Sequence[str], taken: Counter[str]) -> list[str]:
    left, kept = Counter(taken), []
    for text in texts:
        if left[text]:
            left[text] -= 1
        else:
            kept.append(text)
    return kept


def _identity(before: Sequence[Any], after: Sequence[Any]) -> str | None:
    """The field by which the entries of both lists are told apart."""
    if not all(isinstance(entry, Mapping) for entry in (*before, *after)):
        return None
    for field in _IDENTITIES:
        names = [[str(entry.get(field, "")) for entry in entries] for entries in (before, after)]
        if all(all(own) and len(set(own)) == len(own) for own in names):
            return field
    return None


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
