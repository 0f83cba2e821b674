# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every check on a server that is well but for one thing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks import certificate as certificate_check
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks import (
    clock,
    database,
    disk,
    firewall,
    flows,
    front,
    names,
    nginx,
)
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks import renewal as renewal_check
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.model import Check
from ansible_collections.nostromo.networking.plugins.module_utils.observe.flows import Flow
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import (
    DAY,
    NOW,
    SITE,
    brief,
    cluster,
    declared,
    file_system,
    on_disk,
    renewed,
    socket,
    stopped,
    tried,
    unit,
    well,
    without,
)

FULL = [
    "sudo du --one-file-system --max-depth=4 / | sort -n | tail -n 15",
    "sudo sh -c 'apt-get clean; journalctl --vacuum-size=100M'",
]
SOCKETS = well().seen["sockets"]
APP, NAMES = "app.nostromo.cl", ["app.nostromo.cl", "www.nostromo.cl"]
UNIT = "nostromo-firewall.service"
LOAD = f"sudo systemctl reload-or-restart {UNIT}"
Row = tuple[Check, dict[str, Any], list[tuple[str, str, str, list[str]]]]

DROPPING = {"how": "drops by default", "chains": ["INPUT"]}


def _full(**changes: Any) -> list[dict[str, Any]]:
    return [file_system(**changes)]


def _fails(index: int, outcome: str = "refused", detail: str = "ECONNREFUSED") -> list[Flow]:
    """All connections are made but one."""
    return [
        tried(one, *((outcome, detail) if number == index else ())) for number, one in enumerate(declared().connections)
    ]


