# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stand-in's name server: what records of type TXT its zones have (RFC 1035, section 4). It knows no other type."""

from __future__ import annotations

import socket
import struct
import threading

from .cloud import Cloud

_TXT, _INTERNET, _SECONDS, _LONGEST = 16, 1, 60, 255
_AUTHORITATIVE = 0x8580
#: A pointer to the name in the question, which begins after the header.
_SAME_NAME = b"\xc0\x0c"


def reply(question: bytes, cloud: Cloud) -> bytes:
    """The answer to a question."""
    labels, end = [], 12
    while length := question[end]:
        labels.append(question[end + 1 : end + 1 + length].decode("ascii").lower())
        end += 1 + length
    kind = struct.unpack_from("!H", question, end + 1)[0]
    every = [one for records in cloud.records.values() for one in records.values() if kind == _TXT and one["type"] == "TXT"]
    found = [_string(str(one["content"])) for one in every if one["name"] == ".".join(labels)]
    answers = (_SAME_NAME + struct.pack("!2HIH", kind, _INTERNET, _SECONDS, len(one)) + one for one in found)
    header = question[:2] + struct.pack("!5H", _AUTHORITATIVE, 1, len(found), 0, 0)
    return header + question[12 : end + 5] + b"".join(answers)


def _string(content: str) -> bytes:
    text = content.strip('"').encode()[:_LONGEST]
    return bytes([len(text)]) + text


def serve(cloud: Cloud, address: tuple[str, int]) -> None:
    """Answer at an address, for as long as this process runs."""
    served = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    served.bind(address)

    def answer() -> None:
        while True:
            question, asker = served.recvfrom(512)
            served.sendto(reply(question, cloud), asker)

    threading.Thread(target=answer, daemon=True).start()
