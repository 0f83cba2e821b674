# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan: two sets of decisions held against each other, and what lies between them in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..matrix.model import Matrix
from .connections import Connection, connections
from .data_sentences import SENTENCES as DATA_SENTENCES
from .difference import Change, differences
from .effects import effects
from .host_sentences import MATRIX, SENTENCES
from .sentences import Line, lines


@dataclass(frozen=True)
class Decisions:
    """All that some data decide, without secrets.

    ``matrices`` are those of the environments, by name. ``hosts`` has for each host what the tasks of each role are told, and
    under ``matrix`` how the matrix looks from there. ``data`` is the document of each environment, of which verify, explain and
    the page make what is on no host.
    """

    matrices: Mapping[str, Matrix] = field(default_factory=dict)
    hosts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What changes for a subject, a role or the matrix, on hosts that it changes for alike; ``effects`` follow from it."""

    hosts: tuple[str, ...]
    subject: str
    lines: tuple[Line, ...]
    effects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What is between two sets of decisions. ``connections`` are those of each environment in which any change."""

    connections: Mapping[str, Sequence[Connection]]
    hosts: tuple[Part, ...]
    data: tuple[Line, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing that the data decide is another."""
        return not (self.connections or self.hosts or self.data)


def plan(before: Decisions, after: Decisions) -> Plan:
    """What leads from one to the other; empty if, and only if, they decide the same."""
    names = list(dict.fromkeys((*after.matrices, *before.matrices)))
    nothing = Matrix()
    by_environment = {
        name: connections(before.matrices.get(name, nothing), after.matrices.get(name, nothing)) for name in names
    }
    return Plan(
        connections={name: found for name, found in by_environment.items() if found},
        hosts=tuple(_grouped(_parts(before.hosts, after.hosts))),
        data=tuple(_data(before.data, after.data)),
    )


def _data(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Line]:
    names = list(dict.fromkeys((*after, *before)))
    for name in names:
        if name not in before or name not in after:
            yield Line(f"environment {name} {'is new' if name in after else 'is not there any more'}")
            continue
        for line in lines(differences(before[name], after[name]), DATA_SENTENCES):
            yield line if len(names) == 1 else replace(line, text=f"{name}: {line.text}")


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Part]:
    found = []
    for host in dict.fromkeys((*after, *before)):
        old, new = before.get(host), after.get(host)
        if old is None or new is None:
            found.append(_of_whole_host(host, new))
            continue
        by_subject: dict[str, list[Change]] = {}
        for change in differences(old, new):
            by_subject.setdefault(change.path[0], []).append(change)
        for subject, changes in by_subject.items():
            follows = effects(changes, old.get(subject, {}), new.get(subject, {}))
            found.append(Part((host,), subject, tuple(lines(changes, SENTENCES)), tuple(follows)))
    return found


def _of_whole_host(host: str, told: Mapping[str, Any] | None) -> Part:
    if told is None:
        text = "is not managed any more; what was set up there stays until it is removed by hand"
        return Part((host,), MATRIX, (Line(text),))
    carried = ", ".join(told.get(MATRIX, {}).get("components", ())) or "nothing"
    roles = ", ".join(subject for subject in told if subject != MATRIX) or "none"
    return Part((host,), MATRIX, (Line(f"is new, carries {carried}"),), (f"it is set up by the roles {roles}",))


def _grouped(parts: Sequence[Part]) -> list[Part]:
    """Hosts for which the same changes together, in the order in which they came."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for part in parts:
        found.setdefault((part.subject, part.lines, part.effects), []).extend(part.hosts)
    return [Part(tuple(hosts), subject, lines, follows) for (subject, lines, follows), hosts in found.items()]
