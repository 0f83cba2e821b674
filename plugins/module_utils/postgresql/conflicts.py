# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the databases of a cluster that others use, and that would be closed to them or get another owner. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from ..printable import printable
from .client import ROLE

#: Databases that every cluster has.
_OF_EVERY_CLUSTER = ("postgres", "template0", "template1")
#: One JSON document: every database with the names of those who use it. Shared dependencies tell who owns what is in a
#: database, also of those in which nobody is asked (pg_shdepend).
USE_QUERY = """
SELECT json_object_agg(d.datname, json_build_object(
  'owner', pg_get_userbyid(d.datdba),
  'owners', ARRAY(SELECT DISTINCT pg_get_userbyid(s.refobjid) FROM pg_shdepend s
                  WHERE s.dbid = d.oid AND s.refclassid = 'pg_authid'::regclass AND s.deptype = 'o' ORDER BY 1),
  'connected', ARRAY(SELECT DISTINCT a.usename FROM pg_stat_activity a
                     WHERE a.datid = d.oid AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
                       AND a.usename IS NOT NULL ORDER BY 1)))
FROM pg_database d;
"""


class Use(TypedDict):
    """A database's ``owner``, the ``owners`` of what is in it, and who is ``connected``: names of roles."""

    owner: str
    owners: list[str]
    connected: list[str]


def read_use(document: str) -> dict[str, Use]:
    """The document of :data:`USE_QUERY`. :raises ValueError: it is not such a document."""
    try:
        return {
            str(name): Use(
                owner=str(one["owner"]),
                owners=[str(role) for role in one["owners"]],
                connected=[str(role) for role in one["connected"]],
            )
            for name, one in json.loads(document).items()
        }
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise ValueError("the server's account of its databases cannot be read") from None


def conflicts(
    use: Mapping[str, Use], owners: Mapping[str, str], roles: Collection[str], closing: bool
) -> dict[str, str]:
    """What would be taken from others, name of a database -> sentence.

    :param owners: the declared databases, name -> owner.
    :param roles: the declared roles; all others but PostgreSQL's own are others.
    :param closing: whether the client rules of others are about to be replaced, after which only declared roles get in.
    """
    found = {}
    for name, one in sorted(use.items()):
        told = _told(one, {*roles, ROLE})
        changes = ["only declared users would get in"] if closing else []
        if one["owner"] != owners.get(name, one["owner"]):
            changes += [f"its owner would be {owners[name]}"]
        if not told and name not in (*owners, *_OF_EVERY_CLUSTER):
            told = [f"it is {printable(one['owner'])}'s, and not declared"]
        if told and changes:
            found[name] = f"database {printable(name)}: {', '.join(told)}; {', and '.join(changes)}"
    return found


def _told(use: Use, known: Collection[str]) -> list[str]:
    """Who else uses a database, and how."""
    owner = [f"it is {printable(use['owner'])}'s"] if use["owner"] not in known else []
    return owner + _others("owns what is in it", use["owners"], known) + _others("is connected", use["connected"], known)


def _others(how: str, roles: Sequence[str], known: Collection[str]) -> list[str]:
    return [f"{printable(role)} {how}" for role in roles if role not in known]
