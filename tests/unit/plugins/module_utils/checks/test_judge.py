# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On a system that obeys its data nothing is found; whatever deviates from it is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import IntentError, read_intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.judge import judge
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Finding
from ansible_collections.nostromo.networking.plugins.module_utils.checks.plan import observations
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import listens_at
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import ANY
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import (
    NOW,
    ONE_SERVER,
    TWO_HOSTS,
    data_of,
    ending,
    evidence_of,
    seeing,
    tries,
)

SYSTEMS = {"one server": data_of(ONE_SERVER), "two hosts": data_of(TWO_HOSTS)}


def faults_of(checks: list[Finding]) -> list[tuple[str, str]]:
    return [(check.title, check.reason) for check in checks if check.verdict == "failed"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_is_found_where_everything_is_as_declared(system: str) -> None:
    intent, evidence = evidence_of(SYSTEMS[system])
    checks = judge(intent, evidence)
    assert faults_of(checks) == []
    proven = {check.row for check in checks if check.verdict == "passed"}
    assert {flow.path for flow in intent.matrix.flows} <= proven


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_single_connection_that_deviates_is_found(system: str) -> None:
    """Each probe in turn sees the opposite of what it should; none of them goes unnoticed."""
    intent, evidence = evidence_of(SYSTEMS[system])
    opposites = {"open": "filtered", "refused": "rejected", "filtered": "open", "rejected": "open"}
    unnoticed, tried = [], 0
    for place, name, number, probe, seen in tries(evidence):
        if seen["outcome"] == "unroutable":
            continue
        there = intent.matrix.hosts.get(probe.host)
        if seen["outcome"] == "open" and there and not listens_at(intent.matrix, there, probe.destination, probe.address):
            continue  # it is to listen at another of the host's addresses
        here = probe.vantage == probe.host
        opposite = "open" if here and seen["outcome"] == "refused" else opposites[seen["outcome"]]
        deviating = seeing(evidence, place, put(name, number, "outcomes", 0, "outcome", value=opposite))
        tried += 1
        if not faults_of(judge(intent, deviating)):
            unnoticed.append(probe)
    assert tried > 80
    assert unnoticed == []


Change = Callable[[dict[str, Any]], None]


def seen_on(host: str, change: Change) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The faults and what was not tried when the observations of a host are changed, on one server."""
    intent, evidence = evidence_of(SYSTEMS["one server"])
    checks = judge(intent, seeing(evidence, host, change))
    return faults_of(checks), [(check.title, check.reason) for check in checks if check.verdict == "skipped"]


def sockets(change: Callable[[list[dict[str, Any]]], None]) -> Change:
    return lambda seen: change(seen["sockets"])


def bind(port: int, **values: object) -> Change:
    def change(found: list[dict[str, Any]]) -> None:
        next(one for one in found if one["port"] == port).update(values)

    return sockets(change)


def everywhere(port: int) -> Change:
    """One socket for both families in place of one for each."""

    def change(found: list[dict[str, Any]]) -> None:
        mine = [one for one in found if one["port"] == port]
        mine[0]["address"] = "*"
        found[:] = [one for one in found if one not in mine[1:]]

    return sockets(change)


def extra(**values: object) -> Change:
    socket = {"protocol": "tcp", "address": "0.0.0.0", "port": 9999, "process": "python3", "pid": 42, "user": "etl"}
    return sockets(lambda found: found.append({**socket, **values}))


def put(*path: str | int, value: object) -> Change:
    def change(seen: dict[str, Any]) -> None:
        place: Any = seen
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def admit(*values: str) -> Change:
    """A rule of the database's beside those that are there."""
    keys = ("type", "databases", "users", "address", "netmask", "method")
    rule = {"line": 50, **dict(zip(keys, values, strict=True)), "error": ""}
    return lambda seen: seen["hba"]["rules"].insert(0, rule)


APP, WWW, UNKNOWN = "app.nostromo.cl", "www.nostromo.cl", "unknown.invalid"
ON_A_HOST: list[tuple[Change, list[tuple[str, str]]]] = [
    (
        bind(5432, address="0.0.0.0"),
        [
            (
                "mother listens on 127.0.0.1:5432/tcp",
                "it listens on 0.0.0.0, where more can reach it than the matrix says",
            )
        ],
    ),
    (
        bind(5432, address="*"),
        [("mother listens on 127.0.0.1:5432/tcp", "it listens on *, where more can reach it than the matrix says")],
    ),
    (bind(8000, address="::1"), [("orchestrator listens on 127.0.0.1:8000/tcp", "nothing listens on 127.0.0.1")]),
    (
        sockets(lambda found: found.remove(next(one for one in found if (one["port"], one["address"]) == (443, "::")))),
        [("nginx listens on 0.0.0.0:443, [::]:443/tcp", "nothing listens on ::")],
    ),
    (
        sockets(
            lambda found: found.remove(next(one for one in found if (one["port"], one["address"]) == (443, "0.0.0.0")))
        ),
        [("nginx listens on 0.0.0.0:443, [::]:443/tcp", "nothing listens on 0.0.0.0")],
    ),
    # As ss(8) shows a socket that takes connections of both families.
    (everywhere(443), []),
    (
        bind(8000, user="etl"),
        [("orchestrator listens on 127.0.0.1:8000/tcp", "the socket belongs to etl, not to orchestrator")],
    ),
    (bind(443, user="root"), []),
    (
        extra(),
        [
            (
                "nothing but what the matrix declares listens: 0.0.0.0:9999/tcp",
                "python3 of user etl (PID 42) listens there",
            )
        ],
    ),
    (
        extra(process="", user="", pid=0, port=2049, address="::"),
        [
            (
                "nothing but what the matrix declares listens: [::]:2049/tcp",
                "the kernel of user unknown (PID 0) listens there",
            )
        ],
    ),
    (extra(process="systemd-resolve", port=53), []),
    (
        extra(protocol="udp", port=51820, process="", user="", pid=0),
        [
            (
                "nothing but what the matrix declares listens: 0.0.0.0:51820/udp",
                "the kernel of user unknown (PID 0) listens there",
            )
        ],
    ),
    (
        put("sshd", "settings", "passwordauthentication", value=["yes"]),
        [("PasswordAuthentication is no", "in force is yes")],
    ),
    (
        put("sshd", "settings", "passwordauthentication", value=[]),
        [("PasswordAuthentication is no", "in force is nothing")],
    ),
    (
        put("sshd", "users", "ripley", value={"passwordauthentication": ["yes"]}),
        [("PasswordAuthentication is no", "in force is yes for ripley")],
    ),
    (
        put("ssh_offers", "ripley", value=["publickey", "password"]),
        [("the sshd that runs lets nobody in but by a key", "it offers publickey, password to ripley")],
    ),
    (
        put("ssh_offers", "nostromo-unknown", value=["keyboard-interactive"]),
        [("the sshd that runs lets nobody in but by a key", "it offers keyboard-interactive to nostromo-unknown")],
    ),
    (
        put("firewall", "loaded", value=False),
        [("the rules in force are those of /etc/nostromo/firewall.nft", "the table inet nostromo is not loaded")],
    ),
    (
        put("firewall", "surplus", value=["tcp dport 8000 accept"]),
        [("the rules in force are those of /etc/nostromo/firewall.nft", "0 lines are missing, 1 were added")],
    ),
    (
        put("firewall", "unit", "enabled", value="disabled"),
        [("the firewall is loaded at the next boot", "nostromo-firewall.service is disabled")],
    ),
    (
        put("firewall", "tables", value={"ip nat": {"how": "translates addresses", "chains": []}}),
        [
            (
                "no other firewall filters or translates",
                "ip nat translates addresses, whatever ours lets through or stops",
            )
        ],
    ),
    (
        admit("host", "all", "all", "10.0.0.0", "255.0.0.0", "trust"),
        [
            ("the database believes nobody without proof", "line 50: host all all 10.0.0.0 255.0.0.0 trust"),
            (
                "the database admits only whom the matrix lets through to it",
                "no row of the matrix explains line 50: host all all 10.0.0.0 255.0.0.0 trust",
            ),
        ],
    ),
    (
        admit("local", "all", "all", "", "", "trust"),
        [("the database believes nobody without proof", "line 50: local all all trust")],
    ),
    (
        admit("hostssl", "all", "all", "samenet", "", "scram-sha-256"),
        [
            (
                "the database admits only whom the matrix lets through to it",
                "no row of the matrix explains line 50: hostssl all all samenet scram-sha-256",
            )
        ],
    ),
    (
        put("hba", "newer", value=61),
        [
            (
                "the database runs with the rules of its pg_hba.conf",
                "the file was changed 61 s after the server loaded it",
            )
        ],
    ),
    (
        put("renewal", "lineages", APP, "hook", value=""),
        [
            (
                f"the certificate {APP}, when renewed, is put into service",
                "after a renewal certbot runs nothing, not /etc/letsencrypt/deploy-app.nostromo.cl",
            )
        ],
    ),
    (
        put("renewal", "lineages", APP, "known", value=False),
        [
            (
                f"the certificate {APP}, when renewed, is put into service",
                "certbot does not know the certificate, so it renews nothing",
            )
        ],
    ),
    (
        put("renewal", "cron_refuses", value="it is not root's"),
        [
            (
                "cron renews the certificates: 0 0 * * * certbot renew --quiet",
                "cron leaves /etc/cron.d/nostromo-certbot out: it is not root's",
            )
        ],
    ),
    (
        put("renewal", "others", value=["/var/spool/cron/crontabs/root: @daily certbot renew"]),
        [
            (
                "nobody else renews the certificates",
                "certbot is run by /var/spool/cron/crontabs/root: @daily certbot renew",
            )
        ],
    ),
    (put("health", "orchestrator", value="status 503"), [("orchestrator is healthy", "status 503")]),
    (
        put("rooms", "etl", "attempts", "shared", value={"tried": 5, "through": ["share /dev/shm with others"]}),
        [("etl shares no memory and no temporary files with others", "1 of 5 attempts went through in etl.service")],
    ),
    (
        put("rooms", "etl", "outside", value=["412 in session-3.scope"]),
        [("nothing of etl runs outside of its room", "processes of its user run outside of etl.service")],
    ),
    (
        put("rooms", "etl", "problem", value="not everything was tried: Killed"),
        [("nothing of etl runs outside of its room", "not everything was tried: Killed")],
    ),
    (put("rooms", "etl", "unit", value=""), []),
    (
        put("impostors", "mother", value="open"),
        [
            (
                "no other user is heard on the port of mother",
                "whoever takes it while the component is down is believed: the firewall does not guard it",
            )
        ],
    ),
    (
        put("renewal", "cron", value=[]),
        [("cron renews the certificates: 0 0 * * * certbot renew --quiet", "cron has no entry for it")],
    ),
    (
        put("renewal", "cron_active", value=False),
        [("cron renews the certificates: 0 0 * * * certbot renew --quiet", "cron does not run")],
    ),
    (
        put("renewal", "timer_active", value=True),
        [("cron renews the certificates: 0 0 * * * certbot renew --quiet", "certbot.timer renews it as well")],
    ),
    (
        put("certificate", APP, "names", value=["app.nostromo.cl"]),
        [(f"the certificate {APP} holds every name", "it lacks www.nostromo.cl")],
    ),
    (
        put("certificate", APP, "not_after", value=NOW + 3 * 86400),
        [(f"more than 25% of the lifetime of the certificate {APP} is left", "only 3 of 13 days are left: does renewal run?")],
    ),
    (
        put("certificate", APP, "not_after", value=NOW - 86400),
        [(f"more than 25% of the lifetime of the certificate {APP} is left", "it has expired")],
    ),
]


@pytest.mark.parametrize(("change", "faults"), ON_A_HOST)
def test_what_deviates_on_a_host(change: Change, faults: list[tuple[str, str]]) -> None:
    assert seen_on("server", change)[0] == faults


def test_what_cannot_be_seen_is_not_passed() -> None:
    told = ("SSH settings in force: sshd can be seen", "the host has no sshd")
    assert seen_on("server", put("sshd", value=None)) == ([], [told])


def test_a_refusal_proves_nothing_where_nothing_listens() -> None:
    """With a service down its denied users are refused just the same, so the rule on loopback was not tried."""
    down = sockets(lambda found: found.remove(next(one for one in found if one["port"] == 5432)))
    faults, untried = seen_on("server", down)
    assert faults == [("mother listens on 127.0.0.1:5432/tcp", "nothing listens there")]
    assert ("nginx → mother 5432/tcp: deny", "nothing listens there, so that a refusal proves nothing") in untried


def site_with(name: str, scheme: str, answer: dict[str, object]) -> list[tuple[str, str]]:
    return seen_on("server", put("site", "answers", name, scheme, value=answer))[0]


def test_each_certificate_is_held_against_its_own_data() -> None:
    several = [{"name": name, "names": [f"{name}.nostromo.cl"]} for name in ("app", "www")]
    intent, evidence = evidence_of({**data_of(ONE_SERVER), "certificate": several})
    assert faults_of(judge(intent, evidence)) == []

    def spoil(seen: dict[str, Any]) -> None:
        seen["certificate"]["www"] = {"error": "there is no certificate: /etc/letsencrypt/live/www/fullchain.pem"}
        seen["renewal"]["lineages"]["app"]["known"] = False
        seen["site"]["answers"][APP]["certificate"] = {"fingerprint": "bb" * 32, "distrusted": ""}

    assert faults_of(judge(intent, seeing(evidence, "server", spoil))) == [
        ("there is a certificate www", "there is no certificate: /etc/letsencrypt/live/www/fullchain.pem"),
        (
            "the certificate app, when renewed, is put into service",
            "certbot does not know the certificate, so it renews nothing",
        ),
        (
            f"{APP} shows the certificate that is on disk",
            "another one is served: the web server was not reloaded, or uses other files",
        ),
    ]


def test_sites_below_a_wildcard_show_its_certificate_unless_they_have_their_own() -> None:
    both = [{"name": "wild", "names": ["*.nostromo.cl"], "challenge": "dns"}, {"name": "own", "names": [APP]}]
    intent, evidence = evidence_of({**data_of(ONE_SERVER), "certificate": both})
    titles = [one.title for one in judge(intent, evidence) if one.title.endswith("shows the certificate that is on disk")]
    assert titles == [f"{name} shows the certificate that is on disk" for name in ("www.nostromo.cl", APP)]


@pytest.mark.parametrize(("mode", "is_open"), [("0600", False), ("0640", False), ("0644", True), ("0602", True)])
def test_a_key_that_is_open_to_everybody(mode: str, is_open: bool) -> None:
    found = seen_on("server", put("certificate", APP, "key_mode", value=mode))[0]
    fault = (f"the key of the certificate {APP} is not open to everybody", "everybody has rights to the file")
    assert found == [fault] * is_open


@pytest.mark.parametrize("status", [200, 302, 401, 404, 429, 500])
def test_a_component_that_answers_whatever_it_says(status: int) -> None:
    assert site_with("app.nostromo.cl", "paths", {"/": {"status": status, "location": ""}, "/api/": OK}) == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 502, "location": ""}, "status 502: the web server gets no answer from it"),
        ({"status": 503, "location": ""}, "status 503: it cannot serve now"),
        ({"status": 504, "location": ""}, "status 504: the web server gets no answer from it in time"),
        ({"error": "no answer: timed out", "reached": True}, "no answer: timed out"),
    ],
)
def test_a_route_that_nobody_answers(answer: dict[str, object], told: str) -> None:
    faults = site_with("app.nostromo.cl", "paths", {"/": OK, "/api/": answer})
    title = "https://app.nostromo.cl/api/ is served by orchestrator"
    assert faults == [(title, told)]


