# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify says of Cloudflare's ranges, asked over HTTP at the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks import ranges
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import Intent, read_intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Evidence, Finding, Look
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.told import Told
from ansible_collections.nostromo.networking.plugins.plugin_utils.told_ranges import told_ranges
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud
from ansible_collections.nostromo.networking.tests.standins.cloudflare.contract import Contract
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Fault, Server
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import NOW, data_of
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.cloudflare.trial import DATA, DOMAIN
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import locked, matrix_of

INTENT = read_intent(
    {**data_of(matrix_of(locked())), "dns": DATA, "domain": DOMAIN, "dns_resolver": "", "has_token": True}
)
HOST = INTENT.matrix.hosts["server"]


@pytest.fixture
def server() -> Iterator[Server]:
    """An API that tells the sample's ranges, and for which nobody has a token."""
    ipv4 = [str(one) for one in INTENT.matrix.in_front if one.version == 4]
    ipv6 = [str(one) for one in INTENT.matrix.in_front if one.version == 6] or ["2400:cb00::/32"]
    found = Server(Cloud(ranges={"ipv4_cidrs": ipv4, "ipv6_cidrs": ipv6, "etag": "x"}), Contract.at_hand())
    yield found
    found.close()
    assert found.violations == []


def judged(seen: Told | None, intent: Intent = INTENT) -> list[Finding]:
    return list(ranges.judge(intent, Evidence([], {"server": Look({"ranges": seen} if seen else {})}, NOW)))


def test_the_ranges_that_cloudflare_tells(server: Server) -> None:
    (found,) = judged(told_ranges(server.url))
    assert (found.verdict, found.title) == ("passed", "the ranges in the data are Cloudflare's")
    assert server.requests == ["GET /ips"]


def test_one_too_many_and_one_that_is_missing(server: Server) -> None:
    server.cloud.ranges["ipv4_cidrs"] = ["198.41.128.0/18", "104.16.0.0/13"]
    (found,) = judged(told_ranges(server.url))
    assert found.verdict == "failed" and found.remedy[0] == "ansible-playbook playbooks/cloudflare_ranges.yml"
    assert found.reason == (
        "198.41.192.0/18 is not Cloudflare's: whoever comes from there is let in and believed; 104.16.0.0/13 is missing:"
        " what Cloudflare sends from there is refused, or counted as one client"
    )


def test_nothing_is_missing_of_a_family_that_is_left_out(server: Server) -> None:
    ipv4 = tuple(one for one in INTENT.matrix.in_front if one.version == 4)
    intent = replace(INTENT, matrix=replace(INTENT.matrix, in_front=ipv4))
    server.cloud.ranges["ipv6_cidrs"] = ["2c0f:f248::/32"]
    assert [one.verdict for one in judged(told_ranges(server.url), intent)] == ["passed"]


def test_what_cannot_be_asked_is_not_tried(server: Server) -> None:
    server.faults = [Fault("GET /ips", 429, headers={"Retry-After": "300"})]
    (found,) = judged(told_ranges(server.url))
    assert (found.verdict, found.reason) == ("skipped", "Cloudflare answers 429, for 300 s more")
    server.cloud.ranges["ipv4_cidrs"] = []
    (found,) = judged(told_ranges(server.url))
    assert (found.verdict, "is empty" in found.reason) == ("skipped", True)
    (found,) = judged(None)
    assert (found.verdict, found.reason) == ("skipped", "Cloudflare was not asked")


def test_who_has_no_token_asks_cloudflare_for_nothing() -> None:
    without = replace(INTENT, has_token=False)
    assert ranges.needs(INTENT, HOST) == {"ranges": {}} and ranges.needs(without, HOST) == {}
    (found,) = judged(None, without)
    assert (found.verdict, found.reason) == (
        "skipped", "Cloudflare is asked only where there is a token (network_cloudflare.token)"
    )  # fmt: skip
    unused = replace(INTENT, matrix=replace(INTENT.matrix, in_front=()))
    assert judged(None, unused) == [] and ranges.needs(unused, HOST) == {}
