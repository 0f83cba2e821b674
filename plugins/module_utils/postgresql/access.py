# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roles, databases and the privileges on them: compare what is wanted with what a cluster has. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..printable import printable
from . import scram
from .sql import identifier, literal

#: What a role can hold on a database, in the order in which grants name them.
PRIVILEGES = ("CONNECT", "CREATE", "TEMPORARY")
PUBLIC = ""
#: Attributes of pg_authid -> how to have it off. None of them is for an application's role.
POWERS = {
    "rolsuper": "NOSUPERUSER",
    "rolcreatedb": "NOCREATEDB",
    "rolcreaterole": "NOCREATEROLE",
    "rolreplication": "NOREPLICATION",
    "rolbypassrls": "NOBYPASSRLS",
}
#: One JSON document with everything that :func:`plan` looks at.
STATE_QUERY = """
SELECT json_build_object(
  'roles', (SELECT json_object_agg(r.rolname, json_build_object(
      'login', r.rolcanlogin AND r.rolconnlimit <> 0, 'password', r.rolpassword, 'powers', array_remove(ARRAY[
        CASE WHEN r.rolsuper THEN 'rolsuper' END, CASE WHEN r.rolcreatedb THEN 'rolcreatedb' END,
        CASE WHEN r.rolcreaterole THEN 'rolcreaterole' END, CASE WHEN r.rolreplication THEN 'rolreplication' END,
        CASE WHEN r.rolbypassrls THEN 'rolbypassrls' END], NULL),
      'member_of', ARRAY(SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                         WHERE m.member = r.oid AND r.rolcanlogin ORDER BY 1)))
    FROM pg_authid r WHERE r.rolname !~ '^pg_'),
  'databases', (SELECT json_object_agg(d.datname, json_build_object(
      'owner', pg_get_userbyid(d.datdba), 'open', d.datallowconn AND d.datconnlimit <> 0 AND NOT d.datistemplate,
      'grants', (SELECT coalesce(json_agg(json_build_array(CASE a.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(a.grantee) END,
                                                           a.privilege_type)), '[]')
                 FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a WHERE a.grantee <> d.datdba)))
    FROM pg_database d WHERE d.datname NOT IN ('template0', 'template1')));
"""


@dataclass(frozen=True)
class User:
    """A role that an application logs in as, the databases that it uses and what it may do to them as a whole.

    Without a password it is only let in where the kernel says who asks.
    """

    name: str
    password: str
    databases: tuple[str, ...] = ()
    privileges: tuple[str, ...] = ("CONNECT",)
    member_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Database:
    """A database; its owner creates what is in it and grants rights on that."""

    name: str
    owner: str
    locale: str = "C.UTF-8"


@dataclass(frozen=True)
class Statement:
    """SQL, and for the user what it does; ``sql`` may hold a verifier and is not to be shown."""

    sql: str
    summary: str
    alone: bool = False  # cannot run inside a transaction


def faults(users: Sequence[User], databases: Sequence[Database]) -> list[str]:
    """What is wrong with the wanted state, each with the path to it."""
    found = []
    names = [user.name for user in users]
    known = {database.name for database in databases}
    for index, user in enumerate(users):
        try:
            if user.password:
                scram.check_password(user.password)
        except ValueError as error:
            found.append(f"users[{index}].password ({user.name}): {error}")
        found += [
            f"users[{index}].databases: {name!r} is not among the databases"
            for name in user.databases
            if name not in known
        ]
        found += [
            f"users[{index}].privileges: {name!r} is not one of {', '.join(PRIVILEGES)}"
            for name in user.privileges
            if name not in PRIVILEGES
        ]
        if user.name == "postgres" or user.name.startswith("pg_"):
            found.append(f"users[{index}].name: {user.name!r} is PostgreSQL's own")
        if names.index(user.name) != index:
            found.append(f"users[{index}].name: {user.name!r} stands there twice")
    for index, database in enumerate(databases):
        if database.owner not in (*names, "postgres"):
            found.append(f"databases[{index}].owner: {database.owner!r} is not among the users")
    return found


def plan(users: Sequence[User], databases: Sequence[Database], state: Mapping[str, Any]) -> list[Statement]:
    """The statements that bring a cluster from its state, the document of :data:`STATE_QUERY`, to what is wanted.

    Roles and databases that are not named are left alone, as are other roles' grants; what ``PUBLIC`` may do by
    PostgreSQL's default is revoked on every named database.
    """
    roles, existing = state.get("roles") or {}, state.get("databases") or {}
    statements: list[Statement] = []
    for user in users:
        statements += _role(user, roles.get(user.name))
    for database in databases:
        statements += _database(database, existing.get(database.name))
    for database in databases:
        statements += _grants(database, users, existing.get(database.name))
    return statements


