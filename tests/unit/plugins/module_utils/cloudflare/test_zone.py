# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs over a zone by real HTTP: what is asked, what is changed, in which order, and what becomes of it when something breaks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare import importing, restore, zone
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.api import ApiError
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.text import plan_text
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import EVERYTHING, Token
from ansible_collections.nostromo.networking.tests.standins.cloudflare.contract import VARIABLE
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Fault
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.cloudflare.trial import (
    CONTRACT,
    DATA,
    DOMAIN,
    MARK,
    Trial,
    changed,
)

READS = [
    "GET /zones",
    "GET /zones/ZONE/dns_records",
    "GET /zones/ZONE/settings",
    "GET /zones/ZONE/settings/ssl_automatic_mode",
]
BATCH = "POST /zones/ZONE/dns_records/batch"
WRITES = [
    "PATCH /zones/ZONE/settings/ssl_automatic_mode", "PATCH /zones/ZONE/settings/ssl", BATCH,
    "PATCH /zones/ZONE/settings/min_tls_version", "PATCH /zones/ZONE/settings/always_use_https",
]  # fmt: skip
OURS = {
    ("app.nostromo.cl", "A", "203.0.113.7", True, "nostromo.networking: Frontend público"),
    ("api.nostromo.cl", "CNAME", "app.nostromo.cl", True, "nostromo.networking: API"),
    ("www.nostromo.cl", "CNAME", "app.nostromo.cl", True, "nostromo.networking: Redirect a app"),
}
CHAIN = """{"success": false, "errors": [
    {"code": 1004, "message": "DNS Validation Error", "error_chain": [{"code": 9999, "message": "the cause"}]}
]}"""
OTHERS = {("nostromo.cl", "MX", "mail.example.net", False, None), ("nostromo.cl", "TXT", '"v=spf1 -all"', False, None)}


@pytest.mark.skipif(CONTRACT is None, reason=f"{VARIABLE} does not name Cloudflare's schema")
def test_the_schema_is_one_that_refuses(trial: Trial) -> None:
    assert CONTRACT
    assert CONTRACT.request("GET", "/zones", {"nmae": "x"}, None) == ["GET /zones: no parameter nmae"]
    assert CONTRACT.request("POST", f"/zones/{trial.zone}/dns_records/batch", {}, {"posts": [{"type": "A"}]}) != []


def test_first_run_second_run_and_check(trial: Trial) -> None:
    assert trial.run(check=True).changed
    assert sorted(trial.server.requests) == READS
    assert trial.run().changed
    assert sorted(trial.since(4)[:4]) == READS and trial.since(8) == WRITES  # 9 requests
    assert trial.records == OURS | OTHERS
    settings = trial.cloud.settings[trial.zone]
    assert [settings[name] for name in ("ssl_automatic_mode", "ssl", "min_tls_version", "always_use_https")] == [
        "custom", "strict", "1.2", "on",
    ]  # fmt: skip
    assert settings["http3"] == "on"  # not in the data, not touched
    assert not trial.run().changed
    assert sorted(trial.since(4 + 9)) == READS
    assert len(trial.kept) == 1


def test_what_was_changed_by_hand_is_put_back(trial: Trial) -> None:
    trial.run()
    (app,) = [one for one in trial.cloud.records[trial.zone].values() if one["name"] == "app.nostromo.cl"]
    app.update(content="198.51.100.9", proxied=False, ttl=300)
    trial.cloud.settings[trial.zone]["ssl"] = "flexible"
    outcome = trial.run(check=True)
    lines = [re.split(" {2,}", line) for line in plan_text(outcome.plan, MARK).splitlines()]
    assert lines[:3] == [
        ["name", "type", "now", "wanted", "why", "made"],
        ["ssl", "setting", "flexible", "strict", "differs from the data"],
        [
            "app.nostromo.cl", "A", "198.51.100.9, not proxied, TTL 300", "203.0.113.7, proxied, TTL automatic",
            "differs from the data", "by us",
        ],
    ]  # fmt: skip
    alone = [["", "nostromo.cl", "MX", "10 mail.example.net"], ["", "nostromo.cl", "TXT", '"v=spf1 -all"']]
    assert lines[3:] == [["Left alone:"], *alone]
    trial.run()
    assert trial.records == OURS | OTHERS


def test_an_equal_record_is_adopted_by_its_mark_alone(trial: Trial) -> None:
    made = trial.put("app", "A", "203.0.113.7", proxied=True)
    trial.run()
    assert trial.records == OURS | OTHERS
    assert trial.cloud.records[trial.zone][made]["comment"] == "nostromo.networking: Frontend público"


