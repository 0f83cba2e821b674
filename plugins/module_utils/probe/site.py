# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a web site answers at an address: redirects, certificates, and names that it should not know."""

from __future__ import annotations

import hashlib
import http.client
import socket
import ssl
import warnings
from collections.abc import Mapping, Sequence
from typing import TypedDict

TIMEOUT_SECONDS = 5
#: A name that no site has (RFC 6761, section 6.4).
UNKNOWN_NAME = "unknown.invalid"
PATH = "/verify?probe=1"


class Answer(TypedDict, total=False):
    """``status``, ``location`` and ``headers`` (names in lower case, each with its value); or an ``error`` and whether the
    server was ``reached``.
    """

    status: int
    location: str
    headers: list[list[str]]
    error: str
    reached: bool


class Shown(TypedDict, total=False):
    """The SHA-256 ``fingerprint`` of a certificate and what is ``distrusted`` about it (empty if nothing), or an ``error``."""

    fingerprint: str
    distrusted: str
    error: str


class Answers(TypedDict):
    """What a name answers over HTTP, over HTTPS, and there to each path that is asked of it; and the certificate it shows."""

    paths: dict[str, Answer]
    http: Answer
    https: Answer
    certificate: Shown


def look(
    names: Sequence[str],
    address: str,
    http_port: int,
    https_port: int,
    authorities: str,
    paths: Mapping[str, Sequence[str]],
) -> dict[str, Answers]:
    """Answers by name, and those for a name that nobody should know.

    :param authorities: certificates (PEM) that are trusted besides those of the machine.
    :param paths: what is asked of each name besides.
    """
    return {
        name: {
            "paths": {path: _ask(name, address, https_port, _unverified(), path) for path in paths.get(name, ())},
            "http": _ask(name, address, http_port, None),
            "https": _ask(name, address, https_port, _unverified()),
            "certificate": _certificate(name, address, https_port, authorities),
        }
        for name in [*names, UNKNOWN_NAME]
    }


def open_connection(
    name: str,
    address: str,
    port: int,
    context: ssl.SSLContext | None,
    timeout: float = TIMEOUT_SECONDS,
    source: str = "",
) -> http.client.HTTPConnection:
    """A connection to a name at an address; ``timeout`` in seconds, ``source`` an own address. :raises OSError: there is none."""
    plain = socket.create_connection((address, port), timeout, (source, 0) if source else None)
    connection = http.client.HTTPConnection(name, port, timeout=timeout)
    connection.auto_open = 0  # it would look the name up, and speak without TLS
    try:
        connection.sock = context.wrap_socket(plain, server_hostname=name) if context else plain
    except BaseException:
        plain.close()
        raise
    return connection


def try_old_tls(name: str, address: str, port: int) -> str:
    """Offer a server nothing newer than TLS 1.1 (RFC 8996): ``refused``, ``spoken``, or why it could not be tried."""
    context = _unverified()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that it is deprecated is the point
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        open_connection(name, address, port, context).close()
    except ssl.SSLError as error:
        return "refused" if "ALERT" in (error.reason or "") else f"this machine does not speak it: {error.reason}"
    except (OSError, ValueError) as error:
        return str(error)
    return "spoken"


def _unverified() -> ssl.SSLContext:
    # What is asked for is the answer; whether the certificate can be trusted is a question of its own.
    return ssl._create_unverified_context()


def _ask(name: str, address: str, port: int, context: ssl.SSLContext | None, path: str = PATH) -> Answer:
    try:
        connection = open_connection(name, address, port, context)
    except OSError as error:
        # A server that refuses the handshake has been reached.
        return {"error": f"no connection: {error}", "reached": isinstance(error, ssl.SSLError)}
    try:
        connection.request("GET", path, headers={"Host": name, "User-Agent": "nostromo.networking"})
        answer = connection.getresponse()
        return {
            "status": answer.status,
            "location": answer.getheader("Location", ""),
            "headers": [[header.lower(), value] for header, value in answer.getheaders()],
        }
    except (OSError, http.client.HTTPException) as error:
        return {"error": f"no answer: {error}", "reached": True}
    finally:
        connection.close()


def _certificate(name: str, address: str, port: int, authorities: str) -> Shown:
    try:
        with (
            socket.create_connection((address, port), timeout=TIMEOUT_SECONDS) as plain,
            _unverified().wrap_socket(plain, server_hostname=name) as secured,
        ):
            shown = secured.getpeercert(binary_form=True) or b""
    except OSError as error:
        return {"error": str(error)}
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(cadata=authorities)
    distrusted = ""
    try:
        open_connection(name, address, port, context).close()
    except ssl.SSLCertVerificationError as error:
        distrusted = error.verify_message
    except OSError as error:
        return {"error": str(error)}
    return {"fingerprint": hashlib.sha256(shown).hexdigest(), "distrusted": distrusted}
