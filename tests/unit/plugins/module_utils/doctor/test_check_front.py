# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Behind an origin lock being refused from here is right, unless a row lets the controller in."""

from __future__ import annotations

from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks import firewall, front
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.diagnosis import diagnose
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.model import Scene
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import brief, declared, well
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import locked, row, spoil

REFUSED = {80: "http://app.nostromo.cl:80/ does not answer: timed out", 443: "timed out"}
LOAD = "sudo systemctl reload-or-restart nostromo-firewall.service"


def scene(ports: dict[int, str], data: dict[str, Any] | None = None, **changes: Any) -> Scene:
    """What is seen of the locked sample by a controller in the office."""
    return well(declared(data or locked()), client="192.0.2.129", here_ports=ports, **changes)


def test_who_is_refused_sees_what_should_be() -> None:
    refused = scene(REFUSED)
    assert front.judge(refused) == []
    assert front.summary(refused) == "203.0.113.7 answers nobody but Cloudflare on 80 and 443"


def test_an_answer_is_an_open_origin() -> None:
    (found,) = front.judge(scene({**REFUSED, 443: ""}))
    text = "Port 443 of the site answers from here: the origin is open beside Cloudflare."
    assert brief(found) == ("error", "origin-open:443", text, [LOAD])
    assert found.evidence == (
        "from here: 203.0.113.7:443 answers",
        "the rows let in Cloudflare alone: network_flows[0] (HTTP), network_flows[1] (HTTPS)",
    )


def test_it_follows_from_a_firewall_that_is_not_loaded() -> None:
    state = {"unit": well().seen["firewall"]["unit"], "loaded": False}
    diagnosis = diagnose(scene({80: "", 443: ""}, firewall=state), [firewall.CHECK, front.CHECK])
    assert [(one.finding.kind, one.cause.kind if one.cause else "") for one in diagnosis.findings] == [
        ("firewall-down", ""), ("origin-open", "firewall-down"), ("origin-open", "firewall-down"),
    ]  # fmt: skip


def test_a_controller_that_a_row_lets_in_is_answered() -> None:
    data = locked()
    spoil(data, "network_flows[11]", row("office", "nginx", [80, 443]))
    assert front.judge(scene({80: "", 443: ""}, data)) == []
    assert [one.kind for one in front.judge(scene({80: "", 443: "timed out"}, data))] == ["front-closed"]


def test_from_where_it_looks_may_be_unknown() -> None:
    seen = scene(REFUSED)
    seen.seen.pop("client")
    assert front.judge(seen) == []