@pytest.mark.parametrize(
    ("name", "kind", "content", "reason"),
    [
        ("app", "A", "198.51.100.1", "app.nostromo.cl A 198.51.100.1 was made by hand and differs from the data"),
        (
            "www",
            "A",
            "198.51.100.1",
            "www.nostromo.cl A 198.51.100.1 was made by hand and stands in the way of the CNAME",
        ),
        (
            "app",
            "CNAME",
            "x.example.net",
            "app.nostromo.cl CNAME x.example.net was made by hand and stands in the way of the A",
        ),
    ],
)
def test_what_was_made_by_hand_is_replaced_by_the_owners_word_alone(
    trial: Trial, name: str, kind: str, content: str, reason: str
) -> None:
    trial.put(name, kind, content)
    before = trial.records
    with pytest.raises(zone.RefusedError) as refused:
        trial.run()
    assert reason in str(refused.value) and f"add {name}.nostromo.cl to network_cloudflare.take_over" in str(
        refused.value
    )
    assert trial.records == before and sorted(trial.server.requests) == READS
    trial.run(take_over=[name])
    assert trial.records == OURS | OTHERS


def test_a_second_address_beside_ours_takes_a_part_of_the_traffic(trial: Trial) -> None:
    trial.run()
    trial.put("app", "A", "198.51.100.1", proxied=True)
    with pytest.raises(zone.RefusedError, match="stands beside the A of the data"):
        trial.run()
    trial.run(take_over=["app"])
    assert trial.records == OURS | OTHERS


def test_what_a_service_of_cloudflare_owns_is_nobodys_to_change(trial: Trial) -> None:
    trial.put("app", "A", "198.51.100.1", meta={"read_only": True})
    with pytest.raises(zone.RefusedError, match="belongs to a service of Cloudflare's"):
        trial.run(take_over=["app"])


def test_gone_from_the_data_is_deleted_and_many_only_when_confirmed(trial: Trial) -> None:
    trial.run()
    without = changed(records=DATA["records"][:2])
    trial.run(without)
    assert {name for name, *_rest in trial.records} == {"app.nostromo.cl", "api.nostromo.cl", "nostromo.cl"}
    with pytest.raises(zone.RefusedError, match="2 of 4 records would be deleted .*confirm_deletions to 2"):
        trial.run(changed(records=[]))
    with pytest.raises(zone.RefusedError):
        trial.run(changed(records=[]), confirmed=3)
    trial.run(changed(records=[]), confirmed=2)
    assert trial.records == OTHERS


def test_a_record_that_becomes_an_alias_is_one_batch(trial: Trial) -> None:
    trial.run()
    records = [*DATA["records"][:2], {"name": "www", "type": "A", "value": "203.0.113.8"}]
    before = len(trial.server.log)
    trial.run(changed(records=records))
    assert trial.since(before)[4:] == [BATCH]
    assert ("www.nostromo.cl", "A", "203.0.113.8", True, "nostromo.networking:") in trial.records


def test_environments_that_share_a_zone_keep_apart(trial: Trial) -> None:
    trial.put("test", "A", "198.51.100.1", comment="nostromo.networking staging: test")
    trial.run()
    assert ("test.nostromo.cl", "A", "198.51.100.1", False, "nostromo.networking staging: test") in trial.records


def test_settings_that_shut_out_wait_for_the_certificate(trial: Trial) -> None:
    trial.unproven = ["app.nostromo.cl: no TLS"]
    outcome = trial.run()
    assert trial.cloud.settings[trial.zone]["always_use_https"] == "off"
    assert outcome.changed and outcome.held_back.startswith("always_use_https not switched on yet")
    outcome = trial.run()
    assert not outcome.changed and outcome.held_back and len(trial.kept) == 1
    trial.unproven = []
    trial.run()
    assert trial.cloud.settings[trial.zone]["always_use_https"] == "on"


def test_the_way_back(trial: Trial) -> None:
    trial.put("app", "A", "198.51.100.1", comment="by hand", ttl=300)
    trial.put("old", "A", "198.51.100.2", comment="nostromo.networking: old")
    before, settings = trial.records, dict(trial.cloud.settings[trial.zone])
    trial.run(take_over=["app"])
    trial.put("later", "A", "198.51.100.3")
    (spf,) = [one for one in trial.cloud.records[trial.zone].values() if one["type"] == "TXT"]
    spf["content"] = '"changed by its owner"'
    text = restore.kept(trial.kept[0], list(settings), "now")
    number = len(trial.server.log)
    trial.run(back_to=text)
    others = {
        ("later.nostromo.cl", "A", "198.51.100.3", False, None),
        ("nostromo.cl", "TXT", '"changed by its owner"', False, None),
    }
    assert trial.records == {one for one in before if one[1] != "TXT"} | others
    assert trial.cloud.settings[trial.zone] == settings
    order = [request.rpartition("/")[2] for request in trial.since(number + 4)]
    assert order == ["always_use_https", "min_tls_version", "batch", "ssl", "ssl_automatic_mode"]
    assert not trial.run(back_to=text).changed


