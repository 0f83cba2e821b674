# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A resolver for whom every name leads to this host, as proxied names lead to Cloudflare (RFC 1035, section 4)."""

from __future__ import annotations

import socket
import struct
import sys

_A, _AAAA, _INTERNET, _SECONDS = 1, 28, 1, 60
_ANSWERED = 0x8180
#: A pointer to the name in the question, which begins after the header.
_SAME_NAME = b"\xc0\x0c"


def reply(question: bytes, addresses: dict[int, bytes]) -> bytes:
    """The answer to a question; ``addresses`` by the type of record."""
    end = 12
    while question[end]:
        end += 1 + question[end]
    kind = struct.unpack_from("!H", question, end + 1)[0]
    found = [addresses[kind]] if kind in addresses else []
    records = (_SAME_NAME + struct.pack("!2HIH", kind, _INTERNET, _SECONDS, len(one)) + one for one in found)
    header = question[:2] + struct.pack("!5H", _ANSWERED, 1, len(found), 0, 0)
    return header + question[12 : end + 5] + b"".join(records)


def main() -> None:
    """Answer at the address of this host, IPv4 first."""
    address4, address6 = sys.argv[1:]
    own = {_A: socket.inet_pton(socket.AF_INET, address4), _AAAA: socket.inet_pton(socket.AF_INET6, address6)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as served:
        served.bind((address4, 53))
        while True:
            question, asker = served.recvfrom(512)
            served.sendto(reply(question, own), asker)


if __name__ == "__main__":
    main()
