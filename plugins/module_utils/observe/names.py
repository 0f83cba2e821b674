# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where names lead on this host, and whether its resolvers answer."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypedDict

from .dns import ResolverError, ask
from .run import Run

HOSTS_FILE = "/etc/hosts"
_NONE = ("no such name", "no such record")


class Resolved(TypedDict):
    """The ``addresses`` of a name, sorted, and the ``problem`` why there are none."""

    addresses: list[str]
    problem: str


class Name(Resolved):
    """A name as the host sees it, and the lines of its /etc/hosts that speak of it."""

    hosts_file: list[str]


class Resolver(TypedDict):
    """A resolver in /etc/resolv.conf, and its ``problem``, empty when it answers."""

    address: str
    problem: str


class Names(TypedDict):
    """Where each of some names leads on the host, and the resolvers that it asks, in their order."""

    names: dict[str, Name]
    resolvers: list[Resolver]


def observe(_run: Run, names: Sequence[str]) -> Names:
    """Look names up, and ask each resolver for the first of them."""
    hosts = text_of(HOSTS_FILE)
    resolvers = read_resolvers(text_of("/etc/resolv.conf"))
    with ThreadPoolExecutor(max_workers=16) as pool:
        found = pool.map(resolve, names)
        asked = pool.map(lambda resolver: _problem_of(resolver, names[0]), resolvers)
        return {
            "names": {
                name: {**one, "hosts_file": hosts_lines(hosts, name)} for name, one in zip(names, found, strict=True)
            },
            "resolvers": [
                {"address": address, "problem": problem} for address, problem in zip(resolvers, asked, strict=True)
            ],
        }


def read_resolvers(text: str) -> list[str]:
    """The name servers in a resolv.conf(5), in the order in which they are asked."""
    lines = (line.split() for line in text.splitlines())
    return [words[1].partition("%")[0] for words in lines if len(words) > 1 and words[0] == "nameserver"]


def hosts_lines(text: str, name: str) -> list[str]:
    """The lines of a hosts(5) file that give an address for a name."""
    return [line.strip() for line in text.splitlines() if name in line.partition("#")[0].split()[1:]]


def text_of(path: str) -> str:
    """What is in a file, nothing if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def resolve(name: str) -> Resolved:
    """Where a name leads, by whatever nsswitch.conf(5) asks."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return {"addresses": [], "problem": str(getattr(error, "strerror", None) or error)}
    return {"addresses": sorted({str(info[4][0]) for info in found}), "problem": ""}


def _problem_of(resolver: str, name: str) -> str:
    try:
        ask(resolver, name)
    except (ResolverError, ValueError) as error:
        return "" if str(error) in _NONE else str(error)  # to say that there is no such name is an answer
    return ""
