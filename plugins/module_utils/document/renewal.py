# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The renewal of the certificate: a schedule that cron will run (crontab(5)), and a command that renews."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from ..faults import show

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_PART = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d+))?\Z")


class _Field(NamedTuple):
    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _WEEKDAYS),
)


def schedule_fault(schedule: str) -> str | None:
    """Why cron would refuse a schedule, or never run it; ``None`` if it will."""
    words = schedule.split()
    if len(words) != len(_FIELDS) or "\n" in schedule:
        return f"{show(schedule)} has not the five fields of a crontab"
    fields: list[set[int]] = []
    for field, word in zip(_FIELDS, words, strict=True):
        values = _values(field, word)
        if not values:
            return f"{show(word)} is no {field.name} of a crontab"
        fields.append(values)
    days, months = fields[2], fields[3]
    if words[4] == "*" and all(min(days) > _LONGEST_MONTHS.get(month, 31) for month in months):
        return f"{show(schedule)} never comes: none of its months has such a day"
    return None


def _values(field: _Field, word: str) -> set[int]:
    """What a field allows; empty if it is wrong."""
    values: set[int] = set()
    for part in word.split(","):
        found = _PART.match(part)
        if not found or (found["first"] == "*" and found["last"]):
            return set()
        first = field.lowest if found["first"] == "*" else _number(field, found["first"])
        last = field.highest if found["first"] == "*" else first
        last = _number(field, found["last"]) if found["last"] else last
        step = int(found["step"] or 1)
        if first is None or last is None or first > last or not 1 <= step <= field.highest:
            return set()
        if found["step"] and not found["last"] and found["first"] != "*":
            return set()  # cron takes a step of a range only
        values.update(range(first, last + 1, step))
    return values


def _number(field: _Field, word: str) -> int | None:
    if word.lower() in field.names:
        return field.names.index(word.lower()) + field.lowest
    if not word.isdecimal() or not word.isascii():
        return None
    return int(word) if field.lowest <= int(word) <= field.highest else None


def command_fault(command: str) -> str | None:
    """Why a command renews nothing, or no crontab can hold it; ``None`` if it is sound."""
    if "\n" in command:
        return f"{show(command)} is more than one line, which a crontab cannot hold"
    if re.search(r"(?<!\\)%", command):
        return f"{show(command)} has a %, at which cron ends the command"
    try:
        words = shlex.split(command)
    except ValueError as error:
        return f"{show(command)} is not a command: {error}"
    programs = [word.rpartition("/")[2] for word in words]
    if "certbot" not in programs or "renew" not in programs[programs.index("certbot") :]:
        return f"{show(command)} does not have certbot renew anything"
    return None
