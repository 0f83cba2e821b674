# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ECONNREFUSED, the first entry of the document's troubleshooting: services stopped, crashing, in each other's way."""

from __future__ import annotations

import re

import pytest
from ailing import SITE, broken, diagnose, eventually, on_server

PM2 = (
    "cd / && sudo -u orchestrator env HOME=/var/lib/orchestrator PM2_HOME=/var/lib/orchestrator/.pm2"
    ' "$(echo /opt/pm2/*/bin/pm2)" --silent'
)
RESTART = "systemctl restart pm2-orchestrator"


@pytest.mark.parametrize("symptom", ["", "econnrefused"])
def test_orchestrator_stopped(symptom: str) -> None:
    with broken("systemctl stop pm2-orchestrator", undo="systemctl start pm2-orchestrator") as damage:
        found = diagnose(*(["-e", f"symptom={symptom}"] if symptom else []))
        assert found.kinds() == ["service-stopped:orchestrator"]
        finding = found.of("service-stopped")
        assert finding.text == "Orchestrator is stopped, so connections to 127.0.0.1:8000 are refused."
        assert finding.symptom == "ECONNREFUSED"
        assert finding.saw("pm2-orchestrator.service: inactive (dead) since ", ", enabled")
        assert finding.saw("127.0.0.1:8000: nobody listens")
        assert finding.saw("health: GET http://127.0.0.1:8000/health: [Errno 111] Connection refused")
        assert finding.saw("log: ", '"message":"stopping"')
        assert finding.saw("log: Stopped pm2-orchestrator.service")
        assert finding.commands() == ["sudo systemctl start pm2-orchestrator.service"]
        if not symptom:
            damage.is_mended_by(finding)


def test_check_mode_diagnoses_the_same() -> None:
    with broken("systemctl stop pm2-orchestrator", undo="systemctl start pm2-orchestrator") as damage:
        assert diagnose("--check").kinds() == ["service-stopped:orchestrator"]


def test_orchestrator_crashes_again_and_again() -> None:
    """A release that throws at its start is served by hand, past the role that would have refused it."""
    release = (
        "mkdir -p /srv/orchestrator/broken/src; cd /srv/orchestrator/broken/src;"
        " echo 'throw new Error(\"the reactor is out\")' >server.js; chmod -R a+rX /srv/orchestrator/broken;"
        " cp ../../current/package.json ..; readlink /srv/orchestrator/current >/run/release-before;"
        " ln -sfn /srv/orchestrator/broken /srv/orchestrator/current;"
    )
    undo = f"ln -sfn $(cat /run/release-before) /srv/orchestrator/current; {RESTART}"
    with broken(f"{release} {RESTART}; sleep 3", undo, cleanup="rm -r /srv/orchestrator/broken") as damage:
        found = eventually("service-crashing:orchestrator")
        finding = found.of("service-crashing")
        assert re.fullmatch(
            r"Orchestrator crashes again and again \(\d+ restarts so far\), so connections to 127\.0\.0\.1:8000 are refused\.",
            finding.text,
        )
        assert finding.saw("PM2 process 0 orchestrator: ", " restarts")
        assert finding.saw("log: ", "the reactor is out")
        assert finding.commands() == ["sudo pm2 logs orchestrator --lines 50 --nostream", f"{SITE} --tags pm2"]
        damage.is_mended_by(finding)


def test_port_held_by_another_process() -> None:
    squatter = "systemd-run --quiet --uid=nobody --unit=squatter python3 -m http.server --bind 127.0.0.1 8000"
    by = f"systemctl stop pm2-orchestrator; {squatter}; sleep 1; systemctl start pm2-orchestrator"
    clean = "systemctl reset-failed squatter 2>/dev/null || true"
    with broken(by, undo=f"systemctl stop squatter; {RESTART}", cleanup=clean) as damage:
        found = eventually("service-port-taken:orchestrator")
        finding = found.of("service-port-taken")
        pid = on_server("systemctl show --value --property=MainPID squatter")
        assert finding.text == "Port 8000 is taken by python3, so Orchestrator cannot listen on it."
        assert finding.saw(f"127.0.0.1:8000: listened on by python3 (process {pid}, user nobody)")
        assert finding.saw("log: ", "EADDRINUSE")
        assert finding.commands() == [f"sudo kill {pid}", "sudo systemctl restart pm2-orchestrator.service"]
        damage.is_mended_by(finding)