CASES: dict[str, Row] = {
    "disk full": (
        disk.CHECK,
        {"disk": _full(bytes_free=0, largest=[{"path": "/var/core", "bytes": 3 * 2**30}])},
        [("error", "disk-full-bytes:/", "/ is full: it has no room left, so whatever writes to it fails.", FULL)],
    ),
    "disk nearly full": (
        disk.CHECK,
        {"disk": _full(bytes_free=4 * 2**30)},
        [("warning", "disk-nearly-full-bytes:/", "/ is nearly full: 4% of its room is left.", FULL)],
    ),
    "inodes full": (
        disk.CHECK,
        {"disk": _full(inodes_free=0)},
        [
            (
                "error",
                "disk-full-inodes:/",
                "/ is full: it has no inodes (files) left, so whatever writes to it fails.",
                [FULL[0].replace("--max", "--inodes --max"), FULL[1]],
            )
        ],
    ),
    "inodes are not counted": (disk.CHECK, {"disk": _full(inodes=0, inodes_free=0)}, []),
    "read-only": (
        disk.CHECK,
        {"disk": _full(read_only=True)},
        [("error", "disk-read-only:/", "/ is read-only: nothing can be written.", ["sudo mount -o remount,rw /"])],
    ),
    "clock ahead": (
        clock.CHECK,
        {"clock": {"now": NOW + 601}},
        [
            (
                "error",
                "clock-skew:server",
                "The host's clock is 10 minutes ahead of the controller's.",
                ["sudo timedatectl set-ntp true"],
            )
        ],
    ),
    "clock a little behind": (
        clock.CHECK,
        {"clock": {"now": NOW - 11}},
        [
            (
                "warning",
                "clock-skew:server",
                "The host's clock is 10 s behind the controller's.",
                ["sudo timedatectl set-ntp true"],
            )
        ],
    ),
    "clock within what the question took": (clock.CHECK, {"clock": {"now": NOW + 0.9}}, []),
    "clock of a container": (
        clock.CHECK,
        {"clock": {"now": NOW - 4 * DAY, "container": "podman"}},
        [("error", "clock-skew:server", "The host's clock is 4 days behind the controller's.", [])],
    ),
    "clock not synchronised": (
        clock.CHECK,
        {"clock": {"synchronised": False}},
        [
            (
                "warning",
                "clock-free:server",
                "Nothing synchronises the host's clock: it is right now and will drift.",
                ["sudo apt-get install --yes systemd-timesyncd", "sudo timedatectl set-ntp true"],
            )
        ],
    ),
    "clock that nothing is known of": (clock.CHECK, {"clock": {"synchronised": None}}, []),
    "no resolver answers": (
        names.HOST,
        {"names": {"resolvers": [{"address": "192.0.2.53", "problem": "no answer within 2 s"}]}},
        [
            (
                "error",
                "resolver-down:server",
                "No resolver answers: this host can look up no name.",
                ["cat /etc/resolv.conf; resolvectl status"],
            )
        ],
    ),
    "no resolver at all": (
        names.HOST,
        {"names": {"resolvers": []}},
        [
            (
                "error",
                "resolver-down:server",
                "The host has no resolver.",
                ["cat /etc/resolv.conf; resolvectl status"],
            )
        ],
    ),
    "first resolver does not answer": (
        names.HOST,
        {"names": {"resolvers": [{"address": "a", "problem": "x"}, {"address": "b", "problem": ""}]}},
        [
            (
                "warning",
                "resolver-slow:server",
                "The first resolver, a, does not answer: every lookup waits for the second.",
                ["cat /etc/resolv.conf; resolvectl status"],
            )
        ],
    ),
    "second resolver does not answer": (
        names.HOST,
        {"names": {"resolvers": [{"address": "a", "problem": ""}, {"address": "b", "problem": "x"}]}},
        [],
    ),
    "name in the hosts file": (
        names.HOST,
        {
            "names": {
                "names": {
                    "app.nostromo.cl": {
                        "addresses": ["192.0.2.7"],
                        "problem": "",
                        "hosts_file": ["192.0.2.7 app.nostromo.cl"],
                    }
                }
            }
        },
        [
            (
                "error",
                "name-wrong:app.nostromo.cl on the host",
                "app.nostromo.cl leads to 192.0.2.7 on the host, not to 203.0.113.7.",
                [r"sudo sed -i '/\bapp\.nostromo\.cl\b/d' /etc/hosts"],
            )
        ],
    ),
    "name that leads to an old server as well": (
        names.HERE,
        {"here_names": {"app.nostromo.cl": {"addresses": ["192.0.2.7", "203.0.113.7"], "problem": ""}}},
        [
            (
                "error",
                "name-wrong:app.nostromo.cl from here",
                "app.nostromo.cl leads to 192.0.2.7, 203.0.113.7 from here, not to 203.0.113.7.",
                ["dns: app.nostromo.cl A 203.0.113.7"],
            )
        ],
    ),
    "name without a record": (
        names.HERE,
        {"here_names": {"www.nostromo.cl": {"addresses": [], "problem": "no such name"}}},
        [
            (
                "error",
                "name-wrong:www.nostromo.cl from here",
                "www.nostromo.cl cannot be resolved (no such name) from here.",
                ["dns: www.nostromo.cl A 203.0.113.7"],
            )
        ],
    ),
    "firewall never set up": (
        firewall.CHECK,
        {"firewall": {"unit": stopped(load="not-found", enabled=""), "loaded": False}},
        [
            (
                "error",
                "firewall-absent:server",
                "This host has no firewall: the role was never run.",
                [f"here: {SITE} --tags firewall"],
            )
        ],
    ),
    "firewall not loaded": (
        firewall.CHECK,
        {"firewall": {"unit": stopped(), "loaded": False}},
        [
            (
                "error",
                "firewall-down:server",
                "The firewall is not loaded: whatever listens on this host can be reached by everybody.",
                [f"sudo systemctl restart {UNIT}"],
            )
        ],
    ),
    "firewall not enabled": (
        firewall.CHECK,
        {"firewall": {"unit": unit(enabled="disabled")}},
        [
            (
                "warning",
                "firewall-not-enabled:server",
                "The firewall would not be loaded at the next boot.",
                [f"sudo systemctl enable {UNIT}"],
            )
        ],
    ),
    "rules changed by hand": (
        firewall.CHECK,
        {"firewall": {"missing": ["a", "b"], "surplus": ["c"]}},
        [
            (
                "error",
                "firewall-differs:server",
                "The firewall in force is not the one on disk: 2 lines missing, 1 added by hand.",
                [LOAD],
            )
        ],
    ),
    "other firewalls": (
        firewall.CHECK,
        {
            "firewall": {
                "services": ["ufw", "firewalld"],
                "tables": {"ip filter": {"how": "drops by default", "chains": ["INPUT"]}},
            }
        },
        [
            (
                "error",
                "firewall-foreign:ufw",
                "Another firewall runs beside ours: ufw is enabled.",
                ["sudo ufw disable"],
            ),
            (
                "error",
                "firewall-foreign:firewalld",
                "Another firewall runs beside ours: firewalld is active.",
                ["sudo systemctl disable --now firewalld"],
            ),
            (
                "error",
                "firewall-foreign:ip filter",
                "Another firewall runs beside ours: the table ip filter drops by default.",
                ["sudo nft chain ip filter INPUT '{ policy accept ; }'"],
            ),
        ],
    ),
    "connection refused by the firewall in force": (
        flows.CHECK,
        {"flows": _fails(4), "firewall": {"surplus": ["reject"]}},
        [
            (
                "error",
                "flow-refused:sevastopol to orchestrator",
                "The firewall of this host refuses sevastopol to orchestrator (127.0.0.1:8000), which the matrix allows.",
                [LOAD],
            )
        ],
    ),
    "connection refused by the firewall on disk": (
        flows.CHECK,
        {"flows": _fails(4)},
        [
            (
                "error",
                "flow-refused:sevastopol to orchestrator",
                "The firewall of this host refuses sevastopol to orchestrator (127.0.0.1:8000), which the matrix allows.",
                [f"here: {SITE} --tags firewall"],
            )
        ],
    ),
    "connection to a stranger on the port": (
        flows.CHECK,
        {
            "flows": _fails(4, "filtered", "ETIMEDOUT"),
            "sockets": [{**one, "user": "nobody"} if one["port"] == 8000 else one for one in SOCKETS],
        },
        [],
    ),
    "connection to nobody": (
        flows.CHECK,
        {"flows": _fails(4), "sockets": without(SOCKETS, 8000)},
        [],
    ),
    "database stopped": (
        database.CHECK,
        {"database": [cluster(unit=stopped("postgresql@17-main.service"), problem="no such file")]},
        [
            (
                "error",
                "database-down:mother",
                "The database does not run, so nothing can be read or stored.",
                ["sudo systemctl start postgresql@17-main.service"],
            )
        ],
    ),
    "no cluster": (
        database.CHECK,
        {"database": [cluster(port=5433)]},
        [
            (
                "error",
                "database-down:mother",
                "No PostgreSQL is set up for port 5432.",
                [f"here: {SITE} --tags postgresql"],
            )
        ],
    ),
    "database that refuses": (
        database.CHECK,
        {"database": [cluster(problem="FATAL: the database system is starting up")]},
        [
            (
                "error",
                "database-down:mother",
                "The database runs but accepts no connection.",
                ["sudo systemctl restart postgresql@17-main.service"],
            )
        ],
    ),
    "database without a connection even for administrators": (
        database.CHECK,
        {"database": [cluster(problem="FATAL: sorry, too many clients already")]},
        [
            (
                "error",
                "database-full:mother",
                "The database is out of connections, even of those kept for its administrator.",
                ["sudo systemctl restart postgresql@17-main.service"],
            )
        ],
    ),
    "database out of connections": (
        database.CHECK,
        {
            "database": [
                cluster(
                    used=97,
                    sessions=[
                        {"user": "etl", "application": "leak", "state": "idle", "sessions": 90, "seconds": 300},
                        {"user": "o'brien", "application": "", "state": "active", "sessions": 7, "seconds": None},
                    ],
                )
            ]
        },
        [
            (
                "error",
                "database-full:mother",
                "The database is out of connections: applications are turned away.",
                [
                    "sudo psql --no-psqlrc --username=postgres --dbname=postgres --port=5432"
                    ' --command="SELECT count(pg_terminate_backend(pid)) FROM '
                    "pg_stat_activity WHERE usename = 'etl' AND state LIKE 'idle%'\""
                ],
            )
        ],
    ),
    "database nearly out of connections, all at work": (
        database.CHECK,
        {"database": [cluster(used=80)]},
        [
            (
                "warning",
                "database-crowded:mother",
                "The database runs out of connections: 82% are in use.",
                [],
            )
        ],
    ),
    "database in recovery": (
        database.CHECK,
        {"database": [cluster(recovery=True)]},
        [
            (
                "error",
                "database-recovery:mother",
                "The database is in recovery: it answers, but stores nothing.",
                [
                    "sudo psql --no-psqlrc --username=postgres --dbname=postgres --port=5432"
                    " --command='SELECT pg_promote()'"
                ],
            )
        ],
    ),
    "database not enabled": (
        database.CHECK,
        {"database": [cluster(starts_at_boot=False)]},
        [
            (
                "warning",
                "database-not-enabled:mother",
                "The database would not start at the next boot.",
                ["sudo systemctl enable postgresql.service"],
            )
        ],
    ),
    "database that listens elsewhere": (
        database.CHECK,
        {"sockets": [*without(SOCKETS, 5432), socket(5432, "postgres", address="192.0.2.1")]},
        [
            (
                "error",
                "database-down:mother",
                "The database does not listen on 127.0.0.1:5432, where the matrix wants it.",
                [f"here: {SITE} --tags postgresql"],
            )
        ],
    ),
    "nginx stopped": (
        nginx.CHECK,
        {"nginx": {"unit": stopped(), "workers_started": 0}},
        [
            (
                "error",
                "nginx-down:nginx",
                "Nginx does not run: the site cannot be reached.",
                ["sudo nginx -t && sudo systemctl restart nginx"],
            )
        ],
    ),
    "nginx without workers": (
        nginx.CHECK,
        {"nginx": {"workers_started": 0}},
        [
            (
                "error",
                "nginx-down:nginx",
                "Nginx has no workers: nobody is served.",
                ["sudo nginx -t && sudo systemctl restart nginx"],
            )
        ],
    ),
    "nginx invalid on disk": (
        nginx.CHECK,
        {"nginx": {"faults": ["[emerg] x"]}},
        [
            (
                "error",
                "nginx-invalid:nginx",
                "Nginx' configuration on disk is not valid: it runs on with the one from before, and will not start again.",
                [f"here: {SITE} --tags nginx"],
            )
        ],
    ),
    "nginx that does not listen": (
        nginx.CHECK,
        {"sockets": without(SOCKETS, 80)},
        [
            (
                "error",
                "nginx-deaf:nginx",
                "Nginx does not listen on 0.0.0.0:80, [::]:80, where the matrix wants it.",
                [f"here: {SITE} --tags nginx"],
            )
        ],
    ),
    "nginx with files that were changed": (
        nginx.CHECK,
        {"nginx": {"changed": [{"path": "/etc/nginx/nginx.conf", "time": NOW}]}},
        [
            (
                "warning",
                "nginx-stale:nginx",
                "Nginx does not run with the configuration on disk: that was changed and not loaded.",
                ["sudo nginx -t && sudo systemctl reload nginx"],
            )
        ],
    ),
    "nginx not enabled": (
        nginx.CHECK,
        {"nginx": {"unit": unit(enabled="disabled")}},
        [
            (
                "warning",
                "nginx-not-enabled:nginx",
                "Nginx would not start at the next boot.",
                ["sudo systemctl enable nginx"],
            )
        ],
    ),
    "port 80 closed": (
        front.CHECK,
        {"here_ports": {80: "http://app.nostromo.cl:80/ does not answer: timed out"}},
        [("error", "front-closed:80", "Port 80 of the site does not answer from here.", [LOAD])],
    ),
    "port 443 closed, and nobody listens": (
        front.CHECK,
        {"here_ports": {443: "refused"}, "sockets": without(SOCKETS, 443)},
        [
            (
                "error",
                "front-closed:443",
                "Port 443 of the site does not answer from here.",
                ["here: curl --verbose --insecure --max-time 5 --head https://203.0.113.7:443/"],
            )
        ],
    ),
    "cron entry gone": (
        renewal_check.CHECK,
        {"renewal": {"cron": []}},
        [
            (
                "error",
                "renewal-off:certificate",
                "Nothing renews the certificates: their cron entry is gone.",
                [f"here: {SITE} --tags letsencrypt"],
            )
        ],
    ),
    "cron stopped": (
        renewal_check.CHECK,
        {"renewal": {"cron_active": False}},
        [
            (
                "error",
                "renewal-off:certificate",
                "Nothing renews the certificates: cron does not run.",
                ["sudo systemctl enable --now cron"],
            )
        ],
    ),
    "cron and timer": (
        renewal_check.CHECK,
        {"renewal": {"timer_active": True}},
        [
            (
                "warning",
                "renewal-twice:certificate",
                "The certificates are renewed twice, by cron and by certbot's timer, which can get into each other's way.",
                [f"here: {SITE} --tags letsencrypt"],
            )
        ],
    ),
    "last renewal failed": (
        renewal_check.CHECK,
        {"renewal_log": {APP: renewed(outcome="failed", errors=["Timeout"])}},
        [
            (
                "error",
                "renewal-failed:app.nostromo.cl",
                "The last renewal of the certificate app.nostromo.cl failed (2027-01-15 00:00:02).",
                ["sudo certbot renew --cert-name app.nostromo.cl --no-random-sleep-on-renew --force-renewal"],
            )
        ],
    ),
    "certificate expired": (
        certificate_check.CHECK,
        {"certificate": {APP: on_disk(NAMES, not_after=NOW - 3 * DAY)}},
        [
            (
                "error",
                "certificate-expired:app.nostromo.cl",
                "The certificate app.nostromo.cl expired 3 days ago: browsers refuse the site.",
                ["sudo certbot renew --cert-name app.nostromo.cl --no-random-sleep-on-renew"],
            )
        ],
    ),
    "certificate about to expire": (
        certificate_check.CHECK,
        {"certificate": {APP: on_disk(NAMES, not_before=NOW - 70 * DAY, not_after=NOW + 20 * DAY)}},
        [
            (
                "warning",
                "certificate-late:app.nostromo.cl",
                "The certificate app.nostromo.cl expires in 20 days and should have been renewed by now.",
                ["sudo certbot renew --cert-name app.nostromo.cl --no-random-sleep-on-renew"],
            )
        ],
    ),
    "certificate of the future": (
        certificate_check.CHECK,
        {"certificate": {APP: on_disk(NAMES, not_before=NOW + DAY)}},
        [
            (
                "error",
                "certificate-early:app.nostromo.cl",
                "The certificate app.nostromo.cl is not valid before 2027-01-16 08:00:00 UTC.",
                ["sudo certbot renew --cert-name app.nostromo.cl --no-random-sleep-on-renew"],
            )
        ],
    ),
    "certificate that lacks a name": (
        certificate_check.CHECK,
        {"certificate": {APP: on_disk([APP])}},
        [
            (
                "error",
                "certificate-names:app.nostromo.cl",
                "The certificate app.nostromo.cl does not hold www.nostromo.cl: browsers refuse that name.",
                [f"here: {SITE} --tags letsencrypt"],
            )
        ],
    ),
    "another certificate is served": (
        certificate_check.CHECK,
        {"served": {APP: ["app.nostromo.cl: localhost:443 shows SHA-256 ab…, on disk is SHA-256 cd…"]}},
        [
            (
                "error",
                "certificate-not-served:app.nostromo.cl",
                "Nginx does not show the certificate app.nostromo.cl that is on disk.",
                ["sudo /etc/letsencrypt/deploy-app.nostromo.cl"],
            )
        ],
    ),
}


