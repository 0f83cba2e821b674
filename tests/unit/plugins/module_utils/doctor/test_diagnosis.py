# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the whole scene to the diagnosis, and its text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks.host import (
    UNREACHABLE,
    unobserved,
    unreachable,
)
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.diagnosis import (
    CHECKS,
    checks_for,
    diagnose,
    look_at,
)
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.model import Connection, Scene
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.text import diagnosis_text, plain
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.words import period, size
from ansible_collections.nostromo.networking.plugins.module_utils.observe.collect import fault
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import (
    cluster,
    declared,
    file_system,
    stopped,
    well,
)

ALL = tuple(check.name for check in CHECKS if check.applies(declared()))
FULL_DATABASE_DISK = file_system("/var/lib/postgresql", bytes_free=0)
UNHEALTHY = {"orchestrator": "GET http://127.0.0.1:8000/health: status 503 Service Unavailable"}


def test_nothing_is_wrong_with_a_server_that_is_well() -> None:
    diagnosis = diagnose(well(), checks_for(declared(), ""))
    assert (diagnosis.findings, diagnosis.skipped) == ((), {})
    assert (
        diagnosis_text(diagnosis)
        == """\
server: nothing wrong was found

Fine      disk: at most 40% used, at /
          clock: agrees with the controller's, synchronised
          names: on the host 2 names lead to 203.0.113.7; resolvers answer
          names from here: from here 2 names lead to 203.0.113.7
          firewall: loaded, and the rules in force are those on disk
          database: PostgreSQL 17 accepts connections, 12 of 100 in use
          services: orchestrator (2 processes, healthy), etl (at */15 * * * *)
          flows: 5 connections made, each as its own user
          nginx: runs with the configuration on disk, which is valid
          from here: 203.0.113.7 answers on 80 and 443
          renewal: by cron; certbot's last: not due, 2027-01-15 00:00:02
          certificate: valid for 80 days more, and served as on disk
          SSH clients: none was turned away since 2027-01-14 08:00:00 UTC
          monitoring: 6 programs as on disk, 8 targets answer"""
    )


def test_the_cause_comes_first_and_says_what_mends_it() -> None:
    down = cluster(unit=stopped("postgresql@17-main.service"), log=["FATAL: No space left on device"])
    scene = well(disk=[file_system(), FULL_DATABASE_DISK], database=[down], health=UNHEALTHY)
    assert (
        diagnosis_text(diagnose(scene, CHECKS)).partition("\n\nFine")[0]
        == """\
server: 3 faults

FAULT     /var/lib/postgresql is full: it has no room left, so whatever writes to it fails.
Seen      0 B of 100 GiB left on /var/lib/postgresql
          /var/lib/postgresql holds /var/lib/postgresql
On server sudo du --one-file-system --max-depth=4 /var/lib/postgresql | sort -n | tail -n 15
          sudo sh -c 'apt-get clean; journalctl --vacuum-size=100M'

FAULT     The database does not run, so nothing can be read or stored. [ECONNREFUSED]
Because   /var/lib/postgresql is full: it has no room left, so whatever writes to it fails.
Seen      postgresql@17-main.service: inactive (dead) since Wed 2026-11-25 03:34:27 UTC, enabled
          log: FATAL: No space left on device
On server sudo systemctl start postgresql@17-main.service

FAULT     Orchestrator runs but does not answer as a healthy service does. [ECONNREFUSED]
Because   The database does not run, so nothing can be read or stored. (Mended with it.)
Seen      pm2-orchestrator.service: active (running) since Wed 2026-11-25 03:34:27 UTC, enabled
          PM2 process 0 orchestrator: online for 2 hours, 0 restarts
          PM2 process 1 orchestrator: online for 2 hours, 0 restarts
          127.0.0.1:8000: listened on by node (process 70, user orchestrator)
          health: GET http://127.0.0.1:8000/health: status 503 Service Unavailable"""
    )


def test_a_full_disk_is_blamed_for_what_nginx_says_of_it() -> None:
    faults = ['[emerg] 1#1: mkdir() "/var/lib/nginx/body" failed (28: No space left on device)']
    full = file_system("/var/lib/nginx", inodes_free=0)
    found = diagnose(well(disk=[file_system(), full], nginx={"faults": faults}), CHECKS).findings
    assert [one.finding.kind for one in found] == ["disk-full-inodes", "nginx-invalid"]
    assert found[1].cause == found[0].finding


def test_no_component_is_known_by_its_name() -> None:
    ours = declared()
    listen = {"front": ours.listen["nginx"], "store": ours.listen["mother"]}
    ours = replace(ours, components=frozenset(listen), proxy="front", database="store", listen=listen)
    down = cluster(unit=stopped("postgresql@17-main.service"))
    scene = well(
        ours, disk=[FULL_DATABASE_DISK], database=[down], nginx={"unit": stopped()}, here_ports={443: "refused"}
    )
    assert [(one.finding.key, one.cause.key if one.cause else "") for one in diagnose(scene, CHECKS).findings] == [
        ("disk-full-bytes:/var/lib/postgresql", ""),
        ("database-down:store", "disk-full-bytes:/var/lib/postgresql"),
        ("nginx-down:front", ""),
        ("front-closed:443", "nginx-down:front"),
    ]


def test_without_sites_and_certificate_nobody_asks_for_them() -> None:
    checks = checks_for(declared(sites=[], certificate=[], services={}), "")
    assert {check.name for check in checks} == {
        "disk",
        "clock",
        "SSH clients",
        "firewall",
        "database",
        "flows",
        "nginx",
        "monitoring",
    }


