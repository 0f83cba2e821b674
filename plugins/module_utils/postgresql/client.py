# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask the PostgreSQL of this very host, as root, without believing it: its frontend/backend protocol, version 3.0.

Whoever is superuser in a server decides what it answers. So it is asked over its Unix socket, by a client in which no
answer is ever a command, a program, a file or a setting, that looks who is at the other end, and for which time and size
have a limit. Settings that were given to the role or the database, which could make other objects answer than the ones
that are asked, or log the role in as another, do not count (https://www.postgresql.org/docs/current/protocol.html).
"""

from __future__ import annotations

import pwd
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from ..peer import peer
from ..printable import printable

#: Where Debian's servers have their sockets, and the system user that they run as.
SOCKETS = "/run/postgresql"
ACCOUNT = "postgres"
#: The administrator's role and the database that every cluster has.
ROLE = DATABASE = "postgres"
#: How long a session may take by default, in seconds.
PATIENCE = 10
#: How much a server may say in a session, in bytes.
MOST_BYTES = 8 * 1024 * 1024
#: What counts in the session, whatever the server, role or database have.
SETTINGS = {
    "client_encoding": "UTF8",
    "search_path": "pg_catalog, pg_temp",
    "role": "none",
    "standard_conforming_strings": "on",
    "default_transaction_read_only": "off",
    "default_transaction_isolation": "read committed",
    "session_preload_libraries": "",
    "local_preload_libraries": "",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "lc_messages": "C",
}
#: What older servers do not know (17 brought both): whether event triggers fire, also at the login.
NEWER_SETTINGS = {"event_triggers": "off", "transaction_timeout": "0"}
#: SQLSTATEs, appendix A of PostgreSQL's manual.
_UNDEFINED_OBJECT = "42704"
#: Of the protocol.
VERSION = 3 << 16
#: Messages that a server may send at any time or that tell nothing here: ParameterStatus, NoticeResponse,
#: NotificationResponse, BackendKeyData, NegotiateProtocolVersion, RowDescription, CommandComplete, EmptyQueryResponse.
_PASSED_OVER = frozenset(b"SNAKvTCI")

Row: TypeAlias = "tuple[str | None, ...]"


class DatabaseError(Exception):
    """The server cannot be asked, or refuses; the text is for the user. ``code`` is the SQLSTATE, if it gave one."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class UnreachableError(DatabaseError):
    """Nobody answers at the socket, or somebody else than the server."""


class Session:
    """A connection as the administrator. What is asked at once is one transaction."""

    def __init__(self, port: int, until: float, settings: dict[str, str], account: str) -> None:
        self._until = until
        self._left = MOST_BYTES
        self._path = f"{SOCKETS}/.s.PGSQL.{port}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._connect(account)
            self._log_in(settings)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the session."""
        self._socket.close()

    def query(self, sql: str) -> list[Row]:
        """The rows of a statement, or of several that are separated by semicolons, as text.

        :raises DatabaseError: the server refuses, then nothing was changed; or it does not answer as it should.
        """
        self._send(b"Q" + framed(terminated(sql)))
        rows, failure = [], None
        while True:
            kind, body = self._message()
            if kind == b"D":
                rows.append(_row(body))
            elif kind == b"E":
                failure = failure or refusal(body)
            elif kind == b"Z":
                break
            elif kind[0] not in _PASSED_OVER:
                raise self._nonsense()
        if failure:
            raise failure
        return rows

    def _connect(self, account: str) -> None:
        try:
            self._socket.settimeout(self._remaining())
            self._socket.connect(self._path)
            _pid, uid = peer(self._socket)
            owner = pwd.getpwnam(account).pw_uid
        except OSError as error:
            raise UnreachableError(f"no server answers at {self._path}: {error.strerror or error}") from None
        except KeyError:
            raise UnreachableError(f"the host has no user {account}, so no PostgreSQL") from None
        if uid != owner:
            raise UnreachableError(f"what answers at {self._path} does not run as {account}, and is not asked")

    def _log_in(self, settings: dict[str, str]) -> None:
        parameters = {"user": ROLE, "database": DATABASE, "application_name": "nostromo", **settings}
        pairs = b"".join(terminated(word) for pair in parameters.items() for word in pair)
        self._send(framed(struct.pack("!i", VERSION) + pairs + b"\0"))
        while True:
            kind, body = self._message()
            if kind == b"R":
                if body != struct.pack("!i", 0):
                    raise DatabaseError(
                        "the server wants a proof from root; the rule `local` for postgres is not in force"
                    )
            elif kind == b"E":
                raise refusal(body)
            elif kind == b"Z":
                return
            elif kind[0] not in _PASSED_OVER:
                raise self._nonsense()

    def _message(self) -> tuple[bytes, bytes]:
        head = self._receive(5)
        length = struct.unpack("!i", head[1:])[0] - 4
        if length < 0:
            raise self._nonsense()
        return head[:1], self._receive(length)

    def _receive(self, length: int) -> bytes:
        self._left -= length
        if self._left < 0:
            raise DatabaseError(f"the server at {self._path} says more than {MOST_BYTES} bytes, and is not listened to")
        received = bytearray()
        try:
            while len(received) < length:
                self._socket.settimeout(self._remaining())
                part = self._socket.recv(length - len(received))
                if not part:
                    raise DatabaseError(f"the server at {self._path} ended the connection")
                received += part
        except OSError as error:
            raise self._broken(error) from None
        return bytes(received)

    def _send(self, message: bytes) -> None:
        try:
            self._socket.settimeout(self._remaining())
            self._socket.sendall(message)
        except OSError as error:
            raise self._broken(error) from None

    def _remaining(self) -> float:
        remaining = self._until - time.monotonic()
        if remaining <= 0:
            raise self._slow()
        return remaining

    def _broken(self, error: OSError) -> DatabaseError:
        if isinstance(error, TimeoutError):
            return self._slow()
        return DatabaseError(f"the connection to {self._path} broke: {error.strerror or error}")

    def _slow(self) -> DatabaseError:
        return DatabaseError(f"the server at {self._path} does not answer in time")

    def _nonsense(self) -> DatabaseError:
        return DatabaseError(f"what answers at {self._path} does not speak PostgreSQL's protocol")


@contextmanager
def session(port: int, patience: float = PATIENCE, account: str = ACCOUNT) -> Iterator[Session]:
    """A session with the server on a port of this host, which ends with the block; all of it within so many seconds.

    :raises DatabaseError: there is none, it does not admit us, or does not answer in time.
    """
    until = time.monotonic() + patience
    settings = {**SETTINGS, "statement_timeout": f"{patience * 1000:.0f}ms"}
    try:
        opened = Session(port, until, settings | NEWER_SETTINGS, account)
    except DatabaseError as error:
        if error.code != _UNDEFINED_OBJECT:
            raise
        opened = Session(port, until, settings, account)
    try:
        yield opened
    finally:
        opened.close()


def terminated(text: str) -> bytes:
    """A text as messages hold it."""
    return text.encode() + b"\0"


def framed(body: bytes) -> bytes:
    """A message's body after its length."""
    return struct.pack("!i", len(body) + 4) + body


def _row(body: bytes) -> Row:
    """The values of a DataRow. :raises DatabaseError: it is none."""
    values: list[str | None] = []
    try:
        count, at = struct.unpack_from("!h", body)[0], 2
        for _number in range(count):
            length = struct.unpack_from("!i", body, at)[0]
            at += 4
            if length < 0:
                values.append(None)
                continue
            if at + length > len(body):
                raise DatabaseError("the server's answer is cut off")
            values.append(body[at : at + length].decode("utf-8", "replace"))
            at += length
    except struct.error:
        raise DatabaseError("the server's answer is cut off") from None
    return tuple(values)


def refusal(body: bytes) -> DatabaseError:
    """An ErrorResponse as people may see it: severity, message and detail."""
    fields: dict[str, str] = {}
    for part in body.split(b"\0"):
        if part:
            fields.setdefault(chr(part[0]), printable(" ".join(part[1:].decode("utf-8", "replace").split())))
    text = f"{fields.get('S', 'ERROR')}: {fields.get('M', 'no reason given')}"
    if fields.get("D"):
        text += f" ({fields['D']})"
    return DatabaseError(text[:2000], fields.get("C", ""))
