# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Monitoring that does not see: a program stopped, one that refused its rules, a log unread."""

from __future__ import annotations

from ailing import SITE, broken, diagnose, eventually

UNIT = "prometheus-node-exporter.service"
RULES = "/etc/prometheus/nostromo/rules.yml"
LOG = "/var/log/nginx/access.log"
#: Prometheus asks, and looks at its rules, every 15 s.
ASKED = 16


def test_a_program_is_stopped_and_so_its_target_is_down() -> None:
    with broken(f"systemctl stop {UNIT}; sleep {ASKED}", undo=f"systemctl start {UNIT}") as damage:
        found = eventually(f"monitoring-program:{UNIT}", "target-down:node_exporter of server")
        stopped, silent = found.of("monitoring-program"), found.of("target-down")
        assert stopped.text == "Node exporter is stopped."
        assert stopped.commands() == [f"sudo systemctl start {UNIT}"]
        assert silent.saw("Prometheus asks 127.0.0.1:9100: ", "connection refused")
        assert silent.saw("Metrics of hosts allows it")
        assert (silent.cause, silent.remedy) == (stopped.text, [])
        assert diagnose("-e", "symptom=monitoring").kinds() == found.kinds()
        damage.is_mended_by(stopped)


def test_rules_are_refused() -> None:
    by = f"cp --preserve {RULES} /run/rules-before; sleep 1.1; echo 'groups: x' >{RULES}; systemctl reload prometheus; sleep 1"
    undo = f"cp --preserve /run/rules-before {RULES}; touch {RULES}; systemctl reload prometheus"
    with broken(by, undo=undo) as damage:
        refused = eventually("monitoring-program:prometheus.service").of("monitoring-program")
        assert refused.text == "Prometheus has refused the configuration on disk."
        assert refused.saw("log: ", "rules.yml")
        assert refused.commands() == [f"{SITE} --tags monitoring"]
        damage.is_mended_by(refused)


def test_the_access_log_is_not_read() -> None:
    by = f"chgrp root {LOG}; chmod 0600 {LOG}; systemctl restart mtail; sleep 3"
    mend = f"chgrp adm {LOG}; chmod 0640 {LOG}"
    with broken(by, undo=f"{mend}; systemctl restart mtail") as damage:
        unread = eventually("monitoring-log:mtail.service").of("monitoring-log")
        assert unread.text == f"{LOG} is not read, so requests are not counted."
        assert unread.saw("mode 0600, of root")
        damage.is_mended_by(unread)
