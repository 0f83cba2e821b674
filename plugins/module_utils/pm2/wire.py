# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bytes that PM2's daemon and its clients exchange: JSON remote calls in AMP messages.

PM2's own command line speaks it over ``$PM2_HOME/rpc.sock``. A message is one byte (version 1 in the high half, the
number of arguments in the low half) and for each argument four bytes of length and the argument; ``j:`` marks JSON,
``s:`` text.
Source: the packages ``amp``, ``amp-message`` and ``pm2-axon-rpc``.
"""

from __future__ import annotations

import json
from typing import Any

from ..printable import printable

_VERSION = 1
_MOST_ARGUMENTS = 15
_LONGEST_ERROR = 1000


class WireError(ValueError):
    """The bytes are not a message, or the daemon answered with an error."""


def encode(arguments: list[Any]) -> bytes:
    """One message with these arguments, each as JSON."""
    if len(arguments) > _MOST_ARGUMENTS:
        raise WireError(f"a message has at most {_MOST_ARGUMENTS} arguments, not {len(arguments)}")
    parts = [b"j:" + json.dumps(argument).encode() for argument in arguments]
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return bytes([_VERSION << 4 | len(parts)]) + framed


def decode(data: bytes) -> list[Any] | None:
    """The arguments of the message that ``data`` begins with; ``None`` while it is incomplete."""
    if not data:
        return None
    if data[0] >> 4 != _VERSION:
        raise WireError(f"version {data[0] >> 4} of the protocol is unknown")
    arguments: list[Any] = []
    offset = 1
    for _number in range(data[0] & 0x0F):
        start = offset + 4
        end = start + int.from_bytes(data[offset:start], "big")
        if len(data) < start or len(data) < end:
            return None
        arguments.append(_unpack(data[start:end]))
        offset = end
    return arguments


def call(method: str, arguments: list[Any]) -> bytes:
    """The request that calls a method of the daemon."""
    return encode([{"type": "call", "method": method, "args": arguments}, "1"])


def result(data: bytes) -> list[Any] | None:
    """What the called method returned; ``None`` while the answer is incomplete.

    Raises :class:`WireError` with the daemon's own words when the call failed.
    """
    message = decode(data)
    if message is None:
        return None
    answer = message[0] if message else None
    if not isinstance(answer, dict):
        raise WireError("the answer is not an object")
    if "error" in answer:
        raise WireError(printable(str(answer["error"]))[:_LONGEST_ERROR])
    values = answer.get("args", [])
    return values if isinstance(values, list) else [values]


def _unpack(part: bytes) -> Any:
    try:
        if part.startswith(b"j:"):
            return json.loads(part[2:])
        return part[2:].decode() if part.startswith(b"s:") else part
    except (ValueError, RecursionError) as error:
        raise WireError(f"an argument cannot be read: {type(error).__name__}") from None