def test_a_way_back_to_another_zone_is_refused(trial: Trial) -> None:
    state = trial.state()
    text = restore.kept(replace(state, zone=replace(state.zone, id="0" * 32)), [], "now")
    with pytest.raises(restore.UnreadableError, match=f"it is of the zone {DOMAIN}"):
        trial.run(back_to=text)
    with pytest.raises(restore.UnreadableError, match="a run for Cloudflare has not written it"):
        trial.run(back_to="{}")


@pytest.mark.parametrize("number", range(1, 10))
@pytest.mark.parametrize("how", ["cut", "500", "killed"])
def test_broken_after_every_single_request(trial: Trial, how: str, number: int) -> None:
    """By a cut line, an error in place of an answer, or the end of the run; an old record is to go, an equal one adopted."""
    trial.put("old", "A", "192.0.2.7", comment="nostromo.networking: gone")
    trial.put("app", "A", "203.0.113.7", proxied=True)
    if how == "500":
        path = (READS + WRITES)[number - 1].replace("ZONE", "[0-9a-f]+")
        trial.server.faults = [Fault(f"^{path}$", times=4)]
    else:
        trial.server.cut_after = number
    try:
        if how == "killed":
            run_until(trial, number)
        else:
            trial.run()
    except (ApiError, Killed):
        pass
    trial.server.faults, trial.server.cut_after = [], 0
    trial.run()
    assert trial.records == OURS | OTHERS
    assert trial.cloud.settings[trial.zone]["always_use_https"] == "on"
    before = len(trial.server.log)
    assert not trial.run().changed
    assert sorted(trial.since(before)) == READS


class Killed(Exception):
    """The end of a run."""


def run_until(trial: Trial, number: int) -> None:
    """A run that ends when it has made so many requests, whether or not they were answered."""
    api = trial.api

    def dying(token: str = "") -> object:
        found = api() if not token else api(token)
        send = found._send

        def last(*arguments: object) -> object:
            answer = send(*arguments) if len(trial.server.log) < number - 1 else None
            if answer is None:
                try:
                    send(*arguments)
                finally:
                    raise Killed
            return answer

        found._send = last
        return found

    trial.api = dying  # type: ignore[method-assign]
    try:
        trial.run()
    finally:
        trial.api = api  # type: ignore[method-assign]


def test_a_change_is_never_sent_twice_in_the_dark(trial: Trial) -> None:
    """A batch that was made and not answered: the zone is looked at, and nothing is left to do."""
    trial.server.cut_after = 7
    trial.run()
    assert trial.server.requests.count(BATCH) == 1 and trial.records == OURS | OTHERS


def test_patience_is_what_cloudflare_asks_for(trial: Trial) -> None:
    busy = {"headers": {"Retry-After": "7"}, "times": 1}
    broken = Fault("GET .*settings$", 502, "<html>")
    trial.server.faults = [Fault("GET .*dns_records", 429, **busy), Fault("POST", 429, **busy), broken]
    trial.run()
    assert sorted(trial.waits) == [1, 7, 7] and trial.records == OURS | OTHERS


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault("GET /zones$", 200, "<html>", times=9), "not an answer of the API; is a proxy in between?"),
        (
            Fault("GET /zones$", 200, '{"success": true, "result": [{"name": 5}]}'),
            "is not as its reference says (KeyError('id'))",
        ),
        (Fault("GET /zones$", 200, "", times=9), "not an answer of the API"),
        (Fault("GET /zones$", 500, times=9), "GET /zones: Cloudflare answers 500; nothing was changed"),
        (Fault("dns_records", 200, CHAIN), "DNS Validation Error (1004); the cause (9999)"),
    ],
)
def test_answers_that_are_none(trial: Trial, fault: Fault, message: str) -> None:
    trial.server.faults = [fault]
    with pytest.raises(ApiError) as error:
        trial.run()
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("lacking", "tells", "message", "asked"),
    [
        ("zone:read", True, "lacks the permission Zone > Zone > Read", 1),
        ("dns_records:read", True, "lacks the permission Zone > DNS > Read", 4),
        ("zone_settings:read", True, "lacks the permission Zone > Zone Settings > Read", 4),
        ("dns_records:edit", True, "lacks the permission Zone > DNS > Edit", 4),
        ("zone_settings:edit", True, "lacks the permission Zone > Zone Settings > Edit", 4),
        ("zone_settings:edit", False, "lacks the permission Zone > Zone Settings > Edit", 5),
    ],
)
def test_each_scope_that_a_token_lacks(trial: Trial, lacking: str, tells: bool, message: str, asked: int) -> None:
    token = "a-token-that-lacks-something"
    trial.cloud.tokens[token] = Token(EVERYTHING - {lacking}, tells_scopes=tells)
    before = trial.records
    with pytest.raises((ApiError, zone.RefusedError)) as error:
        trial.run(token=token)
    assert message in str(error.value) and len(trial.server.log) == asked
    assert trial.records == before


