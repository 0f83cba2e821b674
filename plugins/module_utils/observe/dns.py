# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask a given resolver, in place of whatever /etc/hosts and nsswitch.conf make of a name (RFC 1035, section 4)."""

from __future__ import annotations

import secrets
import socket
import struct
from ipaddress import IPv4Address, IPv6Address, ip_address

PORT = 53
TIMEOUT_SECONDS = 2.0
A, AAAA = 1, 28
_INTERNET, _RECURSE, _RESPONSE = 1, 0x0100, 0x8000
_RCODES = {0: "no such record", 1: "format error", 2: "server failure", 3: "no such name", 5: "refused"}


class ResolverError(Exception):
    """The resolver gave no answer, or the answer is no address; the message says which."""


def ask(resolver: str, name: str, kind: int = A) -> list[str]:
    """The addresses that a resolver gives for a name, sorted. :raises ResolverError: it gives none."""
    number = secrets.randbits(16)
    family = socket.AF_INET6 if ip_address(resolver).version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect((resolver, PORT))
            connection.send(question(number, name, kind))
            found = answer(number, connection.recv(4096), kind)
    except TimeoutError:
        raise ResolverError(f"no answer within {TIMEOUT_SECONDS:g} s") from None
    except PermissionError:
        reason = "this host's firewall lets no question out to it (network_resolver_addresses)"
        raise ResolverError(reason) from None
    except OSError as error:
        raise ResolverError(str(error.strerror or error)) from None
    return found


def question(number: int, name: str, kind: int) -> bytes:
    """A query for one name."""
    labels = [label.encode("idna") for label in name.rstrip(".").split(".")]
    encoded = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return struct.pack("!6H", number, _RECURSE, 1, 0, 0, 0) + encoded + struct.pack("!2H", kind, _INTERNET)


def answer(number: int, message: bytes, kind: int) -> list[str]:
    """The addresses in a reply, sorted. :raises ResolverError: there are none, or the reply is none."""
    try:
        replied, flags, questions, answers = struct.unpack_from("!4H", message)
        if replied != number or not flags & _RESPONSE:
            raise ResolverError("the reply is not to this question")
        offset = 12
        for _count in range(questions):
            offset = _past_name(message, offset) + 4
        found = []
        for _count in range(answers):
            offset = _past_name(message, offset)
            type_, _class, _ttl, length = struct.unpack_from("!2HIH", message, offset)
            offset += 10
            data = message[offset : offset + length]
            offset += length
            if type_ == kind:
                found.append(str(IPv4Address(data) if kind == A else IPv6Address(data)))
    except (struct.error, IndexError, ValueError):
        raise ResolverError("the reply cannot be read") from None
    if not found:
        code = flags & 0x0F
        raise ResolverError(_RCODES.get(code, f"error {code}"))
    return sorted(found)


def _past_name(message: bytes, offset: int) -> int:
    while message[offset]:
        if message[offset] & 0xC0:  # a pointer ends the name (section 4.1.4)
            return offset + 2
        offset += 1 + message[offset]
    return offset + 1