def test_a_route_whose_limit_a_request_would_use_up_is_not_asked() -> None:
    intent, evidence = evidence_of(SYSTEMS["one server"])
    slow = replace(intent, limits=[replace(limit, rate_per_second=0.1) for limit in intent.limits])
    assert observations(slow, "server")["site"]["paths"][APP] == ["/"]
    unasked = seeing(evidence, "server", lambda seen: seen["site"]["answers"][APP]["paths"].pop("/api/"))
    untried = [one for one in judge(intent, unasked) if one.verdict == "skipped"]
    told = [(one.title, one.reason) for one in untried if one.subject == "route"]
    assert told == [
        (f"https://{APP}/api/ is served by orchestrator", "its limit is so low that asking would use it up")
    ]


OK = {"status": 200, "location": ""}
ON_THE_SITE: list[tuple[str, str, dict[str, object], list[tuple[str, str]]]] = [
    (
        APP,
        "http",
        {"status": 301, "location": "https://evil.example/verify?probe=1"},
        [(f"http://{APP} leads to https://{APP}", "status 301 to https://evil.example/verify?probe=1")],
    ),
    (
        APP,
        "http",
        {"status": 301, "location": f"https://{APP}/"},
        [(f"http://{APP} leads to https://{APP}", f"status 301 to https://{APP}/")],
    ),
    (APP, "http", {"status": 200, "location": ""}, [(f"http://{APP} leads to https://{APP}", "status 200")]),
    (APP, "http", {"status": 308, "location": f"https://{APP}/verify?probe=1"}, []),
    (APP, "https", {"status": 404, "location": ""}, []),
    (APP, "https", {"status": 502, "location": ""}, [(f"https://{APP} answers", "status 502")]),
    (
        WWW,
        "https",
        {"status": 302, "location": f"https://{APP}/verify?probe=1"},
        [(f"https://{WWW} leads to https://{APP}", f"status 302 to https://{APP}/verify?probe=1")],
    ),
    (
        UNKNOWN,
        "http",
        {"status": 200, "location": ""},
        [(f"http://{UNKNOWN} gets no answer", "it answers with status 200")],
    ),
    (UNKNOWN, "http", {"error": "no connection: timed out", "reached": False}, []),
    (
        APP,
        "certificate",
        {"fingerprint": "bb" * 32, "distrusted": ""},
        [
            (
                f"{APP} shows the certificate that is on disk",
                "another one is served: the web server was not reloaded, or uses other files",
            )
        ],
    ),
    (
        APP,
        "certificate",
        {"fingerprint": "aa" * 32, "distrusted": "certificate has expired"},
        [(f"{APP}'s certificate is trusted, and is for that name", "certificate has expired")],
    ),
]