@pytest.mark.parametrize(("check", "changes", "findings"), CASES.values(), ids=CASES)
def test_findings(check: Check, changes: dict[str, Any], findings: list[tuple[str, str, str, list[str]]]) -> None:
    assert [brief(finding) for finding in check.judge(well(**changes))] == findings


def test_tolerated_firewall() -> None:
    scene = well(
        declared(tolerated=["ip filter"]),
        firewall={"tables": {"ip filter": DROPPING, "ip nat": DROPPING}},
    )
    assert [finding.subject for finding in firewall.CHECK.judge(scene)] == ["ip nat"]


def test_renewal_by_timer() -> None:
    certificate = {"name": APP, "names": NAMES, "renewal": {"method": "timer"}}
    scene = well(declared(certificate=certificate), renewal={"cron": []})
    assert [brief(finding) for finding in renewal_check.CHECK.judge(scene)] == [
        (
            "error",
            "renewal-off:certificate",
            "Nothing renews the certificates: certbot's timer is off.",
            ["sudo systemctl enable --now certbot.timer"],
        )
    ]


def test_of_several_certificates_the_one_at_fault_is_named() -> None:
    app, www = {"name": APP, "names": [APP]}, {"name": "www", "names": ["www.nostromo.cl"]}
    ours = declared(certificate=[app, www])
    faults = {
        "certificate": {"www": on_disk(["www.nostromo.cl"], not_after=NOW - DAY)},
        "renewal_log": {"www": renewed(outcome="failed")},
    }
    scene = well(ours, **faults)
    (expired,), (failed,) = certificate_check.CHECK.judge(scene), renewal_check.CHECK.judge(scene)
    assert (expired.key, failed.key, failed.causes[0]) == ("certificate-expired:www", "renewal-failed:www", expired.key)
    wrong = {"www.nostromo.cl": {"addresses": [], "problem": "no such name"}}
    assert [finding.causes for finding in names.HERE.judge(well(ours, here_names=wrong))] == [("renewal-failed:www",)]


