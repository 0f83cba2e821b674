# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ECONNREFUSED by the firewall: rules deleted, added or not loaded at all."""

from __future__ import annotations

from ailing import broken, eventually

LOAD = "systemctl reload-or-restart nostromo-firewall.service"
DELETED = """
handle=$(nft --handle list chain inet nostromo local | sed -n '/comment "API calls"/s/.*# handle //p')
nft delete rule inet nostromo local handle $handle
"""
REFUSES = "The firewall of this host refuses Sevastopol to Orchestrator (127.0.0.1:8000), which the matrix allows."


def test_firewall_blocks_sevastopol_to_orchestrator() -> None:
    """The rule of one row is deleted by hand."""
    with broken(DELETED, undo=LOAD) as damage:
        found = eventually("firewall-differs:server", "flow-refused:sevastopol to orchestrator")
        cause, refused = found.findings[0], found.of("flow-refused", "sevastopol to orchestrator")
        assert cause.text == "The firewall in force is not the one on disk: 1 line missing, 0 added by hand."
        assert cause.saw("missing: tcp dport 8000 ", 'comment "API calls"')
        assert cause.commands() == [f"sudo {LOAD}"]
        assert (refused.text, refused.symptom, refused.cause) == (REFUSES, "ECONNREFUSED", cause.text)
        assert refused.saw("as sevastopol, connect to 127.0.0.1:8000: Connection refused")
        assert refused.saw("listened on by PM2 ", "user orchestrator")
        assert refused.saw("network_flows[7] (API calls) allows it")
        assert all(one.cause for one in found.findings[1:])
        damage.is_mended_by(cause)


def test_firewall_not_loaded() -> None:
    with broken("systemctl stop nostromo-firewall", undo="systemctl start nostromo-firewall") as damage:
        finding = eventually("firewall-down:server").of("firewall-down")
        assert finding.text == (
            "The firewall is not loaded: whatever listens on this host can be reached by everybody."
        )
        assert finding.saw("nostromo-firewall.service: inactive (dead)")
        assert finding.commands() == ["sudo systemctl restart nostromo-firewall.service"]
        damage.is_mended_by(finding)


FOREIGN = """nft -f - <<'END'
table inet foreign {
  chain input {
    type filter hook input priority 10; policy drop;
    ct state established,related accept
    iif lo accept
    meta l4proto { icmp, icmpv6, udp } accept
    tcp dport 22 accept
  }
}
END
"""


def test_another_firewall_drops_what_ours_accepts() -> None:
    with broken(FOREIGN, undo="nft delete table inet foreign 2>/dev/null || true") as damage:
        found = eventually("firewall-foreign:inet foreign", "front-closed:80", "front-closed:443", seconds=40)
        cause, closed = found.findings[0], found.of("front-closed", "443")
        assert cause.text == "Another firewall runs beside ours: the table inet foreign drops by default."
        assert cause.commands() == ["sudo nft chain inet foreign input '{ policy accept ; }'"]
        assert (closed.text, closed.cause) == ("Port 443 of the site does not answer from here.", cause.text)
        assert closed.saw("from here: https://app.nostromo.cl:443/", "does not answer: timed out")
        damage.is_mended_by(cause)
