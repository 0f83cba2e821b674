# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read request limits, stricter than Nginx: it takes a rate without unit, or one that overflows, without a word."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ..faults import Faults, show
from ..fields import read_mapping, read_record, read_switch
from .model import RateLimit
from .variables import REFERENCE, is_known, known_names, referenced

VARIABLE = "network_rate_limits"
#: What a limit may say, and what it means.
KEYS: Mapping[str, str] = {
    "key": "What tells clients apart: Nginx variables, $binary_remote_addr for the client's address.",
    "size": "Memory for the zone, with k or m; 10m remembers 80,000 clients.",
    "rate": "Sustained requests of each client, per second (10r/s) or minute (30r/m).",
    "burst": "Requests beyond the rate that are admitted.",
    "nodelay": "Whether these are answered at once instead of being queued.",
    "delay": "How many of these are answered at once; the others queue.",
    "location": "The path to which the limit applies: a route of network_sites.",
    "description": "A remark.",
}
REQUIRED = ("key", "size", "rate")

# Patterns that have to match a whole value, in what Python and ECMAScript both understand.
ZONE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
SIZE = re.compile(r"([1-9][0-9]*)([kKmM])")
RATE = re.compile(r"([1-9][0-9]*)r/([sm])")
COUNT = re.compile(r"[1-9][0-9]{0,8}")
LOCATION = re.compile(r"""/[^\s;{}"'$`\\#\x00-\x1f\x7f]*""")
HIGHEST_COUNT = 100_000

_UNIT_BYTES = {"k": 1024, "m": 1024 * 1024}
_SMALLEST_SIZE_BYTES = 32 * 1024  # eight pages
_LARGEST_SIZE_BYTES = 1024 * 1024 * 1024
_UNIT_SECONDS = {"s": 1, "m": 60}
_HIGHEST_RATE = 100_000


def read_rate_limits(value: object, faults: Faults, own_variables: frozenset[str] = frozenset()) -> list[RateLimit]:
    """The limits in ``network_rate_limits`` (zone -> limit); what is wrong is noted.

    In the place of a value that is wrong stands one that gives no further offence: no key, no location, no end of room.

    :param own_variables: variables that the user's own configuration defines (``map``, ``geo``), without ``$``.
    """
    limits = []
    for zone, item in read_mapping(value, VARIABLE, faults).items():
        path = f"{VARIABLE}.{zone}"
        if not ZONE.fullmatch(zone):
            remedy = "use letters, digits and _, at most 63, not a digit first"
            faults.error(path, zone, f"{show(zone)} cannot be the name of a zone", remedy)
        record = read_record(item, path, faults, KEYS, REQUIRED)
        if record is not None:
            limits.append(_read_limit(zone, record, path, faults, own_variables))
    return limits


def _read_limit(
    zone: str, record: Mapping[str, object], path: str, faults: Faults, own_variables: frozenset[str]
) -> RateLimit:
    key = _read_key(record.get("key"), f"{path}.key", faults, own_variables)
    size = _read_size(record.get("size"), f"{path}.size", faults)
    rate = _read_rate(record.get("rate"), f"{path}.rate", faults)
    burst = _read_count(record.get("burst"), f"{path}.burst", faults)
    delay = _read_count(record.get("delay"), f"{path}.delay", faults)
    nodelay = read_switch(record, "nodelay", path, faults, default=record.get("nodelay") is not None)
    _check_queue(record, burst, delay, nodelay, path, faults)
    location = _read_location(record.get("location"), f"{path}.location", faults)
    return RateLimit(
        zone=zone,
        key=key or "",
        size_bytes=size or _LARGEST_SIZE_BYTES,
        rate_per_second=rate or math.inf,
        burst=burst or 0,
        nodelay=nodelay,
        delay=delay or 0,
        location=location or "",
        variables=referenced(key or ""),
        path=path,
    )


