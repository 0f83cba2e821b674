# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Try an HTTP-01 challenge (RFC 8555, section 8.3) before an ACME server does, whose refusals are rationed."""

from __future__ import annotations

import http.client
import secrets
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path

from ..cloudflare.edge_errors import EDGE_ERRORS
from ..files import directory
from ..nginx.workers import acting_as_workers

TIMEOUT_SECONDS = 8
CHALLENGES = "/.well-known/acme-challenge/"


@dataclass(frozen=True)
class Finding:
    """What stands in the way of a challenge. ``certain`` is false where only the ACME server can tell.

    ``unreached`` says why nobody answered, where that may be the way from here.
    """

    name: str
    text: str
    certain: bool = True
    unreached: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


def preflight(
    names: Sequence[str],
    webroot: str,
    local_address: str,
    local_port: int,
    only_through: Sequence[IPv4Network | IPv6Network] = (),
) -> list[Finding]:
    """Fetch a token over the public path of every name; what went wrong, in the order of the names.

    A name that cannot be *reached* from here may still be reachable from outside: routers and load balancers often do
    not lead a host back to its own public address. Such a finding is not certain if this host itself, asked at its own
    address, serves the token for that name.

    :param only_through: the addresses by which alone a request comes in, where there is an origin lock.
    :raises OSError: the token cannot be written into the webroot.
    """
    with _token(Path(webroot)) as token:
        with ThreadPoolExecutor(max_workers=8) as pool:
            found = list(pool.map(lambda name: _try(name, token, only_through), names))
        with acting_as_workers():
            return [_judged(one, token, local_address, local_port) for one in found if one]


@contextmanager
def _token(webroot: Path) -> Iterator[str]:
    token = f"preflight-{secrets.token_hex(16)}"
    with directory(webroot / CHALLENGES.strip("/"), make=True) as challenges:
        try:
            challenges.write(token, token.encode(), 0o644)
            yield token
        finally:
            challenges.unlink(token)


def _try(name: str, token: str, only_through: Sequence[IPv4Network | IPv6Network]) -> Finding | None:
    try:
        addresses = sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
    except (socket.gaierror, UnicodeError) as error:
        return Finding(name, f"has no address in DNS ({error}). Add its record and run again.")
    where = f"http://{name}{CHALLENGES} (at {', '.join(addresses)})"
    beside = [one for one in addresses if not any(ip_address(one) in network for network in only_through)]
    if only_through and beside:
        text = f"leads to {', '.join(beside)}, and the firewall lets in none but Cloudflare. Let its record be proxied."
        return Finding(name, text)
    try:
        answer = _fetch(f"http://{name}{CHALLENGES}{token}")
    except urllib.error.HTTPError as error:
        hint = "Does its DNS record lead to this host, and does anything in front change the request?"
        if error.code in EDGE_ERRORS:
            hint = f"Cloudflare says so: {EDGE_ERRORS[error.code].cause}."
        return Finding(name, f"{where} answers with status {error.code} instead of the challenge. {hint}")
    except (OSError, http.client.HTTPException) as error:
        return Finding(name, where, unreached=str(getattr(error, "reason", None) or error))
    if answer != token:
        return Finding(name, f"{where} answers, but not from this host. Correct its DNS record and run again.")
    return None


def _judged(one: Finding, token: str, address: str, port: int) -> Finding:
    """What nobody answered: whether this host would."""
    if not one.unreached:
        return one
    if _serves(one.name, token, address, port):
        hint = "which may be the router's way."
        return replace(one, text=f"{one.text} cannot be reached from this host ({one.unreached}), {hint}", certain=False)
    hint = "Is the web server up, and port 80 open to the internet?"
    return replace(one, text=f"{one.text} cannot be reached ({one.unreached}). {hint}")


def _fetch(url: str) -> str:
    # As the ACME server does: directly, following redirects, whatever certificate is shown on the way.
    context = ssl._create_unverified_context()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    with opener.open(url, timeout=TIMEOUT_SECONDS) as response:
        return str(response.read(200).decode("ascii", "replace"))


def _serves(name: str, token: str, address: str, port: int) -> bool:
    """Whether the web server at this address answers the challenge for that name."""
    connection = http.client.HTTPConnection(address, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", CHALLENGES + token, headers={"Host": name})
        response = connection.getresponse()
        return response.status == 200 and response.read(200).decode("ascii", "replace") == token
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
