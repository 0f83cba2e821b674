# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compile what a gateway lets through: of each host behind it what rows let any component there send to the outside.

Which user of that host sends cannot be told on the wire. So each sender's rules stand by themselves: what one may not send,
another may. The hosts' own rules tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Any

from .firewall import Rule, by_family, firewall_view, outward
from .link_local import LINK_LOCAL
from .model import SERVER, Gateway, Host, Matrix, Network

#: Of IPv6 only these addresses (RFC 4193) are translated: nobody outside knows a way back to them, while to others there is one.
_UNIQUE_LOCAL = ip_network("fc00::/7")


@dataclass(frozen=True)
class Sender:
    """Components that may send the same to the outside.

    :param name: of their own chain.
    :param components: which, in words.
    :param addresses: their hosts', by which they are known (CIDR).
    """

    name: str
    components: str
    addresses: tuple[str, ...]
    rules: tuple[Rule, ...]


def host_rules(matrix: Matrix, host: Host) -> dict[str, Any]:
    """All rules of a host as plain data: :func:`.firewall.firewall_view`, and ``gateway`` (:func:`gateway_view`)."""
    gateway = gateway_view(matrix, host)
    forwarded = [Rule(**rule) for one in gateway.get("senders", ()) for rule in one["rules"]]
    return {**firewall_view(matrix, host, forwarded), "gateway": gateway}


def gateway_view(matrix: Matrix, host: Host) -> dict[str, Any]:
    """Plain data: ``inside`` (where nothing is sent on to), ``senders`` with their ``rules``, ``translated`` (whose addresses
    are replaced by the gateway's own), and the ``families`` of all that; empty where the host is no gateway.
    """
    gateway = matrix.gateway
    if gateway is None or gateway.host != host.name:
        return {}
    behind = [ip_network(one) for other in matrix.hosts.values() for one in gateway.leads_out(other)]
    inside = [*gateway.networks, *LINK_LOCAL, *(one for other in matrix.hosts.values() for one in other.networks)]
    families = sorted(by_family(tuple(behind)))
    return {
        "families": families,
        "inside": _listed(inside, families),
        "senders": [{**vars(one), "rules": [dict(vars(rule)) for rule in one.rules]} for one in senders(matrix, gateway)],
        "translated": _listed(filter(_is_translated, behind), families),
    }


def senders(matrix: Matrix, gateway: Gateway) -> list[Sender]:
    """Who sends what to the outside by way of the gateway, by name."""
    alike: dict[tuple[Rule, ...], dict[str, set[Network]]] = {}
    for _name, host in sorted(matrix.hosts.items()):
        addresses = {ip_network(address) for address in gateway.leads_out(host)}
        if not addresses:
            continue
        families = {"any", *by_family(tuple(addresses))}
        rules = [rule for rule in outward(matrix, host) if rule.family in families]
        for key in sorted(host.components | {SERVER}):
            if own := _of_user(rules, matrix.components[key].user or ""):
                alike.setdefault(own, {}).setdefault(key, set()).update(addresses)
    found: dict[str, Sender] = {}
    for own, hosts in sorted(alike.items(), key=lambda entry: sorted(entry[1])):
        first = min(hosts)
        name = next(name for number in range(len(alike)) if (name := f"{first}_{number}" if number else first) not in found)
        networks = tuple({network for addresses in hosts.values() for network in addresses})
        listed = [address for _family, addresses in sorted(by_family(networks).items()) for address in addresses]
        found[name] = Sender(name, ", ".join(sorted(hosts)), tuple(listed), own)
    return [one for _name, one in sorted(found.items())]


def _of_user(rules: Sequence[Rule], user: str) -> tuple[Rule, ...]:
    """What a user may send, without the user, up to the last rule that allows."""
    own = [
        replace(rule, users=(), except_users=())
        for rule in rules
        if (not rule.users or user in rule.users) and user not in rule.except_users
    ]
    while own and own[-1].action == "deny":
        own.pop()
    return tuple(dict.fromkeys(own))


def _is_translated(network: Network) -> bool:
    return network.version == 4 or network.subnet_of(_UNIQUE_LOCAL)  # type: ignore[arg-type]


def _listed(networks: Iterable[Network], families: Iterable[str]) -> list[dict[str, Any]]:
    found = by_family(tuple(networks))
    return [{"family": family, "addresses": list(found[family])} for family in families if family in found]
