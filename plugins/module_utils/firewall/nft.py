# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The compiled rules of a host as lines of nft(8), chain by chain. The firewall role's template holds the frame around them.

A rule is a mapping as in ``firewall_ingress``, ``firewall_egress``, ``firewall_local``, ``firewall_owners`` or
``firewall_gateway``, of which ``inside``, ``senders`` (the chain ``forward``), the rules of one of them (``sender``) and
``translated`` (``postrouting``) each make lines; what is optional there may be missing. Whatever is no element of a set, or no
text, raises :class:`~..quoting.characters.UnquotableError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from ..quoting.kinds import nft, nft_text

Chain = Literal["input", "output", "local", "owners", "inside", "forward", "sender", "postrouting"]
Rule = Mapping[str, Any]

_PROTOCOL_OF = {"ipv4": "ip", "ipv6": "ip6"}
_REFUSE = "reject with icmpx admin-prohibited"
#: The first answer to a connection.
_SYN_ACK = "tcp flags & (syn | ack) == (syn | ack)"

#: What becomes of a packet of which no rule of the chain speaks; from the others it goes back to where it was.
LAST: Mapping[Chain, str] = {
    "input": 'counter drop comment "default"',
    "output": f'counter {_REFUSE} comment "default"',
    "local": "accept",
    "forward": 'counter drop comment "default"',
}


def chain_lines(chain: Chain, rules: Iterable[Rule], log_per_minute: int = 0) -> list[str]:
    """The lines of a chain that come from the matrix: its rules in their order, and what becomes of all else.

    :param log_per_minute: how many packets of all else are logged; 0 logs none.
    """
    lines = [line for rule in rules for line in rule_lines(chain, rule)]
    if log_per_minute:
        lines.append(f'limit rate {nft(log_per_minute)}/minute log prefix "nostromo {chain}: "')
    return [*lines, LAST[chain]] if chain in LAST else lines


def rule_lines(chain: Chain, rule: Rule) -> list[str]:
    """The lines of one rule: one, but where a port is opened to some, by several rows, and closed to others."""
    return CHAINS[chain](rule)


def _input(rule: Rule) -> list[str]:
    verdict = "accept" if rule["action"] == "allow" else "drop"
    return [_line(_far_end(rule, "saddr"), _ports(rule), "counter", verdict, _comment(rule))]


def _output(rule: Rule) -> list[str]:
    verdict = "accept" if rule["action"] == "allow" else _REFUSE
    return [_line(_senders(rule), _far_end(rule, "daddr"), _ports(rule), "counter", verdict, _comment(rule))]


def _local(rule: Rule) -> list[str]:
    port = f"{nft(rule['protocol'])} dport {nft(rule['port'])}"
    refuse = "reject with tcp reset" if rule["protocol"] == "tcp" else "reject"
    refused = rule.get("denied_users") if rule.get("others") else ()
    rows = rule.get("rows") or ([rule] if rule.get("users") else [])
    accepted = [(row["users"], _line(port, _users(row["users"]), "counter accept", _comment(row))) for row in rows]
    return [
        *(line for users, line in accepted if users),
        _line(port, _users(refused), "counter", refuse, _comment(rule)),
        *(line for users, line in accepted if not users),
    ]


def _owners(rule: Rule) -> list[str]:
    port = f"{nft(rule['protocol'])} sport {nft(rule['port'])}"
    lines = [_line(port, _users(rule["users"], but=True), "counter drop", _comment(rule))]
    if rule["protocol"] == "tcp" and not rule.get("cookies"):
        return [
            _line(port, _SYN_ACK, _users(rule["users"]), "return"),
            _line(port, _SYN_ACK, "counter drop", _comment(rule)),
            *lines,
        ]
    return lines


def _inside(rule: Rule) -> list[str]:
    return [_line(_far_end(rule, "daddr"), 'counter drop comment "inside"')]


def _forward(rule: Rule) -> list[str]:
    """To the sender's own chain, of which the other senders of a host know nothing."""
    families = {"ipv4": [one for one in rule["addresses"] if ":" not in one]}
    families["ipv6"] = [one for one in rule["addresses"] if ":" in one]
    return [
        _line(_far_end({"family": family, "addresses": addresses}, "saddr"), f"jump {sender_chain(rule)}")
        for family, addresses in families.items()
        if addresses
    ]


def sender_chain(rule: Rule) -> str:
    """The name of a sender's chain."""
    return f"forward_{nft(rule['name'])}"


def _sender(rule: Rule) -> list[str]:
    verdict = "accept" if rule["action"] == "allow" else "return"
    return [_line(_far_end(rule, "daddr"), _ports(rule), "counter", verdict, _comment(rule))]


def _postrouting(rule: Rule) -> list[str]:
    return [_line(_far_end(rule, "saddr"), "masquerade")]


#: How the rules of each chain are written.
CHAINS: Mapping[Chain, Callable[[Rule], list[str]]] = {
    "input": _input,
    "output": _output,
    "local": _local,
    "owners": _owners,
    "inside": _inside,
    "forward": _forward,
    "sender": _sender,
    "postrouting": _postrouting,
}


def _line(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _far_end(rule: Rule, field: Literal["saddr", "daddr"]) -> str:
    family = rule.get("family") or "any"
    if rule.get("zone"):
        return f"{_PROTOCOL_OF[family]} {field} @{nft(rule['zone'])}_{nft(family)}"
    if rule.get("addresses"):
        return f"{_PROTOCOL_OF[family]} {field} {_set(rule['addresses'])}"
    return "" if family == "any" else f"meta nfproto {nft(family)}"


def _ports(rule: Rule) -> str:
    return f"{nft(rule['protocol'])} dport {_set(rule['ports'])}"


def _senders(rule: Rule) -> str:
    return _line(_users(rule.get("users")), _users(rule.get("except_users"), but=True))


def _users(users: Iterable[str] | None, but: bool = False) -> str:
    names = ", ".join(f'"{nft(user)}"' for user in users or ())
    return f"meta skuid {'!= ' if but else ''}{{ {names} }}" if names else ""


def _set(elements: Iterable[object]) -> str:
    return f"{{ {', '.join(map(nft, elements))} }}"


def _comment(rule: Rule) -> str:
    return f'comment "{nft_text(rule["name"])}"'
