# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has to change for a zone to be what the document wants, and what may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .model import LEADING, Held, Record, Setting, State

#: More deletions than these, in number or in percent of the zone's records, need a word.
_FEW, _FEW_PERCENT = 3, 30
#: Changes in one call on the Free plan.
_LARGEST_BATCH = 200
#: What browsers and redirects make of these cannot be taken back while the server's certificate is not valid: last of all.
LATE = ("always_use_https", "security_header")
_FIRST = ("ssl_automatic_mode", "ssl")


@dataclass(frozen=True)
class Wanted:
    """What a zone shall be, and what may be done for it.

    :param mark: what the comments of our records begin with.
    :param take_over: complete names under which what was made by hand may be replaced.
    :param confirmed: how many deletions are, where there are many.
    """

    records: tuple[Record, ...]
    settings: Mapping[str, Any]
    mark: str
    take_over: Collection[str] = ()
    confirmed: int = 0


@dataclass(frozen=True)
class Step:
    """A record that changes; ``refused`` says what would have to be said first."""

    kind: Literal["create", "update", "adopt", "take over", "delete"]
    old: Held | None
    new: Record | None
    why: str
    by_hand: bool = False
    refused: str = ""

    @property
    def name(self) -> str:
        """The record's."""
        return self.new.name if self.new else self.old.record.name if self.old else ""

    @property
    def type(self) -> str:
        """The record's."""
        return self.new.type if self.new else self.old.record.type if self.old else ""


@dataclass(frozen=True)
class Change:
    """A setting that changes."""

    name: str
    now: Any
    wanted: Any
    refused: str = ""


@dataclass(frozen=True)
class Plan:
    """What a run does, and which records it leaves alone. Settings stand in the order in which they are written."""

    steps: tuple[Step, ...] = ()
    settings: tuple[Change, ...] = ()
    foreign: tuple[Held, ...] = ()
    refused: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.steps or self.settings)


def plan(wanted: Wanted, state: State) -> Plan:
    """What leads from a state to what is wanted."""
    steps, foreign = _records(wanted, state.records)
    settings = tuple(_settings(wanted.settings, state.settings))
    refused = [step.refused for step in steps if step.refused] + [
        change.refused for change in settings if change.refused
    ]
    refused += _many_deletions(steps, wanted, len(state.records))
    return Plan(tuple(steps), settings, tuple(foreign), tuple(refused))


def _records(wanted: Wanted, there: Sequence[Held]) -> tuple[list[Step], list[Held]]:
    left = {one.id: one for one in there}
    groups: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in wanted.records:
        groups[record.name, record.type].append(record)
    steps: list[Step] = []
    for (name, kind), records in groups.items():
        own = [one for one in there if (one.record.name, one.record.type) == (name, kind)]
        for step, old in _group(records, own, wanted):
            if old:
                del left[old.id]
            if step:
                steps.append(step)
    names = {name: kind for name, kind in groups if kind in LEADING}
    for one in list(left.values()):
        if step := _superfluous(one, groups, names, wanted):
            steps.append(step)
            del left[one.id]
    return sorted(steps, key=lambda step: step.name), list(left.values())


def _group(
    records: Sequence[Record], there: Sequence[Held], wanted: Wanted
) -> Iterator[tuple[Step | None, Held | None]]:
    """The records of one name and type: with each that is kept or changed, its step if there is one."""
    open_records, free = list(records), list(there)
    pairs: list[tuple[Record, Held]] = []

    def pair(fits: Any) -> None:
        for record in list(open_records):
            old = next((one for one in free if fits(record, one)), None)
            if old:
                open_records.remove(record)
                free.remove(old)
                pairs.append((record, old))

    pair(lambda record, one: record.leads_to == one.record.leads_to)
    pair(lambda _record, one: one.is_of(wanted.mark) and not one.read_only)
    # Of these types a second one beside ours would take a part of the traffic; of others, such as TXT, it is another matter.
    if records[0].type in LEADING:
        pair(lambda _record, _one: True)
    for record, old in pairs:
        yield _changed(record, old, wanted), old
    for record in open_records:
        yield Step("create", None, record, "not there yet"), None


def _changed(record: Record, old: Held, wanted: Wanted) -> Step | None:
    ours = old.is_of(wanted.mark)
    if record.same_but_comment(old.record):
        if (ours and record.comment == old.record.comment) or old.read_only:
            return None
        return (
            Step("update", old, record, "another description")
            if ours
            else Step("adopt", old, record, "equal", by_hand=True)
        )
    if ours and not old.read_only:
        return Step("update", old, record, "differs from the data")
    return Step("take over", old, record, "differs from the data", True, _refusal(old, wanted, "differs from the data"))


