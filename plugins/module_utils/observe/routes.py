# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a host gets out to where its packages come from."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

_TABLES = Path("/proc/net")
#: Flags of a route in both tables; see linux/route.h.
_UP, _REJECT = 0x1, 0x200
_SOURCES = ("apt-get", "indextargets", "--format", "$(REPO_URI)")
_PROXY_SETTINGS = ("Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::http::Proxy-Auto-Detect")
_PROXIES = ("apt-config", "dump", "--format=%v%n", *_PROXY_SETTINGS)


def out_of_reach() -> list[str]:
    """The hosts of apt's sources to which no route leads; none where a default route or a proxy leads somewhere.

    A host in a private network may have its sources there. Nothing is sent.
    """
    if has_default_route() or _said(_PROXIES):
        return []
    return [host for host in hosts_of(_said(_SOURCES)) if not _has_route(host)]


def has_default_route(tables: Path = _TABLES) -> bool:
    """Whether a route to everywhere is there, of either family: ``route`` and ``ipv6_route`` of proc(5)."""
    four = [line.split() for line in _lines(tables / "route")[1:]]
    six = [line.split() for line in _lines(tables / "ipv6_route")]
    flags = [int(words[3], 16) for words in four if int(words[1], 16) == int(words[7], 16) == 0]
    flags += [int(words[8], 16) for words in six if int(words[0], 16) == int(words[1], 16) == 0]
    return any(one & _UP and not one & _REJECT for one in flags)


def hosts_of(sources: Iterable[str]) -> list[str]:
    """The hosts of addresses (RFC 3986), sorted; ``file:`` and ``cdrom:`` have none."""
    return sorted({host for source in sources if (host := urlsplit(source).hostname)})


def _has_route(host: str) -> bool:
    """Whether a route leads there. A name that nobody resolves here is out of reach as well."""
    try:
        found = socket.getaddrinfo(host, 80, type=socket.SOCK_DGRAM)
    except OSError:
        return False
    return any(map(_leads, found))


def _leads(found: tuple[int, int, int, str, tuple[object, ...]]) -> bool:
    family, kind, protocol, _name, address = found
    try:
        with socket.socket(family, kind, protocol) as client:
            client.connect(address)  # of a datagram's socket: it only looks for the route, connect(2)
    except OSError:
        return False
    return True


def _said(command: tuple[str, ...]) -> list[str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError:
        return []
    return [line for line in done.stdout.splitlines() if line.strip()]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []  # this kernel has no such family
