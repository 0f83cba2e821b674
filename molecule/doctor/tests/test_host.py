# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host itself: out of reach, without root, with a wrong clock."""

from __future__ import annotations

import re
import time

import pytest
from ailing import NOBODY, SERVER, broken, can_be_root, diagnose, on_server

ON_HOST = "clock, names, firewall, database, services, flows, nginx, renewal, certificate, SSH clients, monitoring"


def test_host_out_of_reach() -> None:
    """An address of the lab that no host has. The site, which is looked at from here, is fine all the same."""
    found = diagnose("-e", f"ansible_host={NOBODY}", "-e", "ansible_ssh_timeout=3")
    (finding,) = found.findings
    assert finding.text == "server cannot be reached over SSH, so most of it could not be looked at."
    assert finding.saw(NOBODY)
    assert re.fullmatch(rf'ssh -F "\S+/\.lab/ssh_config" nostromo@{re.escape(NOBODY)}', finding.commands()[0])
    assert set(found.passed) == {"names from here", "from here"}
    assert f"Not seen  disk, {ON_HOST}: the host cannot be reached" in found.printed


def test_administrator_without_sudo() -> None:
    sudoers = "/etc/sudoers.d/nostromo"
    # Nobody could put it back, so the host does so by itself.
    back = f"systemd-run --quiet --unit=back --on-active=5 --timer-property=AccuracySec=100ms mv /run/sudoers {sudoers}"
    on_server(f"{back}; mv {sudoers} /run/sudoers")
    found = diagnose()
    assert found.kinds() == ["host-unobserved:server"]
    assert found.findings[0].text == "server lets us in over SSH, but could not be looked at."
    assert found.findings[0].saw("Missing sudo password")
    assert found.findings[0].commands()[0].endswith(f" nostromo@{SERVER} sudo python3 --version")
    until = time.monotonic() + 20
    while not can_be_root():
        assert time.monotonic() < until
        time.sleep(0.5)


@pytest.fixture
def faketime() -> str:
    """A program that gives another one a false clock; the lab's hosts share the machine's, which no test may touch."""
    on_server(
        "command -v faketime >/dev/null || apt-get install --quiet=2 --yes --no-install-recommends faketime >/dev/null"
    )
    return "/run/python-at-another-time"


@pytest.mark.parametrize(
    ("offset", "severity", "text"),
    [
        ("-10m", "error", r"The host's clock is 10 minutes behind the controller's\."),
        ("+20s", "warning", r"The host's clock is (1\d|20) s ahead of the controller's\."),
    ],
)
def test_clock_skew_as_the_observing_process_sees_it(faketime: str, offset: str, severity: str, text: str) -> None:
    script = (
        f"printf '#!/bin/sh\\nexec faketime -f {offset} /usr/bin/python3 \"$@\"\\n' >{faketime}; chmod 755 {faketime}"
    )
    with broken(script, undo=f"rm {faketime}"):
        found = diagnose("-e", f"ansible_python_interpreter={faketime}")
        finding = found.of("clock-skew")
        assert re.fullmatch(text, finding.text)
        assert finding.severity == severity
        assert finding.saw("the host's time: 2026-")
