# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients that sshd turns away."""

from __future__ import annotations

import subprocess

from ailing import ROOT, SITE, carry_out, diagnose, eventually, on_server

#: Of what OpenSSH 7.4 knows, the best.
OLD_CLIENT = ("-oKexAlgorithms=curve25519-sha256@libssh.org", "-oHostKeyAlgorithms=ssh-ed25519")
#: Settings are as the data say, and what was refused before is over.
RESTORE = f"{SITE} --tags ssh"


def log_in(*options: str) -> subprocess.CompletedProcess[str]:
    """Over a new connection, as the lab's administrator does."""
    command = ["ssh", "-F", str(ROOT / ".lab" / "ssh_config"), "-oControlPath=none", "-oBatchMode=yes", *options]
    return subprocess.run([*command, "server", "true"], capture_output=True, text=True, timeout=30)


def test_an_older_client() -> None:
    assert "no matching key exchange method found" in log_in(*OLD_CLIENT).stderr
    try:
        finding = eventually("ssh-refused:key exchange method").of("ssh-refused")
        assert finding.severity == "warning"
        assert finding.saw("1 time", "Their offer: curve25519-sha256@libssh.org"), finding.evidence
        assert finding.commands() == [f"{RESTORE} -e ssh_hardening_compatible=true"]
        carry_out(finding.remedy)
        assert log_in(*OLD_CLIENT).returncode == 0
        assert diagnose().findings == []
    finally:
        carry_out([{"place": "here", "text": RESTORE}])
    assert log_in(*OLD_CLIENT).returncode == 255
    # A reload is where the doctor begins to count: what this test was refused is no ailment.
    on_server("systemctl reload ssh")
