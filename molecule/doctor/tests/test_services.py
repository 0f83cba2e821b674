# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ECONNREFUSED, the first entry of the document's troubleshooting: services stopped, crashing, in each other's way."""

from __future__ import annotations

import re

from ailing import PM2, SITE, broken, diagnose, eventually, on_server

RESTART = "systemctl restart pm2-orchestrator"
#: A line in the journal of the unit.
SAY = (
    "printf '%s\\n' 'MESSAGE=connected to postgres://x:weyland@mother/' OBJECT_SYSTEMD_UNIT=pm2-orchestrator.service"
    " | logger --journald; journalctl --sync"
)


def test_orchestrator_stopped() -> None:
    """And its last log lines hold no password, even when the service itself wrote one there."""
    by = f"systemctl stop pm2-orchestrator; {SAY}"
    with broken(by, undo="systemctl start pm2-orchestrator") as damage:
        found = diagnose()
        assert found.kinds() == ["service-stopped:orchestrator"]
        finding = found.of("service-stopped")
        assert finding.text == "Orchestrator is stopped, so connections to 127.0.0.1:8000 are refused."
        assert finding.symptom == "ECONNREFUSED"
        assert finding.saw("pm2-orchestrator.service: inactive (dead) since ", ", enabled")
        assert finding.saw("127.0.0.1:8000: nobody listens")
        assert finding.saw("health: GET http://127.0.0.1:8000/health: [Errno 111] Connection refused")
        assert finding.saw("log: Stopped pm2-orchestrator.service")
        assert finding.saw("log: connected to postgres://x:********@mother/")
        assert "weyland" not in found.printed
        assert finding.commands() == ["sudo systemctl start pm2-orchestrator.service"]
        narrowed = diagnose("--check", "-e", "symptom=econnrefused")
        assert (narrowed.kinds(), "certificate" in narrowed.passed) == (found.kinds(), False)
        damage.is_mended_by(finding)


def test_missing_from_the_list_of_pm2_and_stopped_in_it() -> None:
    by = f"({PM2.format('orchestrator')} delete orchestrator); ({PM2.format('sevastopol')} stop sevastopol)"
    with broken(by, undo=f"{RESTART} pm2-sevastopol") as damage:
        found = diagnose()
        assert found.kinds() == ["service-stopped:orchestrator", "service-stopped:sevastopol"]
        missing, stopped = found.findings
        assert missing.text == (
            "Orchestrator is missing from PM2's list, though /etc/pm2/orchestrator.json declares it,"
            " so connections to 127.0.0.1:8000 are refused."
        )
        assert missing.saw("PM2 runs nothing")
        assert missing.commands() == ["sudo systemctl restart pm2-orchestrator.service"]
        assert stopped.text == "Sevastopol is stopped in PM2, so connections to 127.0.0.1:4321 are refused."
        assert stopped.saw("pm2-sevastopol.service: active (running)")
        damage.is_mended_by(missing, stopped)


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
        assert finding.commands() == ["sudo pm2 logs orchestrator --lines 50", f"{SITE} --tags pm2"]
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
