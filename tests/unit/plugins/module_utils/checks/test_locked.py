# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where Cloudflare alone is let in to the sites, being refused from outside is right, and being answered is a fault."""

from __future__ import annotations

from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import read_intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.judge import judge
from ansible_collections.nostromo.networking.plugins.module_utils.checks.plan import from_controller
from ansible_collections.nostromo.networking.plugins.module_utils.checks.probes import Probe
from ansible_collections.nostromo.networking.plugins.module_utils.checks.site import SITE
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import (
    ONE_SERVER,
    data_of,
    ending,
    evidence_of,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import locked, matrix_of

LOCKED = data_of(matrix_of(locked()))


def test_who_asks_the_sites() -> None:
    assert from_controller(read_intent(data_of(ONE_SERVER))) - from_controller(read_intent(LOCKED)) == {SITE}


def test_nothing_is_found_where_the_origin_refuses_everybody() -> None:
    found = judge(*evidence_of(LOCKED))
    assert [one for one in found if one.verdict == "failed"] == []
    refused = [one for one in found if one.destination == "nginx" and one.action == "deny" and one.ports == ("443/tcp",)]
    assert {one.verdict for one in refused} == {"passed"} and any(one.source == "198.51.100.9" for one in refused)
    untried = {one.row: one.reason for one in found if one.verdict == "skipped"}
    assert untried["network_flows[1]"] == "only Cloudflare's own servers are in cloudflare; the sites are asked through them"


def test_an_origin_that_is_open_beside_cloudflare() -> None:
    intent, evidence = evidence_of(LOCKED)

    def answers(probe: Probe) -> dict[str, str]:
        return {"outcome": "open"} if probe.destination == "nginx" and not probe.source and probe.port == 443 else {}

    faults = [one for one in judge(intent, ending(evidence, answers)) if one.verdict == "failed"]
    assert faults and {one.reason for one in faults} == {"the origin is open beside Cloudflare"}
    assert {one.remedy for one in faults} == {("ansible-playbook site.yml --tags firewall",)}