def _read_key(value: object, path: str, faults: Faults, own_variables: frozenset[str]) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        faults.error(path, value, f"{show(value)} is no key", "use $binary_remote_addr")
        return None
    if re.search(r"[\s;{}\"'#`\\\\]", REFERENCE.sub("", value)):
        faults.error(
            path, value, f"{show(value)} holds a space, a quote or one of ; {{ }} # ` \\", "use $binary_remote_addr"
        )
        return None
    names = referenced(value)
    if not names or "$" in REFERENCE.sub("", value):
        reason = f"{show(value)} names no variable: all clients would share one limit"
        faults.error(path, value, reason, "use $binary_remote_addr")
        return None
    known = True
    for name in names:
        if not is_known(name, own_variables):
            faults.unknown(path, name, f"${name} is not a variable of Nginx", known_names(own_variables))
            known = False
    return value if known else None


def _read_size(value: object, path: str, faults: Faults) -> int | None:
    if value is None:
        return None
    match = SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        faults.error(path, value, f"{show(value)} is not a size", "use a number with k or m, such as 10m")
        return None
    size = int(match[1]) * _UNIT_BYTES[match[2].lower()] if len(match[1]) < 10 else _LARGEST_SIZE_BYTES + 1
    if size < _SMALLEST_SIZE_BYTES:
        faults.error(path, value, f"{show(value)} is too small for Nginx", "use at least 32k; 10m holds 80,000 clients")
        return None
    if size > _LARGEST_SIZE_BYTES:
        faults.error(path, value, f"{show(value)} is more memory than a limit needs", "use at most 1024m")
        return None
    return size


def _read_rate(value: object, path: str, faults: Faults) -> float | None:
    if value is None:
        return None
    match = RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        digits = str(value)
        if not isinstance(value, bool) and digits.isascii() and digits.isdigit():
            faults.error(path, value, f"{show(value)} has no unit", f"write {digits}r/s or {digits}r/m")
        else:
            remedy = "use a whole number from 1 per second or minute, such as 10r/s or 30r/m"
            faults.error(path, value, f"{show(value)} is not a rate", remedy)
        return None
    if len(match[1]) > 9 or int(match[1]) > _HIGHEST_RATE:
        remedy = f"use at most {_HIGHEST_RATE}: Nginx counts wrongly when the number overflows"
        faults.error(path, value, f"{show(value)} limits nothing", remedy)
        return None
    return int(match[1]) / _UNIT_SECONDS[match[2]]


def _read_count(value: object, path: str, faults: Faults) -> int | None:
    """A number of requests, at least one: an integer or a string of digits."""
    if value is None:
        return None
    text = value if isinstance(value, str) else str(value)
    readable = isinstance(value, (int, str)) and not isinstance(value, bool)
    if readable and COUNT.fullmatch(text) and int(text) <= HIGHEST_COUNT:
        return int(text)
    remedy = f"use an integer from 1 to {HIGHEST_COUNT}, or leave it out"
    faults.error(path, value, f"{show(value)} is not a number of requests", remedy)
    return None


def _check_queue(
    record: Mapping[str, object], burst: int | None, delay: int | None, nodelay: bool, path: str, faults: Faults
) -> None:
    """``burst``, ``delay`` and ``nodelay`` go together."""
    if nodelay and record.get("delay") is not None:
        faults.error(f"{path}.delay", delay, "contradicts nodelay, which queues nothing", "remove one of them")
        return
    if record.get("burst") is None:
        for name, given in (("nodelay", nodelay), ("delay", record.get("delay") is not None)):
            if given:
                reason = "has no effect without burst: nothing beyond the rate is admitted"
                faults.error(f"{path}.{name}", record[name], reason, "add burst, or remove it")
    elif burst is not None and delay is not None and delay > burst:
        reason = f"{delay} is more than burst, {burst}, so it queues nothing"
        faults.error(f"{path}.delay", delay, reason, f"use at most {burst}, or nodelay: true")


def _read_location(value: object, path: str, faults: Faults) -> str | None:
    if value is None:
        faults.error(path, None, "is missing: the zone is declared but limits nothing", "add the path of a route")
        return None
    if not isinstance(value, str) or not LOCATION.fullmatch(value):
        remedy = "use a path such as /api/, without spaces or ; { } \" ' $ ` \\ #"
        faults.error(path, value, f"{show(value)} is not a path", remedy)
        return None
    return value
