# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names and values that roles write into files: what a file cannot hold is told before a host is touched."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ..faults import Faults, show
from ..fields import read_mapping, read_sequence
from ..quoting.characters import UnquotableError
from ..quoting.kinds import quoted

#: A host in an inventory: a word, a name in DNS, or an address.
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")


def check_host_names(hosts: Collection[str], faults: Faults) -> None:
    """Check the inventory's names of hosts, which stand in files, reports and messages."""
    for name in hosts:
        if not _HOST.fullmatch(name):
            reason = f"{show(name)} is not a name for a host"
            faults.error(f"hostvars.{name}", name, reason, "use letters, digits and - _ . : in the inventory")


def check_databases(databases: object, users: object, admitted: object, faults: Faults) -> None:
    """Check what PostgreSQL's rules name.

    :param databases: as in ``network_databases``.
    :param users: the ``name`` of each of ``network_database_users``; ``admitted`` likewise the ``databases`` of each.
    """
    for index, item in enumerate(read_sequence(databases, "network_databases", faults)):
        path = f"network_databases[{index}]"
        database = read_mapping(item, path, faults)
        _check(database.get("name"), f"{path}.name", "pg_hba", faults)
        if database.get("owner") is not None:
            _check(database["owner"], f"{path}.owner", "pg_hba", faults)
    for index, name in enumerate(read_sequence(users, "network_database_users", faults)):
        _check(name, f"network_database_users[{index}].name", "pg_hba", faults)
    for index, names in enumerate(read_sequence(admitted, "network_database_users", faults)):
        path = f"network_database_users[{index}].databases"
        for place, name in enumerate(read_sequence(names, path, faults)):
            _check(name, f"{path}[{place}]", "pg_hba", faults)


def check_ssh(directives: Mapping[str, object], admins: object, faults: Faults) -> None:
    """Check what sshd and sudo are told.

    :param directives: name to value, or list of values, by the variable where they stand, as in ``network_ssh``.
    :param admins: as in ``ssh_hardening_admins``.
    """
    for variable, given in directives.items():
        for name, value in read_mapping(given, variable, faults).items():
            path = f"{variable}.{name}"
            if _check(name, path, "sshd_directive", faults):
                for where, one in _each(value, path):
                    _check(one, where, "sshd", faults)
    for index, item in enumerate(read_sequence(admins, "ssh_hardening_admins", faults)):
        path = f"ssh_hardening_admins[{index}]"
        _check(read_mapping(item, path, faults).get("name"), f"{path}.name", "login", faults)


def _each(value: object, path: str) -> list[tuple[str, object]]:
    """The values of a directive, which has one or a list of them, each with its path."""
    if isinstance(value, (list, tuple)):
        return [(f"{path}[{place}]", one) for place, one in enumerate(value)]
    return [(path, value)]


def _check(value: object, path: str, kind: str, faults: Faults) -> bool:
    """Note that a kind of file cannot hold a value. Returns whether it can."""
    if value is None:
        faults.error(path, None, "is missing", "add it")
        return False
    try:
        quoted(value, kind)
    except UnquotableError as error:
        faults.error(path, value, f"{show(value)} {error.reason}", error.remedy)
        return False
    return True
