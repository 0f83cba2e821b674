# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the proof is told besides the matrix: where it may try, and what may listen besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from ..faults import Faults, show
from .kinds import Choice, Many, MapOf, Text
from .options import Plain
from .ports import PROTOCOLS, Port, Protocol
from .record import Record, says
from .schema import Schema, text
from .words import HOSTNAME, KEY


class Target(Plain):
    """An address or a name at which connections are tried."""

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        if isinstance(value, str) and _is_target(value):
            return value
        reason = f"{show(value)} is neither an address nor a host name"
        faults.error(path, value, reason, "give one host, without a port or a prefix")
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return text()


def _is_target(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        # What ends in digits is an address that went wrong (RFC 1123, section 2.1).
        return HOSTNAME.pattern.fullmatch(value) is not None and not value.rpartition(".")[2].isdigit()
    return True


# What Debian runs on hosts and listens by UDP alone, named as the kernel cuts it.
_BY_UDP = ("chronyd", "dhclient", "dhcpcd", "systemd-network", "systemd-timesyn")


@dataclass(frozen=True)
class ToleratedListener(Record):
    """A socket that may listen besides those of the matrix, told by some of its process, protocol and port."""

    process: str | None = says("Name of the process that listens.", Text(1))
    protocol: Protocol | None = says("tcp or udp.", Choice(*PROTOCOLS))
    port: int | None = says("The port on which it listens.", Port())

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """It names something, and not every socket of a protocol."""
        named = {key for key, value in given.items() if value is not None}
        if not named:
            faults.error(path, dict(given), "it names no socket", "give some of process, protocol, port")
        elif named == {"protocol"}:
            reason = f"it tolerates whatever listens by {given['protocol']}"
            faults.warning(path, dict(given), reason, "name the process or the port as well")
        elif named == {"process"} and given["process"] in _BY_UDP:
            reason = f"tolerates {given['process']} over TCP as well, where it never listens"
            faults.warning(f"{path}.process", given["process"], reason, "add protocol: udp")


TARGETS = MapOf(Many(Target()), KEY)
TOLERATED = Many(ToleratedListener)