@pytest.mark.parametrize(("name", "scheme", "answer", "faults"), ON_THE_SITE)
def test_what_deviates_on_the_site(
    name: str, scheme: str, answer: dict[str, object], faults: list[tuple[str, str]]
) -> None:
    assert site_with(name, scheme, answer) == faults


BURST = "/api/ (api_limit): 21 of any number of immediate requests are answered"
RATE = "/api/ (api_limit): 10 requests a second after that"
OTHER = "/api/ (api_limit): another client is served while one has used it up"
LIMITS: list[tuple[dict[str, object], dict[str, str]]] = [
    ({}, {BURST: "passed", RATE: "passed"}),
    ({"answered": 27, "rate": None, "unmeasured": "nothing was refused"}, {BURST: "failed", RATE: "skipped"}),
    ({"answered": 20}, {BURST: "failed", RATE: "passed"}),
    ({"answered": 22}, {BURST: "failed", RATE: "passed"}),
    ({"answered": 22, "seconds": 0.11}, {BURST: "passed", RATE: "passed"}),
    ({"rate": 11.0}, {BURST: "passed", RATE: "failed"}),
    ({"rate": 9.0}, {BURST: "passed", RATE: "failed"}),
    ({"rate": 10.3}, {BURST: "passed", RATE: "passed"}),
    ({"error": "timed out"}, {BURST: "skipped", RATE: "skipped", OTHER: "skipped"}),
    (
        {"other": {"address": "2001:db8:1::7", "statuses": [429] * 3}},
        {BURST: "passed", RATE: "passed", OTHER: "failed"},
    ),
    ({"other": {"error": "one family only"}}, {BURST: "passed", RATE: "passed", OTHER: "skipped"}),
]