def _superfluous(
    one: Held, groups: Collection[tuple[str, str]], leading: Mapping[str, str], wanted: Wanted
) -> Step | None:
    """How a record goes that the data do not have; ``None``: it stays."""
    name, kind = one.record.name, one.record.type
    if one.is_of(wanted.mark) and not one.read_only:
        return Step("delete", one, None, "gone from the data")
    if kind not in LEADING or name not in leading:
        return None
    if (name, kind) in groups:
        why = f"stands beside the {kind} of the data and takes a part of its traffic"
    elif "CNAME" in (kind, leading[name]):
        why = f"stands in the way of the {leading[name]} of the data"
    else:
        return None
    return Step("delete", one, None, why, True, _refusal(one, wanted, why))


def _refusal(old: Held, wanted: Wanted, why: str) -> str:
    record = old.record
    if old.read_only:
        return (
            f"{record.name} {record.type} {record.content} {why}, and belongs to a service of Cloudflare's;"
            " end that service, or take the record out of network_dns.records"
        )
    if record.name in wanted.take_over:
        return ""
    return (
        f"{record.name} {record.type} {record.content} was made by hand and {why};"
        f" to replace it add {record.name} to network_cloudflare.take_over, or correct network_dns.records"
    )


def _many_deletions(steps: Sequence[Step], wanted: Wanted, held: int) -> list[str]:
    staying = {step.name for step in steps if step.new}
    gone = [step for step in steps if step.kind == "delete" and not step.by_hand and step.name not in staying]
    many = len(gone) > _FEW or len(gone) * 100 > _FEW_PERCENT * held
    if not many or wanted.confirmed == len(gone):
        return []
    names = ", ".join(step.name for step in gone[:5]) + (", …" if len(gone) > 5 else "")
    return [
        f"{len(gone)} of {held} records would be deleted ({names}), more than {_FEW} or {_FEW_PERCENT} %;"
        f" if that is meant set network_cloudflare.confirm_deletions to {len(gone)}, or correct network_dns.records"
    ]


def _settings(wanted: Mapping[str, Any], there: Mapping[str, Setting]) -> Iterator[Change]:
    for name in sorted(wanted, key=turn):
        now = there.get(name)
        if now is None:
            if name != "ssl_automatic_mode":  # not every zone has it
                yield Change(
                    name, None, wanted[name], f"{name}: Cloudflare has no such setting for this zone; leave it out"
                )
        elif not _holds(now.value, wanted[name]):
            refused = f"{name} cannot be changed on this zone's plan; leave it out, or change the plan"
            yield Change(name, now.value, wanted[name], "" if now.editable else refused)


def turn(name: str) -> tuple[int, str]:
    """Sorts settings into the order in which they are written."""
    if name in _FIRST:
        return _FIRST.index(name), name
    return (len(_FIRST) + 1 + LATE.index(name) if name in LATE else len(_FIRST)), name


def _holds(now: Any, wanted: Any) -> bool:
    """Whether a value is what is wanted; what it holds besides is Cloudflare's."""
    if isinstance(wanted, Mapping) and isinstance(now, Mapping):
        return all(key in now and _holds(now[key], value) for key, value in wanted.items())
    return bool(now == wanted)


def is_first(change: Change) -> bool:
    """Whether a setting is written before the records."""
    return change.name in _FIRST


def tightens(change: Change) -> bool:
    """Whether a setting cuts off who has no valid certificate to meet."""
    if change.name not in LATE:
        return False
    if isinstance(change.wanted, Mapping):
        return bool(change.wanted["strict_transport_security"]["enabled"])
    return bool(change.wanted == "on")


def batches(steps: Sequence[Step]) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """The steps as the API takes them: each batch is done as a whole or not at all, and all of one name are in one."""
    by_name: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_name[step.name].append(step)
    batch: list[Step] = []
    for own in by_name.values():
        if batch and len(batch) + len(own) > _LARGEST_BATCH:
            yield _batch(batch)
            batch = []
        batch += own
    if batch:
        yield _batch(batch)


def _batch(steps: Sequence[Step]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"deletes": [], "patches": [], "posts": []}
    for step in steps:
        if step.new is None and step.old:
            found["deletes"].append({"id": step.old.id})
        elif step.new and step.old:
            found["patches"].append({"id": step.old.id, **step.new.for_api()})
        elif step.new:
            found["posts"].append(step.new.for_api())
    return {key: value for key, value in found.items() if value}
