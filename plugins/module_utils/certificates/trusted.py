# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a server shows a certificate that a proxy in front of it would accept."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

_TIMEOUT_SECONDS = 5


def without_certificate(origins: Mapping[str, str], authorities: str = "", port: int = 443) -> list[str]:
    """For which names the server shows no valid certificate, and why.

    :param origins: name -> the server's address.
    :param authorities: certificates (PEM) that are trusted besides those of the machine.
    :raises ssl.SSLError: they are none.
    """
    if not origins:
        return []
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(cadata=authorities)
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = pool.map(lambda name: _problem(name, origins[name], port, context), sorted(origins))
    return [problem for problem in found if problem]


def _problem(name: str, address: str, port: int, context: ssl.SSLContext) -> str:
    try:
        with (
            socket.create_connection((address, port), timeout=_TIMEOUT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=name),
        ):
            return ""
    except ssl.SSLCertVerificationError as error:
        return f"{name}: {address} shows a certificate that is not valid ({error.verify_message})"
    except OSError as error:
        return f"{name}: no TLS at {address}:{port} ({error})"
