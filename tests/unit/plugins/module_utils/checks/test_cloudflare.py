# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify says of Cloudflare: the zone against the data, over HTTP at the stand-in, and how names look from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks import edge, public_name, through, zone
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import Intent, read_intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Evidence, Finding, Look, Scene
from ansible_collections.nostromo.networking.plugins.module_utils.checks.web_server import WebServer
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.drift import Drift, drift
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.plan import plan
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Token
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Fault
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import NOW, data_of
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.cloudflare.trial import (
    DATA,
    DOMAIN,
    MARK,
    TOKEN,
    Trial,
    wanted_of,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import locked, matrix_of

ZONE = {"dns": DATA, "domain": DOMAIN, "dns_resolver": "", "has_token": True}
INTENT = read_intent({**data_of(matrix_of(locked())), **ZONE})
HOST = INTENT.matrix.hosts["server"]


@pytest.fixture
def trial() -> Iterator[Trial]:
    """A zone that is as the data say."""
    found = Trial.begin()
    found.run()
    yield found
    found.server.close()


def seen(trial: Trial) -> Drift:
    wanted = wanted_of(DATA)
    return drift(trial.state, lambda state: plan(wanted, state), MARK)


def judged(found: Drift | None, intent: Intent = INTENT) -> list[Finding]:
    looks = {"server": Look({"zone": found} if found else {})}
    return list(zone.judge(intent, Evidence([], looks, NOW)))


def failed(found: Drift) -> dict[str, str]:
    return {one.title: one.reason for one in judged(found) if one.verdict == "failed"}


def test_a_zone_as_the_data_say(trial: Trial) -> None:
    before = len(trial.server.log)
    found = judged(seen(trial))
    assert {one.verdict for one in found} == {"passed"} and {one.method for one in trial.server.log[before:]} == {"GET"}
    assert [one.title for one in found] == [
        "the zone nostromo.cl at Cloudflare is as the data say",
        "ssl_automatic_mode is custom at Cloudflare",
        "ssl is strict at Cloudflare",
        "always_use_https is on at Cloudflare",
        "min_tls_version is 1.2 at Cloudflare",
        "app.nostromo.cl A is at Cloudflare as the data say",
        "api.nostromo.cl CNAME is at Cloudflare as the data say",
        "www.nostromo.cl CNAME is at Cloudflare as the data say",
    ]
    assert found[0].evidence == (
        "left alone: nostromo.cl  MX  10 mail.example.net",
        'left alone: nostromo.cl  TXT  "v=spf1 -all"',
    )


def test_each_drift_is_named(trial: Trial) -> None:
    by_name = {one["name"]: identity for identity, one in trial.cloud.records[trial.zone].items()}
    trial.cloud.records[trial.zone][by_name["app.nostromo.cl"]] |= {"content": "198.51.100.9"}
    trial.cloud.records[trial.zone][by_name["api.nostromo.cl"]] |= {"proxied": False}
    del trial.cloud.records[trial.zone][by_name["www.nostromo.cl"]]
    trial.put("www", "A", "198.51.100.7")
    trial.put("old", "A", "198.51.100.8", comment=f"{MARK}: gone")
    trial.cloud.settings[trial.zone] |= {"ssl": "flexible", "always_use_https": "off"}
    assert failed(seen(trial)) == {
        "ssl is strict at Cloudflare": "differs from the data: flexible, not strict",
        "always_use_https is on at Cloudflare": "differs from the data: off, not on",
        "app.nostromo.cl A is at Cloudflare as the data say": (
            "differs from the data: 198.51.100.9, proxied, not 203.0.113.7, proxied; made by us"
        ),
        "api.nostromo.cl CNAME is at Cloudflare as the data say": (
            "differs from the data: app.nostromo.cl, not proxied, not app.nostromo.cl, proxied; made by us"
        ),
        "www.nostromo.cl CNAME is at Cloudflare as the data say": "not there yet: –, not app.nostromo.cl, proxied",
        "www.nostromo.cl has no A at Cloudflare": (
            "stands in the way of the CNAME of the data: 198.51.100.7, not –; made by hand"
        ),
        "old.nostromo.cl has no A at Cloudflare": "gone from the data: 198.51.100.8, not –; made by us",
    }
    www = next(one for one in judged(seen(trial)) if one.title == "www.nostromo.cl has no A at Cloudflare")
    assert "add www.nostromo.cl to network_cloudflare.take_over" in www.evidence[-1]


def test_a_record_that_only_lacks_the_mark_is_no_drift(trial: Trial) -> None:
    for one in trial.cloud.records[trial.zone].values():
        one["comment"] = "by hand"
    assert failed(seen(trial)) == {}


def test_a_zone_that_serves_nobody(trial: Trial) -> None:
    trial.cloud.zones[trial.zone]["paused"] = True
    told = "it is paused: Cloudflare answers for names and stands in front of nothing"
    assert failed(seen(trial)) == {"the zone nostromo.cl at Cloudflare is as the data say": told}


def test_a_zone_that_cannot_be_read(trial: Trial) -> None:
    trial.server.faults = [Fault("GET /zones$", status=502, times=9)]
    (unreached,) = judged(seen(trial))
    assert unreached.verdict == "skipped" and "Cloudflare answers 502" in unreached.reason
    trial.server.faults = []
    trial.cloud.tokens = {TOKEN: Token(scopes=frozenset({"zone:read", "zone_settings:read"}))}
    (refused,) = judged(seen(trial))
    assert refused.verdict == "failed" and "the permission Zone > DNS > Read" in refused.reason


def test_without_a_token_it_is_not_tried() -> None:
    without = replace(INTENT, has_token=False)
    assert zone.needs(INTENT, HOST) == {"zone": {}} and zone.needs(without, HOST) == {}
    (found,) = judged(None, without)
    assert (found.verdict, found.reason) == ("skipped", "no token to read it with (network_cloudflare.token)")
    (found,) = judged(None)
    assert (found.verdict, found.reason) == ("skipped", "it was not looked at")
    assert judged(None, replace(without, dns=None)) == []


def test_what_is_asked_from_outside() -> None:
    names = ["app.nostromo.cl", "www.nostromo.cl"]
    assert edge.look_from_outside(INTENT, HOST) == {"edge": {"names": names, "resolvers": ["1.1.1.1", "8.8.8.8"]}}
    assert edge.resolvers(replace(INTENT, resolver="192.0.2.53")) == ("192.0.2.53",)
    assert edge.look_from_outside(read_intent(data_of(matrix_of(locked()))), HOST) == {}


def at_the_edge(resolver: Mapping[str, Any], answer: Mapping[str, Any]) -> Scene:
    found: Any = {"names": {"app.nostromo.cl": {"1.1.1.1": resolver}}, "through": {"app.nostromo.cl": answer}}
    return Scene(INTENT, HOST, Look({"edge": found}), NOW)


THERE = {"addresses": ["198.41.128.4", "2400:cb00::1"], "problem": "", "reached": True}
GOOD = {"address": "198.41.128.4", "status": 200, "location": "", "ray": "8a1b-SCL"}


@pytest.mark.parametrize(
    ("asked", "verdict", "reason"),
    [
        (THERE, "passed", ""),
        (
            {**THERE, "addresses": ["203.0.113.7"]},
            "failed",
            "it leads to 203.0.113.7, past Cloudflare: the record is not proxied",
        ),
        ({"addresses": [], "problem": "no such name", "reached": True}, "failed", "no such name"),
        ({"addresses": [], "problem": "no answer within 2 s", "reached": False}, "skipped", "1.1.1.1: no answer within 2 s"),
    ],
)
def test_where_resolvers_say_that_names_lead(asked: Mapping[str, Any], verdict: str, reason: str) -> None:
    (found,) = public_name.judge(at_the_edge(asked, GOOD))
    assert (found.verdict, found.reason) == (verdict, reason)


SITE = "ansible-playbook site.yml --tags"


@pytest.mark.parametrize(
    ("answer", "verdict", "reason", "remedy"),
    [
        (GOOD, "passed", "", ()),
        ({**GOOD, "status": 404}, "passed", "", ()),
        ({**GOOD, "ray": ""}, "failed", "whoever answers there is not Cloudflare: no cf-ray is sent", ()),
        (
            {**GOOD, "status": 526},
            "failed",
            "status 526: the server's certificate is not valid for Full (strict): expired, a placeholder, or for other names",
            (f"{SITE} letsencrypt",),
        ),
        (
            {**GOOD, "status": 502},
            "failed",
            "status 502: the server failed, or Cloudflare itself: Nginx's access log says whether the request came that far",
            (),
        ),
        (
            {**GOOD, "status": 522},
            "failed",
            "status 522: the server does not answer Cloudflare in time: it is down, or a firewall drops Cloudflare's addresses",
            (f"{SITE} firewall",),
        ),
        (
            {**GOOD, "status": 301, "location": "https://app.nostromo.cl/verify?probe=1"},
            "failed",
            "it is redirected to itself: Cloudflare asks the server over HTTP (ssl_mode flexible or off), which redirects it",
            (f"{SITE} cloudflare",),
        ),
        ({"error": "it has no address", "distrusted": False}, "skipped", "it has no address", ()),
        (
            {**GOOD, "address": "203.0.113.7"},
            "skipped",
            "from here it leads to 203.0.113.7, which is not Cloudflare's",
            (),
        ),
        (
            {"address": "198.41.128.4", "error": "no connection: timed out", "distrusted": False},
            "skipped",
            "no connection: timed out",
            (),
        ),
        (
            {"address": "198.41.128.4", "error": "its certificate is not valid (expired)", "distrusted": True},
            "failed",
            "its certificate is not valid (expired)",
            (),
        ),
    ],
)
def test_what_is_answered_through_cloudflare(
    answer: Mapping[str, Any], verdict: str, reason: str, remedy: tuple[str, ...]
) -> None:
    (found,) = through.judge(at_the_edge(THERE, answer))
    assert (found.verdict, found.reason, found.remedy) == (verdict, reason, remedy)


def test_a_400_is_traced_to_origin_pulls_where_there_are_any() -> None:
    there = at_the_edge(THERE, {**GOOD, "status": 400})
    assert [one.verdict for one in through.judge(there)] == ["passed"]
    asking = replace(INTENT, web_server=WebServer(client_certificate="log"))
    (found,) = through.judge(replace(there, intent=asking))
    assert found.reason.startswith("status 400: Nginx refuses it, as it does where Cloudflare shows no certificate")
    assert found.remedy == (f"{SITE} cloudflare",)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [([], ""), (["Cloudflare does not show it", "it ends soon"], "Cloudflare does not show it; it ends soon")],
)
def test_origin_pulls_are_told_where_the_data_have_them(trial: Trial, wrong: list[str], reason: str) -> None:
    title = "Cloudflare shows the server the certificate of the data (origin pulls)"
    assert title not in [one.title for one in judged(seen(trial))]
    (found,) = (one for one in judged({**seen(trial), "pulls": wrong}) if one.title == title)
    assert found.reason == reason and found.verdict == ("failed" if wrong else "passed")
