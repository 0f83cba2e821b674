# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules as a user of the firewall role writes them: what is optional left out, and what cannot be written refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nostromo.networking.plugins.filter.nft_rules import nft_rules

HTTPS: dict[str, Any] = {"name": "HTTPS", "action": "allow", "protocol": "tcp", "ports": ["443"]}
API: dict[str, Any] = {"name": "API", "protocol": "tcp", "port": 8000}


@pytest.mark.parametrize(
    ("chain", "rule", "lines"),
    [
        ("input", HTTPS, ['tcp dport { 443 } counter accept comment "HTTPS"']),
        (
            "input",
            {**HTTPS, "action": "deny", "family": "ipv6"},
            ['meta nfproto ipv6 tcp dport { 443 } counter drop comment "HTTPS"'],
        ),
        (
            "output",
            {**HTTPS, "users": ["root", "_apt"], "family": "ipv4", "addresses": ["192.0.2.1/32"]},
            [
                'meta skuid { "root", "_apt" } ip daddr { 192.0.2.1/32 } tcp dport { 443 } counter accept comment "HTTPS"'
            ],
        ),
        ("local", API, ['tcp dport 8000 counter reject with tcp reset comment "API"']),
        ("local", {**API, "protocol": "udp"}, ['udp dport 8000 counter reject comment "API"']),
        (
            "local",
            {**API, "others": True, "denied_users": ["ash"]},
            ['tcp dport 8000 meta skuid { "ash" } counter reject with tcp reset comment "API"'],
        ),
        (
            "local",
            {
                **API,
                "others": True,
                "users": ["etl"],
                "denied_users": ["ash"],
                "rows": [{"name": "Loads", "users": ["etl"]}, {"name": "By hand", "users": []}],
            },
            [
                'tcp dport 8000 meta skuid { "etl" } counter accept comment "Loads"',
                'tcp dport 8000 meta skuid { "ash" } counter reject with tcp reset comment "API"',
                'tcp dport 8000 counter accept comment "By hand"',
            ],
        ),
        (
            "owners",
            {**API, "users": ["api"], "cookies": True},
            ['tcp sport 8000 meta skuid != { "api" } counter drop comment "API"'],
        ),
    ],
)
def test_lines(chain: str, rule: dict[str, Any], lines: list[str]) -> None:
    assert nft_rules([rule], chain)[: len(lines)] == lines
    assert len(nft_rules([rule], chain)) == len(lines) + (chain != "owners")


def test_what_no_rule_speaks_of_is_logged_before_it_is_dropped() -> None:
    assert nft_rules([], "input", 30) == [
        'limit rate 30/minute log prefix "nostromo input: "',
        'counter drop comment "default"',
    ]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({**HTTPS, "ports": ["443 } accept #"]}, "'443 } accept #' is not one element of a set"),
        ({**HTTPS, "users": ['x"']}, "is not one element of a set"),
        ({"name": "HTTPS", "action": "allow", "protocol": "tcp"}, "lacks 'ports'"),
        ({**HTTPS, "family": "ipx", "zone": "office"}, "lacks 'ipx', or has an unknown value"),
    ],
)
def test_what_cannot_be_written_is_refused(rule: dict[str, Any], told: str) -> None:
    with pytest.raises(AnsibleFilterError, match="A rule of the chain output") as refused:
        nft_rules([rule], "output")
    assert told in str(refused.value)


def test_an_unknown_chain_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="use one of input, output, local, owners"):
        nft_rules([], "prerouting")
