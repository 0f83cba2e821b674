# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An address with a port: how it is written, and which sockets take connections to it."""

from __future__ import annotations

#: What a socket is bound to that takes connections to every address of both families (ipv6(7), "dual stack").
EVERY_FAMILY = "*"


def endpoint(address: str, port: int) -> str:
    """``address:port``, IPv6 in brackets (RFC 5952, section 6)."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def serves(bound: str, address: str) -> bool:
    """Whether a socket takes connections to an address.

    :param bound: where it is bound: an address; every address of a family, ``0.0.0.0`` or ``::``; or :data:`EVERY_FAMILY`.
    """
    return bound in (address, EVERY_FAMILY, "::" if ":" in address else "0.0.0.0")
