# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A bastion against the hosts and the rows: whether administrators get to it, through it, and nobody else does."""

from __future__ import annotations

from ..document.variables import Document
from .bastion import HOST, NETWORKS
from .check import Checker, ssh_listener
from .decide import Endpoint, contains
from .model import BASTION, PRIVATE, SERVER, Bastion, Host
from .zones import ZoneIndex


def check_bastion(checker: Checker, document: Document) -> None:
    """Note what keeps a host from being the bastion, and who would be beyond its reach."""
    matrix, faults, name = checker.matrix, checker.faults, document.bastion
    if not name or not matrix.hosts or any(fault.path.startswith((HOST, NETWORKS)) for fault in faults.errors):
        return
    if name not in matrix.hosts:
        faults.unknown(HOST, name, f"{name} is not a managed host of this environment", matrix.hosts)
        return
    for own in (BASTION, PRIVATE):
        for kind, declared in (("zones", document.zones), ("components", document.components)):
            if own in declared:
                reason = f"{own} is the name of a zone that {HOST} makes"
                faults.error(f"network_{kind}.{own}", own, reason, "use another name")
    networks = document.private_addresses
    if not networks:
        reason = f"is missing: {name} is the bastion, and nobody says which network it leads to"
        faults.error(
            NETWORKS, None, reason, "name the network in which the hosts reach each other, as in [10.0.0.0/24]"
        )
        return
    if ZoneIndex({PRIVATE: networks}).worlds:
        reason = f"holds the internet: whoever administers {name} could go on to SSH anywhere"
        faults.error(NETWORKS, ", ".join(map(str, networks)), reason, "name the hosts' own network alone")
    _check_addresses(checker, Bastion(name, networks, ()))
    _check_users(checker, matrix.hosts[name])
    _check_admission(checker, matrix.hosts[name])


def _check_addresses(checker: Checker, bastion: Bastion) -> None:
    """The bastion, and who is behind it, see each other in the private network."""
    where = ", ".join(map(str, bastion.networks))
    for host in checker.matrix.hosts.values():
        if not host.addresses or bastion.leads_to(host.addresses):
            continue
        addresses = ", ".join(map(str, host.addresses))
        leads = f"leads from {bastion.host}, the bastion," if host.name == bastion.host else f"leads to {host.name}"
        reason = f"{addresses} is not in the private network ({where}): nothing {leads} there"
        remedy = f"name its address in that network, or correct {NETWORKS}"
        checker.faults.error(f"hostvars.{host.name}.network_addresses", addresses, reason, remedy)


def _check_users(checker: Checker, host: Host) -> None:
    """People go on from it as themselves."""
    if not host.administrators:
        reason = f"nobody is known who administers {host.name}, so that nobody could go on from it"
        remedy = f"name people in ssh_hardening_admins, or ansible_user, for {host.name}"
        checker.faults.error(HOST, host.name, reason, remedy)
    for key, component in checker.matrix.components.items():
        if component.user in host.administrators:
            reason = f"{component.user} administers {host.name} and is the user of {key}, which could go on to every host's SSH"
            checker.faults.error(HOST, host.name, reason, "give people users of their own")


def _check_admission(checker: Checker, host: Host) -> None:
    """A row of the data that lets in from the bastion's address whoever runs there."""
    listener = ssh_listener(checker.matrix.components.get(SERVER))
    seen_as = checker.matrix.zones.get(BASTION, ())
    for flow in checker.rows_to(SERVER) if listener else ():
        source = checker.matrix.zones.get(flow.source, ())
        if flow.source == BASTION or flow.action == "deny" or not flow.covers(listener.port, "tcp"):  # type: ignore[union-attr]
            continue
        within = [address for address in seen_as if contains(source, Endpoint(addresses=(address,)))]
        if within and flow.source not in checker.zones.worlds:
            reason = (
                f"{flow.source} holds {within[0].network_address}, by which {host.name} is seen: {flow.path} ({flow.name})"
                " opens SSH of every host to all users there"
            )
            remedy = f"take it out; {HOST} lets in its administrators alone"
            checker.faults.warning(f"network_zones.{flow.source}", str(within[0].network_address), reason, remedy)
