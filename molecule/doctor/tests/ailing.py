# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of this scenario share: the server broken and put right, the doctor's diagnosis, its commands carried out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import network

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {
    **os.environ,
    "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
    "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
    "ANSIBLE_FORCE_COLOR": "false",
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
}
#: The run that puts things right, as the doctor prints it.
SITE = "ansible-playbook -i inventories/lab.yml site.yml"
#: Addresses of the lab: the server's, the administrator's host's, and one that no host has.
SERVER = network.server_address(4)
ADMIN, NOBODY = (f"{SERVER.rpartition('.')[0]}.{number}" for number in (20, 99))
BESIDES = "service-failed:etl"
#: Said, of each way, for two minutes after the last message that nobody took.
UNHEARD = "alerts-undelivered"
#: The PM2 of a user's services, past the units and the role.
PM2 = 'cd / && sudo -u {0} env HOME=/var/lib/{0} PM2_HOME=/run/pm2/{0} "$(echo /opt/pm2/*/bin/pm2)" --silent'


@dataclass(frozen=True)
class Finding:
    """As the module returns it."""

    severity: str
    kind: str
    subject: str
    text: str
    evidence: list[str]
    remedy: list[dict[str, str]]
    symptom: str
    cause: str

    def commands(self) -> list[str]:
        return [one["text"] for one in self.remedy]

    def saw(self, *words: str) -> bool:
        """Whether one line of the evidence has all these words."""
        return any(all(word in line for word in words) for line in self.evidence)


@dataclass(frozen=True)
class Diagnosis:
    """A run of the playbook."""

    status: int
    printed: str
    findings: list[Finding] = field(default_factory=list)
    passed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def kinds(self) -> list[str]:
        return [f"{one.kind}:{one.subject}" for one in self.findings]

    def of(self, kind: str, subject: str = "") -> Finding:
        found = [one for one in self.findings if one.kind == kind and subject in ("", one.subject)]
        assert found, f"{kind} {subject} is not among {self.kinds()}\n{self.printed}"
        return found[0]


def diagnose(*arguments: str) -> Diagnosis:
    """What the doctor says of the lab; the run fails if and only if it found a fault."""
    command = ["ansible-playbook", "-v", "-i", "inventories/lab.yml", "playbooks/doctor.yml", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    printed = done.stdout + done.stderr
    told = printed.partition("TASK [Diagnose]")[2].partition("ok: [server] => ")[2]
    assert told, printed
    result: dict[str, Any] = json.JSONDecoder().raw_decode(told)[0]
    report = result["report"]
    findings = [Finding(**one) for one in report["findings"]]
    assert done.returncode == (2 if any(one.severity == "error" for one in findings) else 0), printed
    assert result["changed"] is False
    print(result["text"])  # pytest shows it of a test that fails
    return Diagnosis(done.returncode, result["text"], findings, report["passed"], report["skipped"])


def on_server(script: str) -> str:
    """Run a script as root on the server and return what it prints."""
    done = _ssh("sudo bash -eu", script)
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def can_be_root() -> bool:
    """Whether the administrator may become root on the server."""
    return _ssh("sudo --non-interactive true").returncode == 0


def carry_out(remedy: Sequence[dict[str, str]]) -> None:
    """Do what the doctor printed: on the server as the administrator who logs in there, or here."""
    for one in remedy:
        assert one["place"] in ("host", "here"), one
        if one["place"] == "host":
            done = _ssh(one["text"])
        else:
            done = subprocess.run(
                ["sh", "-c", one["text"]], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=180
            )
        assert done.returncode == 0, f"{one['text']}\n{done.stdout}{done.stderr}"


@dataclass
class Breakage:
    """What was broken on the server, until it is mended as the doctor says."""

    is_mended: bool = False

    def is_mended_by(self, *findings: Finding) -> None:
        """Carry out what was printed for these findings; then nothing is wrong any more."""
        for finding in findings:
            carry_out(finding.remedy)
        eventually()
        self.is_mended = True


@contextmanager
def broken(by: str, undo: str, cleanup: str = "true") -> Iterator[Breakage]:
    """The server, broken by a script. Unless the test mends it, another script does; whatever comes, a third cleans up."""
    breakage = Breakage()
    try:
        on_server(by)
        yield breakage
    finally:
        on_server(cleanup if breakage.is_mended else f"{undo}\n{cleanup}")


def eventually(*kinds: str, perhaps: str = "", seconds: float = 45) -> Diagnosis:
    """The diagnosis as soon as it is of these kinds, and of others only as their consequences, but for a kind that may be there:
    services need a moment to start, or to fail, and what runs by a timer notices it perhaps before the test does, perhaps not.

    The ETL runs every quarter of an hour, perhaps just while a test has broken what it needs. The doctor says so and is
    right, but that is not what the test is about.
    """
    until = time.monotonic() + seconds
    while True:
        found = diagnose()
        if BESIDES in found.kinds() and BESIDES not in kinds:
            failed = found.of("service-failed", "etl")
            if not kinds:
                carry_out(failed.remedy)
            found = replace(found, findings=[one for one in found.findings if one is not failed])
        surely = [
            kind
            for kind, one in zip(found.kinds(), found.findings, strict=True)
            if kind in kinds or not (one.cause or one.kind == perhaps)
        ]
        if sorted(surely) == sorted(kinds):
            return found
        assert time.monotonic() < until, f"{found.kinds()} instead of {list(kinds)}\n{found.printed}"


def _ssh(command: str, script: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["ssh", "-F", str(ROOT / ".lab" / "ssh_config"), "server", command],
        input=script,
        capture_output=True,
        text=True,
        timeout=120,
    )
