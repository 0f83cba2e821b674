# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Observations in words."""

from __future__ import annotations

from datetime import UTC, datetime

from ..observe.sockets import Socket
from ..observe.units import Unit

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_PERIODS = ((86400, "days"), (3600, "hours"), (60, "minutes"))


def unit(name: str, state: Unit) -> str:
    """What systemd says of a unit."""
    if state["load"] == "not-found":
        return f"{name}: there is no such unit"
    since = f" since {state['since']}" if state["since"] else ""
    result = f", result {state['result']}" if state["result"] not in ("", "success") else ""
    return f"{name}: {state['active']} ({state['sub']}){since}, {state['enabled'] or state['load']}{result}"


def size(count: int) -> str:
    """Bytes as people read them."""
    number, step = float(count), 0
    while number >= 1024 and step < len(_UNITS) - 1:
        number, step = number / 1024, step + 1
    return f"{number:.0f} {_UNITS[step]}" if step == 0 or number >= 10 else f"{number:.1f} {_UNITS[step]}"


def period(seconds: float) -> str:
    """A time span, in its largest unit of which there are two or more."""
    for length, name in _PERIODS:
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {name}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


def moment(seconds: float) -> str:
    """A point in time."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def number(count: int, singular: str, plural: str = "") -> str:
    """So many of something."""
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def holder(socket: Socket) -> str:
    """Who listens on a socket."""
    return f"{socket['process'] or 'the kernel'} (process {socket['pid']}, user {socket['user'] or '?'})"
