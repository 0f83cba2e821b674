# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Cloudflare answers in the site's place, and from what on the host it follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks import certificate, nginx, through
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.diagnosis import checks_for, diagnose
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.model import Scene
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import (
    DAY,
    NOW,
    SITE,
    brief,
    declared,
    on_disk,
    stopped,
    well,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import locked

NAMES = ("app.nostromo.cl", "www.nostromo.cl")
GOOD = {"address": "198.41.128.4", "status": 200, "location": "", "ray": "8a1b-SCL"}


def scene(answer: dict[str, Any], **changes: Any) -> Scene:
    """What is seen of the locked sample while Cloudflare answers so for app and well for www."""
    intent = declared(locked(), proxies="cloudflare", dns={"proxied": True, "records": []})
    return well(intent, here_through={"app.nostromo.cl": answer, "www.nostromo.cl": GOOD}, **changes)


def test_names_that_are_answered() -> None:
    seen = scene({**GOOD, "status": 404})
    assert through.judge(seen) == [] and through.summary(seen) == "2 of 2 names are answered through Cloudflare"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            {**GOOD, "status": 525},
            (
                "error",
                "edge-525:app.nostromo.cl",
                "Cloudflare answers 525 for app.nostromo.cl: the server and Cloudflare agree on no TLS: Nginx has no certificate"
                " for the name.",
                [f"here: {SITE} --tags nginx"],
            ),
        ),
        (
            {**GOOD, "status": 520},
            (
                "error",
                "edge-520:app.nostromo.cl",
                "Cloudflare answers 520 for app.nostromo.cl: the server ended the connection, or sent what is no answer: Nginx's"
                " error log says why.",
                ["sudo tail /var/log/nginx/error.log"],
            ),
        ),
        (
            {**GOOD, "status": 301, "location": "https://app.nostromo.cl/verify?probe=1"},
            (
                "error",
                "edge-circle:app.nostromo.cl",
                "app.nostromo.cl is redirected to itself for ever: Cloudflare asks over HTTP, which Nginx redirects to HTTPS.",
                ["dns: network_dns.ssl_mode: strict", f"here: {SITE} --tags cloudflare"],
            ),
        ),
        (
            {"address": "198.41.128.4", "error": "its certificate is not valid (expired)", "distrusted": True},
            (
                "error",
                "edge-certificate:app.nostromo.cl",
                "The certificate that Cloudflare shows for app.nostromo.cl is refused by browsers.",
                ["dns: see SSL/TLS, Edge Certificates in Cloudflare's dashboard"],
            ),
        ),
    ],
)
def test_what_is_wrong_there(answer: dict[str, Any], told: tuple[Any, ...]) -> None:
    assert [brief(one) for one in through.judge(scene(answer))] == [told]


def test_a_400_where_cloudflare_is_asked_for_a_certificate() -> None:
    found = scene({**GOOD, "status": 400})
    assert through.judge(found) == []
    (finding,) = through.judge(replace(found, intent=replace(found.intent, pulls=True)))
    assert finding.key == "edge-400:app.nostromo.cl" and "shows no certificate" in finding.text
    assert [one.text for one in finding.remedy] == [f"{SITE} --tags cloudflare"]


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "it has no address", "distrusted": False},
        {"address": "198.41.128.4", "error": "no connection: timed out", "distrusted": False},
        {**GOOD, "address": "203.0.113.7", "status": 526},
    ],
)
def test_what_says_nothing_of_cloudflare(answer: dict[str, Any]) -> None:
    assert through.judge(scene(answer)) == []


def test_a_526_follows_from_the_certificate() -> None:
    expired = {"app.nostromo.cl": on_disk(list(NAMES), not_after=NOW - DAY)}
    diagnosis = diagnose(scene({**GOOD, "status": 526}, certificate=expired), [through.CHECK, certificate.CHECK])
    assert [(one.finding.kind, one.remedy == ()) for one in diagnosis.findings] == [
        ("certificate-expired", False), ("edge-526", True),
    ]  # fmt: skip


def test_a_521_follows_from_nginx() -> None:
    down = {"unit": stopped(), "faults": [], "workers_started": 0, "changed": []}
    diagnosis = diagnose(scene({**GOOD, "status": 521}, nginx=down), [nginx.CHECK, through.CHECK])
    assert [one.finding.kind for one in diagnosis.findings] == ["nginx-down", "edge-521"]
    assert diagnosis.findings[1].cause is diagnosis.findings[0].finding


def test_it_is_asked_where_cloudflare_stands_in_front() -> None:
    assert through.CHECK in checks_for(scene(GOOD).intent, "certificate")
    assert through.CHECK not in checks_for(declared(), "")
