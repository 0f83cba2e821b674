# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules that lock everybody out are taken back by the host itself."""

from __future__ import annotations

import time
from collections.abc import Callable

import network
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from lockout import AS_BEFORE, COMMIT_DEADLINE, ROLE_DEADLINE, commit, on_server, play, remove_firewall

HTTPS = {"name": "Public HTTPS", "action": "allow", "protocol": "tcp", "ports": [443]}
ELSEWHERE = {
    "name": "SSH",
    "action": "allow",
    "protocol": "tcp",
    "ports": [22],
    "family": "ipv4",
    "addresses": ["192.0.2.1"],
}
BROKEN = {**HTTPS, "family": "ipv4", "addresses": ["not-an-address"]}


def test_rules_that_lock_out(as_before: dict[str, str], returns_within: Callable) -> None:
    run = play("converge.yml", "--tags", "firewall", firewall_ingress=[HTTPS, ELSEWHERE])
    assert (run.failed, run.changed) == (True, False)
    assert run.message.startswith("firewall: the change was not confirmed: no new connection to ")
    assert run.message.endswith(AS_BEFORE)
    returns_within(ROLE_DEADLINE)


def test_rules_that_take_away_what_a_row_allows(as_before: dict[str, str]) -> None:
    """Everybody who administers still gets in; the frontend no longer gets to the API."""
    api = network.listen("orchestrator")["port"]
    local = host_view(network.matrix(), "server")["firewall"]["local"]
    others = [{**one, "rows": [row for row in one["rows"] if row["name"] != "API calls"]} for one in local]
    began = time.monotonic()
    run = play("converge.yml", "--tags", "firewall", firewall_local=others)
    assert (run.failed, run.changed) == (True, False)
    assert run.message == (
        "firewall: confirmation failed; every file is as before\n"
        f"API calls: sevastopol to 127.0.0.1 port {api} (tcp) was possible before, and is not after"
    )
    assert time.monotonic() - began < 2 * ROLE_DEADLINE
    assert not play("converge.yml", "--tags", "firewall", firewall_local=others, firewall_kept_connections=[]).failed
    assert not play("converge.yml", "--tags", "firewall").failed


def test_first_rules_without_ssh(returns_within: Callable) -> None:
    """A host that had no firewall has none again."""
    remove_firewall()
    run = play("converge.yml", "--tags", "firewall", firewall_ingress=[HTTPS])
    assert run.failed
    assert run.message.endswith(AS_BEFORE)
    assert "nostromo" not in on_server("nft list tables")
    assert on_server("find /etc/systemd/system -name 'nostromo-firewall*' -or -lname '*nostromo-firewall*'") == ""
    assert not play("converge.yml", "--tags", "firewall").failed
    returns_within(ROLE_DEADLINE)


def test_rules_that_cut_the_very_connection_that_brings_them(
    as_before: dict[str, str], returns_within: Callable
) -> None:
    """No established connection survives, so the module's answer waits for the rollback as well."""
    rules = "table inet lockout { chain input { type filter hook input priority -10; policy drop; iif lo accept; }; }"
    run = commit(
        files=[{"path": "/etc/lockout/rules.nft", "content": f"{rules}\n"}],
        validate="nft -c -f {root}/etc/lockout/rules.nft",
        activate="nft -f /etc/lockout/rules.nft",
        deactivate="nft delete table inet lockout",
        confirm={"connection": True},
    )
    assert (run.failed, run.changed) == (True, False)
    assert run.message.endswith(AS_BEFORE)
    returns_within(COMMIT_DEADLINE)


def test_broken_rules(as_before: dict[str, str]) -> None:
    run = play("converge.yml", "--tags", "firewall", firewall_ingress=[BROKEN])
    assert (run.failed, run.changed) == (True, False)
    assert run.message.startswith(
        "firewall: the new configuration is not valid; nothing was changed\nnft -c -f /etc/nostromo/"
    )
    assert "not-an-address" in run.message


def test_a_forwarded_port_is_refused_by_name(as_before: dict[str, str]) -> None:
    """What Docker's `-p` loads: no rule for what comes in sees such a packet."""
    on_server(
        "nft 'table ip nat { chain DOCKER { tcp dport 8080 dnat to 172.17.0.2:80; };"
        " chain PREROUTING { type nat hook prerouting priority -100; jump DOCKER; }; }'"
    )
    run = play("converge.yml", "--tags", "firewall")
    tolerated = play("converge.yml", "--tags", "firewall", firewall_tolerated=["ip nat"])
    on_server("nft delete table ip nat")
    assert (run.failed, run.changed) == (True, False)
    assert "the table ip nat gives packets another destination" in run.message
    assert not tolerated.failed


def test_what_is_advised_about_a_table_that_drops_keeps_its_rules(as_before: dict[str, str]) -> None:
    on_server(
        "nft 'table ip filter { chain DOCKER { tcp dport 8080 accept; };"
        " chain INPUT { type filter hook input priority 0; policy drop; tcp dport 22 accept; ct state established accept; }; }'"
    )
    run = play("converge.yml", "--tags", "firewall")
    advised = run.message.partition("until then with: ")[2].partition("}'")[0] + "}'"
    on_server(advised)
    kept = on_server("nft list table ip filter")
    again = play("converge.yml", "--tags", "firewall")
    on_server("nft delete table ip filter")
    assert (run.failed, run.changed) == (True, False)
    assert "policy accept" in kept
    assert "dport 8080 accept" in kept
    assert not again.failed
