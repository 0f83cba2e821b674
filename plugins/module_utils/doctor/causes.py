# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Causes before consequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .model import Finding, Traced

_FIRST = {"error": 0, "warning": 1}


def traced(findings: Iterable[Finding]) -> tuple[Traced, ...]:
    """The findings: errors before warnings, in the order in which they were found, each followed by its consequences."""
    found = sorted(dict.fromkeys(findings), key=lambda finding: _FIRST[finding.severity])
    cause = {finding: _cause(finding, found) for finding in found}
    return tuple(
        traced
        for finding in found
        if cause[finding] is None
        for traced in _with_consequences(finding, found, cause, None)
    )


def _cause(finding: Finding, found: Sequence[Finding]) -> Finding | None:
    """What a finding follows from: the first that causes it and does not itself follow from it."""
    for other in found:
        if finding.key in other.causes and not _follows(other, finding, found):
            return other
    return None


def _follows(finding: Finding, from_: Finding, found: Sequence[Finding]) -> bool:
    reached, fresh = {from_.key}, [from_]
    while fresh:
        fresh = [one for cause in fresh for one in found if one.key in cause.causes and one.key not in reached]
        reached |= {one.key for one in fresh}
    return finding.key in reached


def _with_consequences(
    finding: Finding, found: Sequence[Finding], cause: dict[Finding, Finding | None], because: Finding | None
) -> Iterator[Traced]:
    yield Traced(finding, because)
    for other in found:
        if cause[other] is finding:
            yield from _with_consequences(other, found, cause, finding)