def read_state(document: str) -> dict[str, Any]:
    """The document of :data:`STATE_QUERY`, of which nothing is believed but what :func:`plan` can use.

    :raises ValueError: it is not such a document.
    """
    try:
        found = json.loads(document)
        return {
            "roles": {str(name): _actual_role(role) for name, role in (found["roles"] or {}).items()},
            "databases": {str(name): _actual_database(one) for name, one in (found["databases"] or {}).items()},
        }
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise ValueError("the server's account of its roles and databases cannot be read") from None


def batches(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Runs of statements that can share one transaction; a statement that must be alone comes by itself."""
    batch: list[Statement] = []
    for statement in statements:
        if statement.alone:
            if batch:
                yield batch
            yield [statement]
            batch = []
        else:
            batch.append(statement)
    if batch:
        yield batch


def _actual_role(role: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "login": role["login"] is True,
        "password": None if role["password"] is None else str(role["password"]),
        "powers": [power for power in POWERS if power in role["powers"]],
        "member_of": [str(group) for group in role["member_of"]],
    }


def _actual_database(database: Mapping[str, Any]) -> dict[str, Any]:
    grants = [(str(grantee), privilege) for grantee, privilege in database["grants"] if privilege in PRIVILEGES]
    return {"owner": str(database["owner"]), "open": database["open"] is True, "grants": grants}


def _role(user: User, actual: Mapping[str, Any] | None) -> Iterator[Statement]:
    name = identifier(user.name)
    if actual is None:
        yield Statement(f"CREATE ROLE {name} LOGIN PASSWORD {_stored(user)}", f"create role {user.name}")
    else:
        if not actual["login"]:
            yield Statement(f"ALTER ROLE {name} LOGIN CONNECTION LIMIT -1", f"let role {user.name} log in")
        if not (scram.matches(user.password, actual["password"]) if user.password else actual["password"] is None):
            done = "set" if user.password else "take away"
            yield Statement(f"ALTER ROLE {name} PASSWORD {_stored(user)}", f"{done} the password of role {user.name}")
        for power in actual["powers"]:
            yield Statement(f"ALTER ROLE {name} {POWERS[power]}", f"make role {user.name} {POWERS[power]}")
    present = set(actual["member_of"]) if actual else set()
    for group in sorted(set(user.member_of) - present):
        yield Statement(f"GRANT {identifier(group)} TO {name}", f"make role {user.name} a member of {group}")
    for group in sorted(present - set(user.member_of)):
        yield Statement(
            f"REVOKE {identifier(group)} FROM {name}", f"end role {user.name}'s membership in {printable(group)}"
        )


def _stored(user: User) -> str:
    return literal(scram.verifier(user.password)) if user.password else "NULL"


def _database(database: Database, actual: Mapping[str, Any] | None) -> Iterator[Statement]:
    name, owner = identifier(database.name), identifier(database.owner)
    if actual is None:
        sql = (
            f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8' LOCALE {literal(database.locale)}"
        )
        yield Statement(sql, f"create database {database.name}, owner {database.owner}", alone=True)
        return
    if actual["owner"] != database.owner:
        summary = f"change the owner of database {database.name} from {printable(actual['owner'])} to {database.owner}"
        yield Statement(f"ALTER DATABASE {name} OWNER TO {owner}", summary)
    if not actual["open"]:  # its owner may have closed it to everybody, or made it a template, which anyone may copy
        options = "ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false"
        yield Statement(f"ALTER DATABASE {name} {options}", f"open database {database.name} to those who may connect")


def _grants(database: Database, users: Sequence[User], actual: Mapping[str, Any] | None) -> Iterator[Statement]:
    default = [(PUBLIC, "CONNECT"), (PUBLIC, "TEMPORARY")]
    grants: Iterable[Any] = actual["grants"] if actual else default
    present = {(str(grantee), str(privilege)) for grantee, privilege in grants}
    wanted = {
        (user.name, privilege)
        for user in users
        if database.name in user.databases and user.name != database.owner
        for privilege in ("CONNECT", *user.privileges)
    }
    ours = {PUBLIC, *(user.name for user in users if user.name != database.owner)}
    surplus = {grant for grant in present - wanted if grant[0] in ours}
    for verb, preposition, different in (("REVOKE", "FROM", surplus), ("GRANT", "TO", wanted - present)):
        for grantee, privilege in sorted(different):
            who = identifier(grantee) if grantee else "PUBLIC"
            yield Statement(
                f"{verb} {privilege} ON DATABASE {identifier(database.name)} {preposition} {who}",
                f"{verb.lower()} {privilege} on database {database.name} {preposition.lower()} {grantee or 'everybody'}",
            )
