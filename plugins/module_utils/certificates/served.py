# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificate a server shows for a name, held against the one on disk."""

from __future__ import annotations

import hashlib
import socket
import ssl
import time
from collections.abc import Sequence

from ..nginx.workers import acting_as_workers

TIMEOUT_SECONDS = 5


def mismatches(names: Sequence[str], certificate: str, address: str, port: int, patience_seconds: float) -> list[str]:
    """For which names this host's server does not show this certificate (PEM, the first of a chain), and what it shows.

    A reload takes effect a moment after it was asked for, so a mismatch is looked at again until patience is over.
    """
    wanted = ssl.PEM_cert_to_DER_cert(certificate[: certificate.index(ssl.PEM_FOOTER) + len(ssl.PEM_FOOTER)])
    deadline = time.monotonic() + patience_seconds
    while True:
        with acting_as_workers():
            found = [text for name in names if (text := _compare(name, wanted, address, port))]
        if not found or time.monotonic() >= deadline:
            return found
        time.sleep(0.2)


def _compare(name: str, wanted: bytes, address: str, port: int) -> str | None:
    try:
        shown = _shown(name, address, port)
    except OSError as error:
        return f"{name}: no TLS at {address}:{port} ({error})"
    if shown == wanted:
        return None
    return f"{name}: {address}:{port} shows {_fingerprint(shown)}, on disk is {_fingerprint(wanted)}"


def _shown(name: str, address: str, port: int) -> bytes:
    # The question is which certificate is shown, whoever signed it.
    context = ssl._create_unverified_context()
    with (
        socket.create_connection((address, port), timeout=TIMEOUT_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        return connection.getpeercert(binary_form=True) or b""


def _fingerprint(certificate: bytes) -> str:
    return "SHA-256 " + hashlib.sha256(certificate).hexdigest()[:16] + "…"
