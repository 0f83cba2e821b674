# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does the database admit those whom the matrix lets through to it, and by no weaker proof than SCRAM or the kernel's word?"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from ..matrix.decide import Endpoint, contains
from ..matrix.model import Host, Matrix, Network
from ..observe.hba import Rule
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held

#: How a client may prove who it is (https://www.postgresql.org/docs/current/auth-methods.html).
_PROOFS = frozenset({"peer", "scram-sha-256", "cert", "reject"})


def needs(intent: Intent, host: Host) -> Needs:
    """The rules in force where the database is."""
    if intent.matrix.database not in host.components:
        return {}
    ports = [one.port for one in intent.matrix.components[intent.matrix.database].listeners if one.protocol == "tcp"]
    return {"hba": {"port": ports[0]}} if ports else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding of the file, and one of each thing that a rule must not do."""
    access = scene.seen["hba"]
    told = [_told(rule) for rule in access["rules"]]
    errors = [f"line {rule['line']}: {rule['error']}" for rule in access["rules"] if rule["error"]]
    stale = f"the file was changed {access['newer']} s after the server loaded it" if access["newer"] else ""
    wrong = "; ".join(filter(None, [*errors, stale]))
    remedy = () if errors else ("sudo systemctl reload postgresql",)
    yield held("the database runs with the rules of its pg_hba.conf", wrong, remedy=remedy)
    weak = [_told(rule) for rule in access["rules"] if not rule["error"] and rule["method"] not in _PROOFS]
    yield held("the database believes nobody without proof", "; ".join(weak), *told)
    if scene.intent.database_ca and _has_clients_elsewhere(scene.intent.matrix, scene.host):
        clear = [_told(rule) for rule in access["rules"] if _admits_without_tls(rule)]
        yield held("the database admits nobody over the network without TLS", "; ".join(clear), *told)
    networks = list(_clients(scene.intent, scene.host))
    beyond = [_told(rule) for rule in access["rules"] if _admits_beyond(rule, networks)]
    reason = f"no row of the matrix explains {'; '.join(beyond)}" if beyond else ""
    yield held("the database admits only whom the matrix lets through to it", reason, *told)


def _clients(intent: Intent, host: Host) -> Iterator[Network]:
    """Where those are from whom a row lets through to the database: components by their hosts, and zones."""
    matrix = intent.matrix
    for flow in matrix.flows:
        if flow.action != "allow" or flow.destination != intent.matrix.database:
            continue
        yield from matrix.zones.get(flow.source, ())
        for other in matrix.hosts_of(flow.source) if flow.source in matrix.components else ():
            yield from (ip_network(address) for address in other.addresses)
            if other == host:
                yield from (ip_network(address) for address in ("127.0.0.1", "::1"))


def _has_clients_elsewhere(matrix: Matrix, host: Host) -> bool:
    """Whether a row lets a component of another host through to the database on this one."""
    rows = [flow for flow in matrix.flows if flow.action == "allow" and flow.destination == matrix.database]
    return any(
        other != host for flow in rows if flow.source in matrix.components for other in matrix.hosts_of(flow.source)
    )


def _admits_without_tls(rule: Rule) -> bool:
    return not rule["error"] and rule["type"] not in ("local", "hostssl") and rule["method"] != "reject"


def _admits_beyond(rule: Rule, networks: list[Network]) -> bool:
    """Whether a rule lets somebody in over the network from where no row leads to the database."""
    if rule["error"] or rule["type"] == "local" or rule["method"] == "reject":
        return False
    try:
        prefix = int(ip_address(rule["netmask"])).bit_count()
        admitted = ip_network(f"{rule['address']}/{prefix}", strict=False)
    except ValueError:
        return True  # a name, or a word such as all or samenet
    ends = (admitted.network_address, admitted.broadcast_address)
    return not any(contains((network,), Endpoint(addresses=ends)) for network in networks)


def _told(rule: Rule) -> str:
    where = " ".join(filter(None, (rule["address"], rule["netmask"])))
    words = (rule["type"], rule["databases"], rule["users"], where, rule["method"] or rule["error"])
    return f"line {rule['line']}: {' '.join(filter(None, words))}"


CHECK = Check("Access to the database", needs, judge, part="postgresql")
