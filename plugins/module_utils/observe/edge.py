# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How names behind Cloudflare look from outside: where resolvers say that they lead, and what is answered there."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict
from urllib.parse import urlsplit

from ..probe.site import PATH, open_connection
from .dns import AAAA, A, ResolverError, ask
from .names import Resolved

HTTPS_PORT = 443
_RAY = "cf-ray"
#: What a resolver answers of a name that it knows well; anything else says that it could not be asked.
_KNOWN = ("no such name", "no such record")


class Through(TypedDict, total=False):
    """What is answered at an ``address``: ``status``, ``location`` and Cloudflare's ``ray``, empty where it is another that
    answers; or an ``error``. ``distrusted``: the error is that of a certificate.
    """

    address: str
    status: int
    location: str
    ray: str
    error: str
    distrusted: bool


class Asked(Resolved):
    """What a resolver says of a name; ``reached``: whether it says anything."""

    reached: bool


class Edge(TypedDict):
    """Name -> resolver -> what it says, and name -> what is answered where it leads."""

    names: dict[str, dict[str, Asked]]
    through: dict[str, Through]


def observe(names: Sequence[str], resolvers: Sequence[str], authorities: str = "", port: int = HTTPS_PORT) -> Edge:
    """Ask resolvers for the names, then the names themselves; this machine's own resolver where none of the others answers.

    :param authorities: certificates (PEM) that are trusted besides those of the machine.
    """
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(cadata=authorities)
    with ThreadPoolExecutor(max_workers=16) as pool:
        asked = {name: {one: pool.submit(resolve, one, name) for one in resolvers} for name in names}
        found = {name: {one: answer.result() for one, answer in by.items()} for name, by in asked.items()}
        led = {name: _first(found[name].values()) or _own(name) for name in names}
        answers = {name: pool.submit(through, name, address, context, port) for name, address in led.items()}
        return {"names": found, "through": {name: answer.result() for name, answer in answers.items()}}


def resolve(resolver: str, name: str) -> Asked:
    """The addresses that a resolver gives for a name."""
    addresses: list[str] = []
    problem = ""
    for kind in (A, AAAA):
        try:
            addresses += ask(resolver, name, kind)
        except ResolverError as error:
            problem = str(error)
            if problem not in _KNOWN:
                return {"addresses": [], "problem": problem, "reached": False}
    return {"addresses": addresses, "problem": "" if addresses else problem, "reached": True}


def through(name: str, address: str, context: ssl.SSLContext, port: int = HTTPS_PORT) -> Through:
    """What is answered over HTTPS to a name at an address."""
    if not address:
        return {"error": "it has no address", "distrusted": False}
    try:
        connection = open_connection(name, address, port, context)
    except ssl.SSLCertVerificationError as error:
        return {"address": address, "error": f"its certificate is not valid ({error.verify_message})", "distrusted": True}
    except OSError as error:
        return {"address": address, "error": f"no connection: {error}", "distrusted": False}
    try:
        connection.request("GET", PATH, headers={"Host": name, "User-Agent": "nostromo.networking"})
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        return {"address": address, "error": f"no answer: {error}", "distrusted": False}
    finally:
        connection.close()
    ray, location = answer.getheader(_RAY, ""), answer.getheader("Location", "")
    return {"address": address, "status": answer.status, "location": location, "ray": ray}


def leads_in_a_circle(name: str, answer: Through) -> bool:
    """Whether an answer sends who asked back to what was asked for."""
    there = urlsplit(answer.get("location", ""))
    return (there.scheme, there.hostname, f"{there.path}?{there.query}") == ("https", name, PATH)


def _first(answers: Iterable[Resolved]) -> str:
    return next((address for answer in answers for address in answer["addresses"]), "")


def _own(name: str) -> str:
    try:
        return str(socket.getaddrinfo(name, HTTPS_PORT, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError):
        return ""
