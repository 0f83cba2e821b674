# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom the bastion leads where, by packets, and what verify says of it."""

from __future__ import annotations

import json
from pathlib import Path

import bastion
import pytest


@pytest.mark.parametrize("user", ["root", "nostromo"])
def test_root_and_administrators_go_on_to_every_host(user: str) -> None:
    assert [address for address in bastion.BEHIND.values() if not bastion.connects(user, address)] == []


@pytest.mark.parametrize("user", ["www-data", "sevastopol", "nobody", "_apt"])
def test_nobody_else_on_it_does(user: str) -> None:
    assert [address for address in bastion.BEHIND.values() if bastion.connects(user, address)] == []


def test_no_host_behind_it_goes_on_to_another() -> None:
    done = bastion.ssh("app1", f"sudo timeout 5 bash -c '</dev/tcp/{bastion.BEHIND['db']}/22'")
    assert done.returncode != 0


def test_hosts_behind_it_are_not_reached_past_it() -> None:
    done = bastion.ssh("app1", "true", "-oProxyJump=none")
    assert done.returncode == 255


def test_a_host_that_is_new_is_let_out_to_for_administrators_alone() -> None:
    """Nobody has the address: without a rule the firewall rejects at once, with one the network does not answer."""
    script = (
        "import socket, sys, time; began = time.monotonic(); it = socket.socket(); it.settimeout(1.5)\n"
        f"try: it.connect(({bastion.NOBODY!r}, 22))\n"
        "except OSError: print(time.monotonic() - began > 1)"
    )
    waited = {
        user: bastion.ssh(bastion.BASTION, f'sudo -u {user} python3 -c "{script}"').stdout.strip()
        for user in ("nostromo", "www-data")
    }
    assert waited == {"nostromo": "True", "www-data": "False"}


def test_verify_proves_it_from_the_bastion(tmp_path: Path) -> None:
    done = bastion.playbook("playbooks/verify.yml", "-e", f"reports={tmp_path}")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "proof.json").read_text())
    rows = {row["path"]: row["verdict"] for row in report["rows"]}
    assert (rows["network_bastion"], rows["network_private_addresses"]) == ("passed", "skipped")
    untried = [check["host"] for check in report["checks"] if check["subject"] == "behind"]
    assert sorted(untried) == sorted(bastion.BEHIND)
    encrypted = {(check["host"], check["verdict"]) for check in report["checks"] if check["subject"] == "encryption"}
    assert encrypted == {(host, "passed") for host in ("app1", "app2", "etl1")}


def test_what_services_say_to_the_database_is_encrypted() -> None:
    """Those that are connected, by the server's own account; and no service may do without."""
    sessions = "SELECT DISTINCT usename, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL"
    done = bastion.ssh("db", f"sudo psql --no-psqlrc --username=postgres --tuples-only --no-align --command='{sessions}'")
    assert done.stdout.split() == ["orchestrator|t"], done.stderr
    node = 'require("/srv/orchestrator/current/node_modules/pg").Client'
    script = f"new ({node})({{ssl: false}}).connect().catch((error) => console.log(error.code, error.message))"
    asked = f"sudo -u orchestrator env PGHOST={bastion.BEHIND['db']} PGUSER=orchestrator PGDATABASE=nostromo PGPASSWORD=x"
    done = bastion.ssh("app1", f"{asked} node -e '{script}'")
    assert done.stdout.startswith("28000 ") and "no encryption" in done.stdout, done.stdout + done.stderr


def test_the_doctor_finds_nothing_on_any_host() -> None:
    """A host's own services alone are asked for: what others are told, it is not."""
    done = bastion.playbook("playbooks/doctor.yml")
    assert done.returncode == 0, done.stdout + done.stderr
