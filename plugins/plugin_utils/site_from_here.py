# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the site looks from the controller: where its names lead, and whether its ports answer."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..module_utils.observe.dns import AAAA, A, ResolverError, ask
from ..module_utils.observe.edge import Through, through
from .url_probe import url_failure

#: Nginx answers these itself, whatever has become of the applications behind it.
_PATH = "/.well-known/acme-challenge/doctor"
_UNSEEN = (socket.EAI_AGAIN, socket.EAI_FAIL)
_NO_SUCH = ("no such name", "no such record")


class UnseenError(Exception):
    """The controller itself cannot look; the message says why."""


def look(
    names: Sequence[str],
    resolver: str,
    address: str,
    http_port: int,
    https_port: int,
    proxied: bool = False,
    authorities: str = "",
) -> dict[str, Any]:
    """``names``: name -> ``addresses`` and ``problem``; ``ports``: port -> what is wrong, empty when it answers;
    ``through``: name -> what is answered over HTTPS where it leads, see :class:`..module_utils.observe.edge.Through`; ``unseen``:
    which of them could not be looked at, and why.

    :param resolver: the resolver to ask; empty for the controller's own.
    :param address: where the site is.
    :param proxied: whether Cloudflare stands in front of the names, and is asked for them.
    :param authorities: certificates (PEM) that are trusted besides those of the machine.
    """
    with ThreadPoolExecutor(max_workers=8) as pool:
        asked = [pool.submit(_addresses, name, resolver) for name in names]
        tried = {
            port: pool.submit(_problem_of, f"{scheme}://{names[0]}:{port}{_PATH}", address)
            for scheme, port in (("http", http_port), ("https", https_port))
        }
        seen: dict[str, Any] = {"unseen": {}, "ports": {port: attempt.result() for port, attempt in tried.items()}}
        try:
            seen["names"] = {name: answer.result() for name, answer in zip(names, asked, strict=True)}
        except UnseenError as error:
            seen["unseen"] |= {"names": str(error), "through": str(error)}
        else:
            if proxied:
                answers = _through(seen["names"], authorities, pool)
                unanswered = [one["error"] for one in answers.values() if "error" in one and not one["distrusted"]]
                if len(unanswered) == len(answers):
                    seen["unseen"]["through"] = f"no name is answered here: {next(iter(unanswered), '')}"
                else:
                    seen["through"] = answers
    return seen


def _through(names: Mapping[str, Any], authorities: str, pool: ThreadPoolExecutor) -> dict[str, Through]:
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(cadata=authorities)
    # IPv4 first: not every controller has the other.
    led = {name: min(one["addresses"], key=lambda address: ":" in address, default="") for name, one in names.items()}
    asked = {name: pool.submit(through, name, address, context) for name, address in led.items()}
    return {name: answer.result() for name, answer in asked.items()}


def _addresses(name: str, resolver: str) -> dict[str, Any]:
    try:
        found = _from(resolver, name) if resolver else _own(name)
    except ResolverError as error:
        return {"addresses": [], "problem": str(error)}
    return {"addresses": found, "problem": ""}


def _own(name: str) -> list[str]:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in _UNSEEN:
            raise UnseenError(f"the controller's resolver does not answer ({error.strerror})") from None
        raise ResolverError(str(error.strerror)) from None
    return sorted({str(info[4][0]) for info in found})


def _from(resolver: str, name: str) -> list[str]:
    found: list[str] = []
    problems = []
    for kind in (A, AAAA):
        try:
            found += ask(resolver, name, kind)
        except ResolverError as error:
            if str(error) not in _NO_SUCH:
                raise UnseenError(f"the resolver {resolver}: {error}") from None
            problems.append(str(error))
    if not found:
        raise ResolverError(problems[0])
    return found


def _problem_of(url: str, address: str) -> str:
    return url_failure(url, address, (), False, time.monotonic()) or ""