def test_a_certificate_that_is_proven_by_dns_needs_nobody_who_reaches_the_site() -> None:
    by_dns = declared(certificate={"name": APP, "names": [APP], "challenge": "dns"})
    wrong = {APP: {"addresses": [], "problem": "no such name"}}
    assert [finding.causes for finding in names.HERE.judge(well(by_dns, here_names=wrong))] == [()]
    failed = f"renewal-failed:{APP}"
    (by_http_down,), (by_dns_down,) = (
        nginx.CHECK.judge(well(ours, nginx={"unit": stopped(), "workers_started": 0})) for ours in (declared(), by_dns)
    )
    assert (failed in by_http_down.causes, failed in by_dns_down.causes) == (True, False)


@pytest.mark.parametrize(
    ("addresses", "text"),
    [
        (["198.41.130.7"], None),
        (
            ["203.0.113.7"],
            "app.nostromo.cl leads to 203.0.113.7 from here, not to the proxy's addresses.",
        ),
        ([], "app.nostromo.cl cannot be resolved (no such name) from here."),
    ],
)
def test_names_behind_a_proxy(addresses: list[str], text: str | None) -> None:
    ours = declared(dns={"proxied": True, "records": []}, proxies="cloudflare", sites=[{"hostname": "app.nostromo.cl"}])
    scene = well(ours, here_names={"app.nostromo.cl": {"addresses": addresses, "problem": "no such name"}})
    assert [finding.text for finding in names.HERE.judge(scene)] == ([text] if text else [])


