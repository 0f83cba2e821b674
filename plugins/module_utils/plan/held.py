# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a module would change on a host, as it said in check mode, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .difference import Change
from .effects import in_words
from .sentences import Line, count_of_lines, difference_of_texts, shown

_COMMIT = "confirmed_commit"


def told_by(task: str, result: Mapping[str, Any]) -> tuple[list[Line], list[str]]:
    """Lines, and what follows; none of both if nothing would change.

    :param task: ``MODULE NAME``.
    :param result: what the module returned, with its ``diff``.
    """
    module, _space, name = task.partition(" ")
    if result.get("failed"):
        return [Line(f"{name}: a run would fail here: {' '.join(str(result.get('msg', '')).split())}")], []
    if not result.get("changed"):
        return [], []
    differences = result.get("diff") or []
    parts = [differences] if isinstance(differences, Mapping) else list(differences)
    if module != _COMMIT:
        return [_of_module(module, name, result, parts)], []
    effects = [words for command in result.get("activated") or () if (words := in_words(str(command)))]
    found = list(_of_commit(parts))
    if result.get("drifted"):
        found.append(Line(f"{name}: what is in force is not what is on disk"))
    return found or [Line(f"{name} would be put into effect anew")], list(dict.fromkeys(effects))


def _of_commit(parts: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    for part in parts:
        path, before, after = (str(part.get(key) or "") for key in ("after_header", "before", "after"))
        (old, old_content), (new, new_content) = _described(before), _described(after)
        change = Change((path,), "changed", old_content, new_content)
        if not before:
            yield Line(f"{path} is not there, and is made")
        elif not after:
            yield Line(f"{path} is removed")
        elif old_content != new_content:
            yield Line(f"{path} is another: {count_of_lines(change)}", tuple(difference_of_texts(change)))
        elif old != new:
            yield Line(f"{path}: {old} → {new}")
        else:
            yield Line(f"{path} is another, and what it holds is secret")


def _described(text: str) -> tuple[str, str]:
    """What a path is, in a line, and its content."""
    head, _newline, content = text.partition("\n")
    return head, content


def _of_module(module: str, name: str, result: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> Line:
    difference = [
        line
        for part in parts
        for line in difference_of_texts(
            Change((), "changed", str(part.get("before") or ""), str(part.get("after") or part.get("prepared") or ""))
        )
    ]
    reasons = [str(reason) for reason in result.get("reasons") or ()]
    return Line(f"{module} {name}: {shown('; '.join(reasons)) if reasons else 'would change'}", tuple(difference))
