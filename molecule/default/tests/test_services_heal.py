# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What keeps a service from its port is named or dealt with, what can never start is stopped, and the next run heals."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import network
import pytest
from network import changed
from testinfra.host import Host

pytestmark = pytest.mark.one_release

UNIT = "pm2-orchestrator.service"
PORT = network.listen("orchestrator")["port"]
SOURCE = network.variables()["network_services"]["orchestrator"]["source"]
#: A service that is no component.
DOOMED = {"name": "doomed", "user": "doomed", "home": "/var/lib/doomed", "title": "D", "shell": "/usr/sbin/nologin"}
#: Answers 200 in the service's place, as the service's own user.
STRANGER = f"""
import http.server
class Fine(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", {PORT}), Fine).serve_forever()
"""


def pm2(**services: Any) -> subprocess.CompletedProcess[str]:
    """Run the role with these services beside, or over, those of the site."""
    defaults = "network_services | nostromo.networking.pm2_services(network_view)"
    declared = "{{ " + defaults + " | combine(lab_services, recursive=True) }}"
    return network.attempt("--tags", "pm2", pm2_services=declared, lab_services=services)


@pytest.fixture
def doomed(server: Host) -> Iterator[dict[str, Any]]:
    """A service that is no component, and of which nothing is left afterwards."""
    yield {**DOOMED, "source": SOURCE, "script": "package.json"}
    changed(pm2(doomed={**DOOMED, "state": "absent"}))
    changed(pm2())
    server.check_output("rm -r /etc/systemd/system/pm2-doomed.service /var/lib/doomed /srv/doomed; userdel doomed")
    server.check_output("systemctl daemon-reload")


def bound(server: Host) -> set[str]:
    """Where the port is listened on."""
    printed = server.check_output("ss --no-header --listening --tcp --numeric %s", f"sport = :{PORT}")
    return {line.split()[3] for line in printed.splitlines()}


def test_a_stranger_on_the_port_is_named_and_not_taken_for_the_service(server: Host) -> None:
    server.check_output(
        f"systemctl stop {UNIT} && systemd-run --unit=stranger --uid=orchestrator python3 -c %s", STRANGER
    )
    server.run(f"timeout 10 sh -c 'until ss -Hltn | grep -q :{PORT}; do sleep 0.1; done'")
    try:
        done = pm2()
    finally:
        server.check_output("systemctl stop stranger")
    assert done.returncode == 2
    said = rf"127\.0\.0\.1:{PORT} is held by python3 of stranger\.service \(process \d+, user orchestrator\), not by {UNIT}"
    assert re.search(said, done.stdout), done.stdout
    assert changed(pm2()) == 1
    assert changed(pm2()) == 0


def test_a_stranger_beside_a_service_that_runs_is_no_health(server: Host) -> None:
    """It took the port while the service was replaced by hand; the unit is up, and does not answer itself."""
    stop = f"systemctl stop {UNIT}; systemd-run --unit=stranger --uid=orchestrator python3 -c %s; sleep 1; systemctl start {UNIT}"
    server.check_output(stop, STRANGER)
    try:
        done = pm2()
    finally:
        server.check_output("systemctl stop stranger")
    assert done.returncode == 2 and "is held by python3 of stranger.service" in done.stdout, done.stdout
    changed(pm2())  # perhaps nothing: PM2 tries to start it again and again
    assert changed(pm2()) == 0
    assert bound(server) == {f"127.0.0.1:{PORT}"}


def test_an_address_that_holds_the_one_before(server: Host) -> None:
    """Its processes cannot replace one another, for the earlier ones hold the port."""
    everywhere = {"environment": {"HOST": "0.0.0.0"}}
    assert changed(pm2(orchestrator=everywhere)) == 1
    assert bound(server) == {f"0.0.0.0:{PORT}"}
    assert changed(pm2(orchestrator=everywhere)) == 0
    assert changed(pm2()) == 1
    assert bound(server) == {f"127.0.0.1:{PORT}"}


def test_a_first_release_that_can_never_start_is_stopped_and_the_next_run_heals(
    server: Host, doomed: dict[str, Any]
) -> None:
    done = pm2(doomed={**doomed, "interpreter": "/opt/missing"})
    assert done.returncode == 2, done.stdout
    assert "It was the first release: nothing of it is left, nothing serves." in done.stdout, done.stdout
    assert server.check_output("sleep 3; systemctl show -P ActiveState pm2-doomed.service") == "inactive"
    assert server.check_output("systemctl --failed --no-legend --plain") == ""
    sound = {**doomed, "script": "sound.py", "interpreter": "python3"}
    sound["build"] = ["printf 'import time\\ntime.sleep(9999)\\n' >sound.py"]
    assert changed(pm2(doomed=sound)) >= 1
    assert server.check_output("pm2 status doomed").count("online") == 1


def test_a_script_that_cannot_be_run_is_no_service(doomed: dict[str, Any]) -> None:
    """PM2 calls it online, without a process."""
    done = pm2(doomed={**doomed, "interpreter": "none"})
    assert done.returncode == 2 and "cannot be run" in done.stdout, done.stdout


def test_modes_that_were_taken_away_are_given_back(server: Host) -> None:
    """As by an administrator's umask of 0077: the service could not be started any more."""
    server.check_output("chmod -R go= /srv/orchestrator /usr/local/lib/nostromo; ! systemctl restart pm2-orchestrator")
    assert changed(pm2()) == 2
    assert server.check_output("stat --format '%a' /srv/orchestrator/releases /usr/local/lib/nostromo").split() == [
        "750",
        "755",
    ]
    assert server.check_output("pm2 status orchestrator").count("online") == 2
    assert changed(pm2()) == 0


def test_a_run_under_a_umask_of_one_that_closes_everything(server: Host) -> None:
    """What a first run would make is made anew under the umask that sudoers can set."""
    rule = "/etc/sudoers.d/99-umask"
    server.check_output(f"echo 'Defaults umask=0077, umask_override' >{rule} && chmod 440 {rule}")
    try:
        server.check_output("rm -rf /usr/local/lib/nostromo /usr/local/lib/nostromo-pm2 /opt/pm2 /srv/etl")
        assert changed(pm2()) >= 2
        assert changed(pm2()) == 0
    finally:
        server.check_output(f"rm {rule}")
    assert server.check_output("cd / && sudo -u etl find /opt/pm2 ! -readable -o -type d ! -executable") == ""
    assert server.check_output("systemctl --failed --no-legend --plain") == ""
