# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs on hosts, as it runs there: the role's files alone, Debian's Python, real sockets, nft and openssl."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.listeners import listening
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.proving import announce, announced
from ansible_collections.nostromo.networking.tests.unit.templates.rendering import REPOSITORY
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

from .programs import samples, value

TASKS = yaml.safe_load((REPOSITORY / "roles/monitoring/tasks/figures.yml").read_text(encoding="utf-8"))
RUN = """
import sys
sys.path.insert(0, {library!r})
from nostromo.monitoring.figures.main import main
sys.exit(main(sys.argv[1:], {settings!r}, {state!r}))
"""
RULES = """
table inet nostromo {
    chain output {
        type filter hook output priority filter;
        tcp dport 4000 counter accept comment "API"
    }
}
"""


class Host:
    """The role's files in a directory, and what they write."""

    def __init__(self, place: Path) -> None:
        self.library, self.settings, self.state, self.published = (
            place / name for name in ("library", "settings", "state", "published")
        )
        for one in (self.settings, self.state, self.published):
            one.mkdir()
        for module in TASKS[0]["vars"]["__monitoring_figure_modules"]:
            target = self.library / "nostromo" / module
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / "plugins/module_utils" / module, target)

    def command(self, figure: str) -> list[str]:
        places = {name: str(getattr(self, name)) for name in ("library", "settings", "state", "published")}
        return [sys.executable, "-IB", "-c", RUN.format(**places), figure, places["published"]]

    def run(self, figure: str, given: str = "", *around: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*around, *self.command(figure)], input=given, capture_output=True, text=True, timeout=60, check=False
        )

    def setting(self, name: str, content: Any) -> None:
        (self.settings / name).write_text(json.dumps(content), encoding="utf-8")

    def shown(self, name: str) -> dict[Any, float]:
        return samples((self.published / f"{name}.prom").read_text(encoding="utf-8"))


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


@contextmanager
def listener(address: str = "127.0.0.1", kind: socket.SocketKind = socket.SOCK_STREAM) -> Iterator[int]:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as opened:
        opened.bind((address, 0))
        if kind == socket.SOCK_STREAM:
            opened.listen()
        yield opened.getsockname()[1]


def attempt(port: int, **changes: Any) -> dict[str, Any]:
    return {
        "row": "API calls",
        "source": "web",
        "destination": "api",
        "ports": str(port),
        "action": "allow",
        "user": "",
        "address": "127.0.0.1",
        "port": port,
        "protocol": "tcp",
        "local": True,
        "outsider": False,
        **changes,
    }


def test_ports_on_which_anything_listens() -> None:
    with listener() as tcp, listener(kind=socket.SOCK_DGRAM) as udp:
        found = listening()
        assert {("tcp", tcp), ("udp", udp)} <= found
        assert ("udp", tcp) not in found
    assert ("tcp", tcp) not in listening()


def test_rows_are_tried_and_those_that_do_not_hold_named(host: Host) -> None:
    with listener() as port:
        host.setting("tries.json", [attempt(port), attempt(port, row="DB NO pública", action="deny", user="root")])
        done = host.run("proof", "", "unshare", "--map-root-user")
    if "Operation not permitted" in done.stderr:
        pytest.skip(f"this machine gives no user namespace: {done.stderr.strip()}")
    assert (done.returncode, done.stderr) == (0, f"DB NO pública (deny): root to 127.0.0.1 {port}/tcp is open\n")


def test_what_was_tried_is_published(host: Host) -> None:
    with listener() as port:
        host.setting("tries.json", [attempt(port), attempt(port, row="DB", action="deny")])
        assert host.run("proof").returncode == 0
    found = host.shown("proof")
    assert value(found, "nostromo_row_proven", row="API calls", port=str(port)) == 1
    assert value(found, "nostromo_row_proven", row="DB", action="deny") == 0
    assert time.time() - value(found, "nostromo_proof_timestamp_seconds") < 60
    assert announced(str(host.state)) <= time.monotonic()


def test_counters_without_the_proof(host: Host, tmp_path: Path) -> None:
    """In a network namespace of its own, with a firewall: three connections count, those of a proof do not."""
    nft = tool("nft", "--version")
    (tmp_path / "rules").write_text(RULES, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "nft").symlink_to(nft)
    host.setting("tries.json", [attempt(4000)] * 5)
    connect = "import socket; socket.socket().connect_ex(('127.0.0.1', 4000))"
    counters, proof, user = tmp_path / "counters", tmp_path / "proof", tmp_path / "user"
    for script, command in (
        (counters, host.command("counters")),
        (proof, host.command("proof")),
        (user, [sys.executable, "-c", connect]),
    ):
        script.write_text("exec " + " ".join(f"'{word.replace(chr(39), chr(34))}'" for word in command))
    c, p, u = (f"sh {one}" for one in (counters, proof, user))
    steps = f"ip link set lo up; nft -f {tmp_path}/rules; {c}; {u}; {u}; {c}; {p}; {c}; {u}; {c}; nft list ruleset"
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", "sh", "-euc", steps],
        env={**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}:/usr/sbin:/sbin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip(f"this machine gives no network namespace: {done.stderr.strip()}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "counter packets 8 " in done.stdout
    found = host.shown("firewall")
    assert value(found, "nostromo_firewall_packets_total", chain="output", row="API", verdict="accept") == 3


def test_certificates_and_one_that_is_not_there(host: Host, tmp_path: Path) -> None:
    openssl = tool("openssl", "version")
    path = tmp_path / "fullchain.pem"
    make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90"]
    names = ["-subj", "/CN=a.example.org", "-keyout", str(tmp_path / "key"), "-out", str(path)]
    subprocess.run([openssl, *make, *names], check=True, capture_output=True)
    host.setting("certificates.json", {"missing": str(tmp_path / "none.pem"), "a.example.org": str(path)})
    done = host.run("certificates")
    assert done.returncode == 1
    assert str(tmp_path / "none.pem") in done.stderr
    found = host.shown("certificates")
    since = value(found, "nostromo_certificate_not_before_timestamp_seconds", name="a.example.org")
    until = value(found, "nostromo_certificate_not_after_timestamp_seconds", name="a.example.org")
    assert (until - since, abs(time.time() - since) < 60) == (90 * 86400, True)


def test_what_verify_found_is_handed_over(host: Host) -> None:
    report = {"time": "2026-11-26T12:00:00Z", "summary": {"passed": 156, "failed": 3}}
    assert host.run("verify", json.dumps(report)).returncode == 0
    assert value(host.shown("verify"), "nostromo_verify_checks", verdict="failed") == 3


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ("proof", "proof: {settings}/tries.json cannot be read ("),
        ("weather", "Say which figure to write (proof, counters, certificates, verify) and into which directory"),
        ("verify", "verify: "),
    ],
)
def test_what_cannot_be_written_says_why(host: Host, figure: str, told: str) -> None:
    done = host.run(figure)
    assert done.returncode != 0
    assert done.stderr.startswith(told.format(settings=host.settings))
    assert len(done.stderr.splitlines()) == 1


def test_where_nobody_counts_nothing_is_announced(tmp_path: Path) -> None:
    announce("verify", 10, str(tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []
    announce("verify", 10, str(tmp_path))
    announce("proof", 0, str(tmp_path))
    assert 5 < announced(str(tmp_path)) - time.monotonic() <= 10
