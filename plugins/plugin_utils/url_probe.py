# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an address answers to the controller."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Collection
from urllib.parse import urlsplit


def url_failure(
    url: str, address: str | None, statuses: Collection[int], validate_certs: bool, until: float
) -> str | None:
    """Ask until there is a good answer or time is over; what was wrong with the last one, or ``None``.

    :param address: IP address to connect to, in place of the one of the host name.
    :param statuses: good status codes; empty for all below 500.
    :param until: when to give up, on the clock of :func:`time.monotonic`.
    """
    while True:
        try:
            status = _status(url, address, validate_certs)
        except (OSError, http.client.HTTPException) as error:
            problem = f"{url} does not answer: {error}"
        else:
            if status in statuses or (not statuses and status < 500):
                return None
            problem = f"{url} answers {status}"
        if time.monotonic() > until:
            return problem
        time.sleep(0.5)


def _status(url: str, address: str | None, validate_certs: bool) -> int:
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with socket.create_connection((address or host, port), timeout=5) as plain:
        connection = http.client.HTTPConnection(host, port, timeout=5)
        connection.sock = _secured(plain, host, validate_certs) if secure else plain
        connection.request("GET", path, headers={"User-Agent": "nostromo.networking"})
        return connection.getresponse().status


def _secured(plain: socket.socket, host: str, validate_certs: bool) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    if not validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=host)