def test_stopped_in_pm2_while_its_unit_is_active() -> None:
    with broken(f"{PM2} stop orchestrator", undo=RESTART) as damage:
        finding = eventually("service-stopped:orchestrator").of("service-stopped")
        assert finding.text == "Orchestrator is stopped in PM2, so connections to 127.0.0.1:8000 are refused."
        assert finding.saw("pm2-orchestrator.service: active (running)")
        assert finding.commands() == ["sudo systemctl restart pm2-orchestrator.service"]
        damage.is_mended_by(finding)


def test_declared_service_missing_from_the_list_of_pm2() -> None:
    with broken(f"{PM2} delete orchestrator", undo=RESTART) as damage:
        finding = eventually("service-stopped:orchestrator").of("service-stopped")
        assert finding.text == (
            "Orchestrator is missing from PM2's list, though /etc/pm2/orchestrator.json declares it,"
            " so connections to 127.0.0.1:8000 are refused."
        )
        assert finding.saw("PM2 runs nothing")
        damage.is_mended_by(finding)


def test_last_run_of_a_scheduled_service_failed() -> None:
    """The ETL, run while the database is down; afterwards all is well, but its data are missing."""
    etl = PM2.replace("orchestrator", "etl")
    by = f"systemctl stop postgresql@17-main; ({etl} restart etl); sleep 4; systemctl start postgresql@17-main"
    with broken(by, undo=f"systemctl start postgresql@17-main; {etl} restart etl") as damage:
        finding = eventually("service-failed:etl").of("service-failed")
        assert finding.text == "The last run of ETL Service failed (exit status 75)."
        assert finding.saw("PM2 process 0 etl: stopped", "last exit status 75")
        assert finding.saw("log: ", "ERROR the database cannot be used now")
        assert finding.commands() == ["sudo pm2 logs etl --lines 50 --nostream", "sudo pm2 restart etl"]
        damage.is_mended_by(finding)


def test_list_of_pm2_not_saved_undeclared_process() -> None:
    """What somebody started by hand is gone after the next boot, whether or not `pm2 save` was called."""
    with broken(f"{PM2} start /bin/sleep --name night-shift -- 10000", undo=f"{PM2} delete night-shift || true") as damage:
        finding = eventually("service-undeclared:orchestrator/night-shift").of("service-undeclared")
        assert (finding.severity, finding.text) == (
            "warning",
            "'night-shift' runs in the PM2 of Orchestrator, declared nowhere: it is gone after the next boot.",
        )
        assert finding.saw("PM2 process 2 night-shift: online")
        assert finding.commands() == [f"{SITE} --tags pm2"]
        damage.is_mended_by(finding)


def test_list_of_pm2_not_saved_unit_disabled() -> None:
    unit = "pm2-orchestrator.service"
    with broken(f"systemctl --quiet disable {unit}", undo=f"systemctl --quiet enable {unit}") as damage:
        finding = eventually("service-not-enabled:orchestrator").of("service-not-enabled")
        assert finding.text == "Orchestrator would not start at the next boot: its unit is not enabled."
        assert finding.saw(f"{unit}: active (running) since ", ", disabled")
        assert finding.commands() == [f"sudo systemctl enable {unit}"]
        damage.is_mended_by(finding)


def test_log_lines_hold_no_secrets() -> None:
    """Even when the service itself wrote its password into its log."""
    secret = on_server("""python3 -c "import json
print(json.load(open('/etc/pm2/orchestrator.json'))['apps'][0]['env']['PGPASSWORD'])" """)
    log = "/var/log/pm2/orchestrator/orchestrator.log"
    by = f"systemctl stop pm2-orchestrator; echo 'password {secret} at postgres://x:{secret}@mother/' >>{log}"
    with broken(by, undo="systemctl start pm2-orchestrator") as damage:
        found = diagnose()
        assert found.of("service-stopped").saw("log: password ******** at postgres://x:********@mother/")
        assert secret not in found.printed
        damage.is_mended_by(found.of("service-stopped"))