@pytest.mark.parametrize(
    ("token", "zone_id", "message"),
    [
        ("short", "", "This is no token: copy it anew"),
        ("an-unknown-token-0123456789", "", "Cloudflare does not know this token, or it has expired"),
        ("a-token-for-another-zone", "", "there is no zone nostromo.cl for this token"),
        ("a-token-for-another-zone", "own", "or it is for another zone"),
        ("a-token-for-another-zone", "other", "the zone OTHER is example.org, not nostromo.cl"),
    ],
)
def test_a_token_that_is_none_or_another_zones(trial: Trial, token: str, zone_id: str, message: str) -> None:
    other = trial.cloud.add_zone("example.org")
    trial.cloud.tokens["a-token-for-another-zone"] = Token(zones=["example.org"])
    with pytest.raises(ApiError) as error:
        trial.run(token=token, zone_id={"own": trial.zone, "other": other}.get(zone_id, ""))
    assert message.replace("OTHER", other) in str(error.value)


def test_a_zone_that_the_token_may_not_look_up(trial: Trial) -> None:
    token = "a-token-for-records-alone"
    trial.cloud.tokens[token] = Token(EVERYTHING - {"zone:read"})
    assert trial.run(token=token, zone_id=trial.zone).changed
    trial.cloud.records[trial.zone].clear()
    with pytest.raises(ApiError, match="nothing tells that network_cloudflare.zone_id is nostromo.cl"):
        trial.run(token=token, zone_id=trial.zone)


def test_two_zones_of_one_name(trial: Trial) -> None:
    other = trial.cloud.add_zone(DOMAIN)
    with pytest.raises(ApiError, match=f"network_cloudflare.zone_id: {trial.zone} and {other}"):
        trial.run()
    assert trial.run(zone_id=trial.zone).changed


def test_a_zone_that_moved_away(trial: Trial) -> None:
    trial.cloud.zones[trial.zone]["status"] = "moved"
    with pytest.raises(ApiError, match="is moved, so Cloudflare serves none of it"):
        trial.run()


def test_what_the_owner_should_know(trial: Trial) -> None:
    trial.cloud.zones[trial.zone].update(status="pending", paused=True)
    state = trial.state()
    told = " ".join(zone.notes(state.zone, ["ns1.cloudflare.com", "ns2.cloudflare.com"]))
    assert "ada.ns.cloudflare.com and bob.ns.cloudflare.com" in told and "is pending" in told and "is paused" in told
    serving = replace(state.zone, status="active", paused=False)
    assert zone.notes(serving, ["BOB.ns.cloudflare.com.", "ada.ns.cloudflare.com"]) == []


def test_a_setting_that_the_plan_does_not_include(trial: Trial) -> None:
    trial.cloud.fixed.add("min_tls_version")
    with pytest.raises(zone.RefusedError, match="min_tls_version cannot be changed on this zone's plan"):
        trial.run()


def test_without_the_list_of_all_settings_each_is_asked_for(trial: Trial) -> None:
    trial.cloud.lists_settings = False
    trial.run()
    assert not trial.run().changed


def test_pages_without_their_number(trial: Trial) -> None:
    trial.cloud.counts_pages = False
    trial.run()
    assert not trial.run().changed


def test_more_changes_than_a_batch_may_have(trial: Trial) -> None:
    records = [{"name": f"h{number}", "type": "A", "value": "203.0.113.7"} for number in range(250)]
    trial.run(changed(records=records))
    assert [len(one.body["posts"]) for one in trial.server.log if one.path.endswith("batch")] == [200, 50]


def test_imported_data_are_adopted_without_a_change(trial: Trial) -> None:
    trial.put("app", "A", "203.0.113.7", proxied=True, comment="the site")
    trial.put("ftp", "CNAME", "app.nostromo.cl", ttl=300)
    trial.put("x", "A", "203.0.113.9", meta={"read_only": True})
    state = zone.read(trial.api(), DOMAIN, "", importing.settings_to_read())
    found, rest = importing.as_data(state, MARK)
    assert rest == ["x.nostromo.cl A 203.0.113.9"]
    assert found["records"][0] == {
        "name": "app", "type": "A", "value": "203.0.113.7", "proxied": True, "description": "the site",
    }  # fmt: skip
    outcome = trial.run(found, check=True)
    assert {step.kind for step in outcome.plan.steps} == {"adopt"}
    assert [change.name for change in outcome.plan.settings] == ["ssl_automatic_mode"]