def test_a_database_that_runs_is_not_blamed() -> None:
    (only,) = diagnose(well(health=UNHEALTHY), CHECKS).findings
    assert (only.finding.kind, only.cause) == ("service-unhealthy", None)


def test_what_is_not_seen_does_not_pass() -> None:
    scene = well()
    seen = {name: value for name, value in scene.seen.items() if name not in ("nginx", "flows")}
    here = {**scene.here, "unseen": {"names": "the controller's resolver does not answer"}}
    del here["names"]
    diagnosis = diagnose(replace(scene, seen=seen, unseen={"nginx": "nginx is not installed"}, here=here), CHECKS)
    assert diagnosis.skipped == {
        "names from here": "the controller's resolver does not answer",
        "flows": "not observed",
        "nginx": "nginx is not installed",
    }
    assert diagnosis_text(diagnosis).startswith("server: nothing wrong was found, but 3 checks could not be made\n")


def test_a_host_without_a_certificate() -> None:
    reason = "there is no certificate: /etc/x/fullchain.pem: No such file or directory"
    diagnosis = diagnose(well(certificate={"app.nostromo.cl": {"error": reason}}), CHECKS)
    (only,) = diagnosis.findings
    assert (only.finding.kind, only.finding.evidence, diagnosis.skipped) == ("certificate-absent", (reason,), {})


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (
            unreachable("server", "Failed to connect via ssh:\n  timed out\n", "ssh nostromo@server"),
            """\
server: 1 fault, but 1 check could not be made

FAULT     server cannot be reached over SSH, so most of it could not be looked at.
Seen      Failed to connect via ssh:
          timed out
Here      ssh nostromo@server

Not seen  disk: the host cannot be reached""",
        ),
        (
            unobserved("server", "Missing sudo password", "ssh nostromo@server"),
            """\
server: 1 fault, but 1 check could not be made

FAULT     server lets us in over SSH, but could not be looked at.
Seen      Missing sudo password
Here      ssh nostromo@server sudo python3 --version

Not seen  disk: the host cannot be reached""",
        ),
    ],
)
def test_a_host_that_cannot_be_looked_at(found: Any, text: str) -> None:
    scene = Scene(declared(), unseen={"disk": UNREACHABLE})
    assert diagnosis_text(diagnose(scene, [CHECKS[0]], [found])) == text


@pytest.mark.parametrize(
    ("symptom", "names"),
    [
        ("", ALL),
        ("econnrefused", ("disk", "firewall", "database", "services", "flows", "nginx", "from here")),
        (
            "certificate",
            ("disk", "clock", "names", "names from here", "firewall", "nginx", "from here", "renewal", "certificate"),
        ),
        ("monitoring", ("disk", "firewall", "database", "flows", "monitoring")),
    ],
)
def test_narrowed_to_a_symptom(symptom: str, names: tuple[str, ...]) -> None:
    assert tuple(check.name for check in checks_for(declared(), symptom)) == names


def test_a_host_is_asked_for_what_it_carries() -> None:
    mother = replace(declared(), components=frozenset({"mother"}), services={}, connections=(), monitoring=None)
    checks = checks_for(mother, "")
    assert [check.name for check in checks] == ["disk", "clock", "firewall", "database", "SSH clients"]
    looked = {"disk", "nginx", "clock", "firewall", "health", "database", "sockets", "ssh_refusals"}
    assert set(look_at(mother, checks)) == looked


def test_what_is_asked_for_can_be_observed() -> None:
    assert fault(look_at(declared(), CHECKS)) is None


def test_secrets_are_asked_for_by_name_only() -> None:
    wanted = look_at(declared(), CHECKS)
    assert wanted["services"]["services"]["orchestrator"]["secrets"] == ["PGPASSWORD"]
    assert "hunter22" not in repr(wanted) + repr(declared())


def test_connections_that_the_matrix_allows() -> None:
    assert declared().connections == (
        Connection("etl", "etl", "mother", "127.0.0.1", 5432, "network_flows[6] (Ingestion)", True, "postgres"),
        Connection(
            "nginx", "www-data", "orchestrator", "127.0.0.1", 8000, "network_flows[10] (API)", True, "orchestrator"
        ),
        Connection(
            "nginx", "www-data", "sevastopol", "127.0.0.1", 4321, "network_flows[9] (Pages)", True, "sevastopol"
        ),
        Connection(
            "orchestrator", "orchestrator", "mother", "127.0.0.1", 5432, "network_flows[5] (Queries)", True, "postgres"
        ),
        Connection(
            "sevastopol",
            "sevastopol",
            "orchestrator",
            "127.0.0.1",
            8000,
            "network_flows[7] (Calls)",
            True,
            "orchestrator",
        ),
    )


def test_plain_data() -> None:
    told = plain(diagnose(well(health=UNHEALTHY), CHECKS))
    assert told["findings"][0]["remedy"] == [
        {"place": "host", "text": "sudo pm2 logs orchestrator --lines 50"},
        {"place": "host", "text": "sudo systemctl restart pm2-orchestrator.service"},
    ]
    assert set(told) == {"summary", "findings", "passed", "skipped"}


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (12 * 2**20, "12 MiB"), (3 * 2**50, "3072 TiB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (9.94, "9.9 s"), (119, "119 s"), (120, "2 minutes"), (7200, "2 hours"), (200000, "2 days")],
)
def test_periods(seconds: float, text: str) -> None:
    assert period(seconds) == text
