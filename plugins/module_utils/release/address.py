# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the address of a source says: how it is fetched."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: The ports of the protocols that git(1) speaks, and of archives.
_PORTS = {"https": 443, "http": 80, "ssh": 22, "git": 9418}
#: ``user@host:path``, as git and scp(1) write what goes over SSH.
_LIKE_SCP = re.compile(r"[\w.+-]+@[\w.-]+:(?!//)")


def goes_over_ssh(address: str) -> bool:
    """Whether git fetches from an address over SSH."""
    return address.startswith("ssh://") or _LIKE_SCP.match(address) is not None


def is_repository(address: str) -> bool:
    """Whether git takes an address for one: with a protocol that it speaks, as ``host:path``, or a path from the root."""
    protocol, separator, rest = address.partition("://")
    if separator:
        return protocol in (*_PORTS, "file") and rest != ""
    host, colon, path = address.partition(":")
    return address.startswith("/") or (bool(colon and path) and "/" not in host and host not in _PORTS)


def shown(address: str) -> str:
    """An address as everybody may read it: without user and password."""
    protocol, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{protocol}{separator}{host.rpartition('@')[2]}{slash}{path}" if separator else address


def port_of(address: str) -> int | None:
    """The TCP port at which a source is fetched; nothing for a path, and for what is no address."""
    if _LIKE_SCP.match(address):
        return _PORTS["ssh"]
    try:
        parts = urlsplit(address)
        return parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
