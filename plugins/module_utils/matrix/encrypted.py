# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether what the database and its clients on other hosts say can be kept from who listens in."""

from __future__ import annotations

from ..document.database import DatabaseCa
from ..document.variables import Document
from ..faults import show
from ..postgresql.connection import ENCRYPTED
from .check import Checker
from .model import Host

VARIABLE = "network_database_ca"
_MODE = "PGSSLMODE"


def check_encryption(checker: Checker, document: Document) -> None:
    """Note clients on other hosts that could not know the database for what it is, or are told not to look."""
    faults = checker.faults
    components = sorted({user.component for user in document.database_users if user.component})
    remote = {one: hosts for one in components if (hosts := _elsewhere(checker, one))}
    for component in remote:
        service = document.services.get(component)
        mode = service.environment.get(_MODE) if service else None
        if mode not in (None, ENCRYPTED):
            path = f"network_services.{component}.environment.{_MODE}"
            reason = f"{show(mode)} does not encrypt, or does not look who answers"
            faults.error(path, mode, reason, f"leave it out, or use network_database.sslmode ({ENCRYPTED})")
    if any(fault.path.startswith(VARIABLE) for fault in faults.errors):
        return
    authority = document.database_ca or DatabaseCa()
    if authority.certificate and not authority.key:
        faults.error(
            f"{VARIABLE}.key", None, "is missing, so the authority can sign nothing", "give it, from the vault"
        )
    elif authority.key and not authority.certificate:
        faults.error(f"{VARIABLE}.certificate", None, "is missing, and key is of none", "give that of the authority")
    elif not authority.certificate:
        for component, hosts in list(remote.items())[:1]:
            reason = (
                f"is missing: {component} asks {checker.matrix.database} from {', '.join(host.name for host in hosts)}, and"
                " whoever is on the way could listen in, or answer in its place"
            )
            remedy = 'make a certificate authority with one command (README, "The database on a host of its own")'
            faults.error(VARIABLE, None, reason, remedy)


def _elsewhere(checker: Checker, component: str) -> list[Host]:
    """The hosts of a component that are not the database's."""
    there = checker.matrix.hosts_of(checker.matrix.database)
    return [host for host in checker.matrix.hosts_of(component) if host not in there] if there else []