@pytest.mark.parametrize(("change", "verdicts"), LIMITS)
def test_limits(change: dict[str, object], verdicts: dict[str, str]) -> None:
    intent, evidence = evidence_of(SYSTEMS["one server"])
    checks = judge(intent, seeing(evidence, "server", lambda seen: seen["site"]["limits"]["api_limit"].update(change)))
    found = {check.title: check.verdict for check in checks if check.subject == "limit"}
    assert found == {OTHER: "passed", **verdicts}


def test_a_limit_that_clients_share_is_not_tried() -> None:
    data = copy.deepcopy(SYSTEMS["one server"])
    data["rate_limits"]["api_limit"]["key"] = "$server_name"
    checks = judge(*evidence_of(data))
    [limit] = [check for check in checks if check.subject == "limit"]
    assert (limit.verdict, limit.reason) == ("skipped", "its key is shared by clients, who would be refused")


def test_a_host_that_cannot_be_reached_is_a_fault_and_a_client_is_not() -> None:
    intent, evidence = evidence_of(SYSTEMS["two hosts"])
    looks = {name: look for name, look in evidence.looks.items() if name == "web"}
    unreachable = {"data": "Ansible cannot reach it", "outside": "Ansible cannot reach it"}
    checks = judge(intent, replace(evidence, looks=looks, unreachable=unreachable))
    found = {check.title: (check.verdict, check.reason) for check in checks if check.subject == "host"}
    why = "nothing could be tried from there: Ansible cannot reach it"
    assert found == {
        "web can be reached": ("passed", ""),
        "data can be reached": ("failed", why),
        "outside can be reached": ("skipped", why),
        "admin can be reached": ("skipped", "it was left out of this run"),
        "controller can be reached": ("passed", ""),
    }


