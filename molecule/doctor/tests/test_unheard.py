# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Monitoring that tells nobody. The last of the files: for two minutes more the doctor says so."""

from __future__ import annotations

from ailing import UNHEARD, broken, diagnose


def test_nobody_takes_messages() -> None:
    """The way out is closed to Alertmanager when there is something to tell; half a minute later Prometheus knows."""
    alert = "amtool --alertmanager.url=http://127.0.0.1:9093 alert add Broken severity=ticket"
    by = f"""
    nft insert rule inet nostromo output oifname != lo meta skuid alertmanager reject
    cd / && runuser -u prometheus -- {alert}
    sleep 30
    """
    with broken(by, undo="systemctl reload nostromo-firewall"):
        undelivered = diagnose("-e", "symptom=monitoring").of(UNHEARD, "webhook")
        assert undelivered.text.startswith("Alerts do not reach whom they are for by webhook: ")
        assert undelivered.saw("err=")
        assert not undelivered.saw("/alerts")
        assert undelivered.commands()[-1] == "ansible-playbook playbooks/verify.yml -e alert=true"
