# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom the database lets in: the rules of pg_hba.conf as the server reads them, and whether it has read them."""

from __future__ import annotations

from typing import TypedDict, cast

from ..postgresql.client import DatabaseError, Row, session
from .run import TIMEOUT_SECONDS, ObservationError, Run

#: https://www.postgresql.org/docs/current/view-pg-hba-file-rules.html
RULES = """
SELECT line_number, coalesce(type, ''), coalesce(array_to_string(database, ','), ''),
  coalesce(array_to_string(user_name, ','), ''), coalesce(address, ''), coalesce(netmask, ''), coalesce(auth_method, ''),
  coalesce(error, '')
FROM pg_hba_file_rules ORDER BY line_number
"""
#: Seconds by which the file is newer than what the server has loaded.
NEWER = """
SELECT round(extract(epoch FROM (pg_stat_file(current_setting('hba_file'))).modification - pg_conf_load_time()))
"""
_KEYS = ("type", "databases", "users", "address", "netmask", "method", "error")


class Rule(TypedDict):
    """A line of the file; ``address`` is empty for a socket, ``netmask`` where the address is a name or a word."""

    line: int
    type: str
    databases: str
    users: str
    address: str
    netmask: str
    method: str
    error: str


class Access(TypedDict):
    """The ``rules`` in their order, and by how many seconds the file is ``newer`` than what is in force (at least 0)."""

    rules: list[Rule]
    newer: int


def observe(_run: Run, port: int) -> Access:
    """What the server on a port of this host says."""
    try:
        with session(port, TIMEOUT_SECONDS) as opened:
            return read(opened.query(RULES), opened.query(NEWER))
    except DatabaseError as error:
        raise ObservationError(f"the database does not answer: {error}") from None


def read(rules: list[Row], newer: list[Row]) -> Access:
    """The answers as data. :raises DatabaseError: they are not such answers."""
    try:
        ((seconds,),) = newer
        return {"rules": [_rule(*one) for one in rules], "newer": max(0, int(seconds or 0))}
    except (TypeError, ValueError):
        raise DatabaseError("the server's account of its access rules cannot be read") from None


def _rule(line: str | None, *values: str | None) -> Rule:
    texts = dict(zip(_KEYS, (value or "" for value in values), strict=True))
    return cast(Rule, {"line": int(line or ""), **texts})