def test_a_controller_behind_nat_is_judged_by_the_address_that_hosts_see() -> None:
    """It connects from a private address, of which no row speaks; the hosts see an admin's."""
    intent, evidence = evidence_of(SYSTEMS["one server"])
    behind = ending(evidence, lambda probe: {"local": "192.168.1.20"} if probe.vantage == "controller" else {})
    assert faults_of(judge(intent, behind)) == []


def test_a_controller_with_a_public_address_is_itself_though_hosts_see_a_gateway() -> None:
    """They are reached through a gateway that is an admin; its own connections come from the internet."""
    intent, evidence = evidence_of(SYSTEMS["one server"])
    direct = ending(evidence, lambda probe: {"local": "9.9.9.9"} if probe.vantage == "controller" else {})
    assert faults_of(judge(intent, direct)) == [("internet → server 22/tcp: deny", "it is open")]


def test_a_controller_that_is_a_managed_host_is_no_outsider() -> None:
    intent, evidence = evidence_of(SYSTEMS["one server"])
    own = {"local": "203.0.113.7", "outcome": "open"}
    inside = ending(evidence, lambda probe: own if probe.vantage == "controller" else {})
    assert faults_of(judge(intent, replace(inside, vantages=intent.vantages([])))) == []


def test_a_row_from_everybody_is_tried_from_everywhere() -> None:
    intent, evidence = evidence_of(SYSTEMS["one server"])
    row = next(flow.path for flow in intent.matrix.flows if flow.source == ANY and flow.destination == "mother")
    sources = {check.source for check in judge(intent, evidence) if check.row == row}
    assert sources == {"admins", "internet", "nginx", "server", "sevastopol"}


WRONG_DATA: list[tuple[dict[str, object], str]] = [
    (
        {"probe_targets": {"internet": ["deb.debian.org:443"]}},
        'network_probe_targets.internet[0]: "deb.debian.org:443" is neither an address nor a host name; '
        "give one host, without a port or a prefix",
    ),
    (
        {"probe_targets": {"internett": []}},
        "network_probe_targets.internett: internett is not a zone; did you mean internet?",
    ),
    (
        {"tolerated_listeners": [{}]},
        "network_tolerated_listeners[0]: it names no socket; give some of process, protocol, port",
    ),
    (
        {"tolerated_listeners": [{"proces": "sshd"}]},
        "network_tolerated_listeners[0].proces: is not a known key; did you mean process?",
    ),
]


@pytest.mark.parametrize(("change", "message"), WRONG_DATA)
def test_wrong_data_is_told_with_its_path(change: dict[str, object], message: str) -> None:
    with pytest.raises(IntentError) as caught:
        read_intent({**SYSTEMS["one server"], **change})
    assert [str(fault) for fault in caught.value.faults] == [message]
