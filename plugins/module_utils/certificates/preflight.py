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
from dataclasses import dataclass
from pathlib import Path

from ..files import directory

TIMEOUT_SECONDS = 8
CHALLENGES = "/.well-known/acme-challenge/"


@dataclass(frozen=True)
class Finding:
    """What stands in the way of a challenge. ``certain`` is false where only the ACME server can tell."""

    name: str
    text: str
    certain: bool = True

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


def preflight(names: Sequence[str], webroot: str, local_address: str, local_port: int) -> list[Finding]:
    """Fetch a token over the public path of every name; what went wrong, in the order of the names.

    A name that cannot be *reached* from here may still be reachable from outside: routers and load balancers often do
    not lead a host back to its own public address. Such a finding is not certain if this host itself, asked at its own
    address, serves the token for that name.

    :raises OSError: the token cannot be written into the webroot.
    """
    with _token(Path(webroot)) as token, ThreadPoolExecutor(max_workers=8) as pool:
        found = pool.map(lambda name: _try(name, token, local_address, local_port), names)
        return [finding for finding in found if finding]


@contextmanager
def _token(webroot: Path) -> Iterator[str]:
    token = f"preflight-{secrets.token_hex(16)}"
    with directory(webroot / CHALLENGES.strip("/"), make=True) as challenges:
        try:
            challenges.write(token, token.encode(), 0o644)
            yield token
        finally:
            challenges.unlink(token)


def _try(name: str, token: str, local_address: str, local_port: int) -> Finding | None:
    try:
        addresses = sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
    except (socket.gaierror, UnicodeError) as error:
        return Finding(name, f"has no address in DNS ({error}). Add its record and run again.")
    where = f"http://{name}{CHALLENGES} (at {', '.join(addresses)})"
    try:
        answer = _fetch(f"http://{name}{CHALLENGES}{token}")
    except urllib.error.HTTPError as error:
        hint = "Does its DNS record lead to this host, and does anything in front change the request?"
        return Finding(name, f"{where} answers with status {error.code} instead of the challenge. {hint}")
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        if _serves(name, token, local_address, local_port):
            hint = "which may be the router's way."
            return Finding(name, f"{where} cannot be reached from this host ({reason}), {hint}", certain=False)
        hint = "Is the web server up, and port 80 open to the internet?"
        return Finding(name, f"{where} cannot be reached ({reason}). {hint}")
    if answer != token:
        return Finding(name, f"{where} answers, but not from this host. Correct its DNS record and run again.")
    return None


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
