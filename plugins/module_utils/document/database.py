# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Databases and the roles that use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..faults import Faults
from .addresses import IPNetwork, Network
from .kinds import Choice, Many, Matching, Reference, Text, Writable
from .pem import CERTIFICATES, PRIVATE_KEY
from .record import Record, says
from .services import Secret
from .words import KEY

_NAME = Writable("pg_hba")
_LOCALE = Matching(r"[A-Za-z0-9_.@-]+", "a locale", "use one such as C.UTF-8")
_PASSWORD = Secret()


@dataclass(frozen=True)
class Database(Record):
    """A database."""

    path: str = ""
    name: str = says("Name of the database.", _NAME, required=True)
    owner: str = says("Role that owns it, one of the database's users or postgres.", _NAME, required=True)
    locale: str = says(
        "Locale of a database that is created. The default sorts the same on every release.", _LOCALE, default="C.UTF-8"
    )


@dataclass(frozen=True)
class DatabaseUser(Record):
    """A role that an application logs in as."""

    path: str = ""
    name: str = says("Name of the role.", _NAME, required=True)
    password: str = says(
        "Its password, in printable ASCII. Left out where its component runs on the database's host, which needs none.",
        _PASSWORD,
        default="",
    )
    databases: tuple[str, ...] = says(
        "Databases that it may connect to, each one of those that are declared.", Many(_NAME), default=()
    )
    privileges: tuple[str, ...] = says(
        "Privileges on each of its databases: CONNECT, which it always has, CREATE and TEMPORARY. An owner has them all.",
        Many(Choice("CONNECT", "CREATE", "TEMPORARY")),
        default=("CONNECT",),
    )
    member_of: tuple[str, ...] = says(
        "Roles that it is a member of; other memberships are ended.", Many(_NAME), default=()
    )
    component: str | None = says(
        "The matrix' component that uses the role; empty for people's.", Reference(KEY, "name a component"), empty=True
    )


@dataclass(frozen=True)
class AdmittedUser(DatabaseUser):
    """Such a role with what the matrix says of its component, as the role postgresql has it."""

    addresses: tuple[Network, ...] = says("Addresses (CIDR) from which it is admitted.", Many(IPNetwork()), default=())
    account: str = says(
        "System user of this host that is the role at the Unix socket and needs no password there.", Text(), default=""
    )


@dataclass(frozen=True)
class DatabaseCa(Record):
    """The certificate authority by which clients on other hosts know the database."""

    certificate: str = says(
        "Its certificate in PEM. Of several all are trusted, and the one that the key is of signs; empty for none.",
        CERTIFICATES,
        default="",
    )
    key: str = says("Its private key in PEM, from the vault. It stays on the controller.", PRIVATE_KEY, default="")

    @classmethod
    def read(cls, value: object, path: str, faults: Faults) -> DatabaseCa | None:
        """The record; what stands in its place may be a key, and is shown to nobody."""
        if not isinstance(value, Mapping):
            faults.error(path, None, "is not a mapping", "write a mapping with certificate and key")
            return None
        return super().read(value, path, faults)


DATABASES = Many(Database)
DATABASE_USERS = Many(DatabaseUser)
