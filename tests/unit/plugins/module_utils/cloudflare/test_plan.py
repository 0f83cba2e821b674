# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever a zone holds and data want: one batch leads there, a second plan is empty, and what is not ours stays."""

from __future__ import annotations

import copy
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.model import LEADING, State, Zone, held
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.plan import batches, plan
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud, Refusal, Token
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.cloudflare.trial import (
    DOMAIN,
    MARK,
    TOKEN,
    changed,
    wanted_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CONTENTS = {
    "A": ["192.0.2.1", "192.0.2.2"],
    "AAAA": ["2001:db8::1", "2001:0DB8::2"],
    "CNAME": ["x.example.net", "Y.example.net."],
    "MX": ["m.example.net", "n.example.net."],
    "TXT": ["a", '"b"'],
}
NAMES = ["@", "app", "api", "a.b", "*"]


@st.composite
def records(draw: st.DrawFn, comments: tuple[str | None, ...]) -> dict[str, Any]:
    """One that the zone has."""
    kind = draw(st.sampled_from(sorted(CONTENTS)))
    found = {
        "name": draw(st.sampled_from(NAMES)),
        "type": kind,
        "content": draw(st.sampled_from(CONTENTS[kind])),
        "ttl": draw(st.sampled_from([1, 60, 300])),
        "comment": draw(st.sampled_from(comments)),
        "meta": {"read_only": draw(st.integers(0, 9)) == 9},
    }
    if kind in LEADING:
        found["proxied"] = draw(st.booleans())
    return {**found, "priority": draw(st.sampled_from([1, 10]))} if kind == "MX" else found


@st.composite
def data(draw: st.DrawFn) -> dict[str, Any]:
    """What validation admits."""
    found: list[dict[str, Any]] = []
    for one in draw(st.lists(records((None,)), max_size=6)):
        others = [other for other in found if other["name"] == one["name"]]
        alone = "CNAME" in (one["type"], *(other["type"] for other in others))
        twice = any((other["type"], other["value"]) == (one["type"], one["content"]) for other in others)
        if not (others and alone) and not twice:
            record = {key: one[key] for key in ("name", "type", "ttl", "priority") if key in one}
            found.append({**record, "value": one["content"]})
    return changed(records=found, proxied=draw(st.booleans()))


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(records((None, "by hand", f"{MARK}: x", f"{MARK} staging: x")), max_size=8), data(), st.booleans())
def test_any_zone_becomes_any_data(there: list[dict[str, Any]], wanted: dict[str, Any], taken: bool) -> None:
    cloud = Cloud(tokens={TOKEN: Token()})
    zone = cloud.add_zone(DOMAIN)
    for one in there:
        try:
            cloud.put(zone, one)
        except Refusal:
            continue
    before = copy.deepcopy(cloud.records[zone])
    goal = wanted_of(wanted, NAMES if taken else ())

    def state() -> State:
        return State(Zone(zone, DOMAIN), tuple(map(held, cloud.records[zone].values())), {})

    first = plan(goal, state())
    refused = [step for step in first.steps if step.refused]
    if refused:
        assert all(step.by_hand and (not taken or (step.old and step.old.read_only)) for step in refused)
        return
    for batch in batches(first.steps):
        cloud.answer("POST", f"/zones/{zone}/dns_records/batch", {}, batch, TOKEN)
    assert len(list(batches(first.steps))) <= 1
    assert plan(goal, state()).steps == ()
    own = {(one.name, one.type, one.leads_to) for one in goal.records}
    assert own <= {(one.record.name, one.record.type, one.record.leads_to) for one in state().records}
    named = {one.name for one in goal.records}
    for identity, record in before.items():
        now = cloud.records[zone].get(identity)
        if (record["comment"] or "").startswith(f"{MARK}:") or now == record:
            continue
        if now is None:
            assert taken and record["name"] in named and record["type"] in LEADING
        else:
            assert (taken and record["name"] in named) or is_marked(record, now)


def is_marked(was: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether nothing but the comment is another."""
    return {**was, "comment": None} == {**now, "comment": None}