def test_evidence_of_a_full_disk() -> None:
    (finding,) = disk.CHECK.judge(well(disk=CASES["disk full"][1]["disk"]))
    assert finding.evidence == ("0 B of 100 GiB left on /", "/ holds /", "3.0 GiB in /var/core")


def test_evidence_of_a_database_without_connections() -> None:
    (finding,) = database.CHECK.judge(well(database=CASES["database out of connections"][1]["database"]))
    assert finding.evidence == (
        "97 of 97 connections in use (max_connections 100, 3 kept for administrators)",
        "90 of etl (leak): idle, the longest for 5 minutes",
        "7 of o'brien: active",
    )


def test_evidence_of_a_refused_connection() -> None:
    (finding,) = flows.CHECK.judge(well(flows=_fails(4)))
    assert finding.evidence == (
        "as sevastopol, connect to 127.0.0.1:8000: Connection refused",
        "127.0.0.1:8000 is listened on by node (process 70, user orchestrator)",
        "network_flows[7] (Calls) allows it",
    )


def test_evidence_of_a_stopped_nginx_whose_port_is_taken() -> None:
    taken = [*without(SOCKETS, 80), socket(80, "root", "apache2", "0.0.0.0")]
    (finding,) = nginx.CHECK.judge(well(nginx={"unit": stopped(), "workers_started": 0}, sockets=taken))
    assert finding.evidence == (
        "nginx.service: inactive (dead) since Wed 2026-11-25 03:34:27 UTC, enabled",
        "0.0.0.0:80 is held by apache2 (process 70, user root)",
    )
