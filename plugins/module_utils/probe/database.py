# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a PostgreSQL server answers who begins to log in over the network, with TLS and without; no password is sent.

See https://www.postgresql.org/docs/current/protocol-flow.html, "Start-up" and "SSL Session Encryption".
"""

from __future__ import annotations

import socket
import ssl
import struct
import time
from contextlib import suppress
from dataclasses import dataclass

from ..acting import acting_for
from ..postgresql.client import VERSION, framed, refusal, terminated
from ..printable import printable

#: All that a server is waited for, in seconds.
TIMEOUT = 5.0
_MOST_BYTES = 64 * 1024
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
#: SQLSTATE of who is not let in by pg_hba.conf, appendix A of PostgreSQL's manual.
NOT_ADMITTED = "28000"
#: AuthenticationRequest's kinds, of which there are more.
_PROOFS = {0: "no proof", 3: "the password itself", 5: "MD5 of the password", 10: "SASL (SCRAM)"}


class UnreachedError(Exception):
    """Nobody answers there, or somebody who does not speak the protocol; the text says why."""


@dataclass(frozen=True)
class Login:
    """Whom to ask for what; ``ids`` (uid, gid) of the user that asks."""

    address: str
    port: int
    role: str
    database: str
    ids: tuple[int, int] | None = None


@dataclass(frozen=True)
class Answer:
    """What the server said: that it goes on with the login, or not, and then with which SQLSTATE."""

    goes_on: bool
    said: str
    code: str = ""


@dataclass(frozen=True)
class Shown:
    """The certificate that it showed: ``distrusted`` says why it is not the authority's for that address, empty if it is."""

    distrusted: str
    not_before: float = 0.0
    not_after: float = 0.0


def without_tls(login: Login) -> Answer:
    """How it answers in the clear. :raises UnreachedError: it does not."""
    try:
        with _connected(login) as connection:
            return _begin(connection, login)
    except OSError as error:
        raise UnreachedError(_told(error)) from None


def with_tls(login: Login, authorities: str) -> tuple[Shown, Answer | None]:
    """What it shows, and if that is right how it answers over TLS. :raises UnreachedError: it does not answer.

    :param authorities: certificates (PEM) that alone are trusted.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # as strict as the clients' libraries
    context.load_verify_locations(cadata=authorities)
    try:
        with _connected(login) as connection:
            connection.sendall(_SSL_REQUEST)
            if _received(connection, 1, time.monotonic() + TIMEOUT) != b"S":
                return Shown("it has no TLS"), None
            try:
                encrypted = context.wrap_socket(connection, server_hostname=login.address)
            except ssl.SSLCertVerificationError as error:
                return Shown(printable(error.verify_message)), None
            with encrypted:
                certificate = encrypted.getpeercert() or {}
                dates = (ssl.cert_time_to_seconds(str(certificate[name])) for name in ("notBefore", "notAfter"))
                return Shown("", *dates), _begin(encrypted, login)
    except OSError as error:
        raise UnreachedError(_told(error)) from None


def _connected(login: Login) -> socket.socket:
    with acting_for(login.ids):
        return socket.create_connection((login.address, login.port), TIMEOUT)


def _begin(connection: socket.socket, login: Login) -> Answer:
    """Say who would log in; what is answered before any password."""
    until = time.monotonic() + TIMEOUT
    words = b"".join(map(terminated, ("user", login.role, "database", login.database)))
    connection.sendall(framed(struct.pack("!i", VERSION) + words + b"\0"))
    head = _received(connection, 5, until)
    length = struct.unpack("!i", head[1:])[0] - 4
    if not 0 <= length <= _MOST_BYTES:
        raise UnreachedError("what answers there does not speak PostgreSQL's protocol")
    body = _received(connection, length, until)
    if head[:1] == b"E":
        refused = refusal(body)
        return Answer(False, str(refused), refused.code)
    if head[:1] == b"R" and length >= 4:
        _hang_up(connection, until)
        kind = struct.unpack_from("!i", body)[0]
        return Answer(True, f"it asks for {_PROOFS.get(kind, f'a proof of kind {kind}')}")
    raise UnreachedError("what answers there does not speak PostgreSQL's protocol")


def _hang_up(connection: socket.socket, until: float) -> None:
    """End a login that has begun so that the server has nothing to complain of in its log."""
    with suppress(OSError):
        connection.settimeout(max(0.01, until - time.monotonic()))
        if isinstance(connection, ssl.SSLSocket):
            connection.unwrap()
        else:
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)


def _received(connection: socket.socket, length: int, until: float) -> bytes:
    received = b""
    while len(received) < length:
        connection.settimeout(max(0.01, until - time.monotonic()))
        part = connection.recv(length - len(received))
        if not part:
            raise UnreachedError("the connection was ended without an answer")
        received += part
    return received


def _told(error: OSError) -> str:
    return printable(str(error.strerror or error) or type(error).__name__)
