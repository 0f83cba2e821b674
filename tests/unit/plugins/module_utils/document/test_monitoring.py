# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of network_monitoring: the document's alerts as they stand, the others unless they are switched off."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.monitoring import (
    Alerts,
    ErrorRateAlert,
    Monitoring,
    ResponseTimeAlert,
    UnreachableAlert,
)
from ansible_collections.nostromo.networking.plugins.module_utils.document.schema import TEMPLATE
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.tests.unit.templates.rendering import REPOSITORY, load
from jsonschema import Draft7Validator

STOCK = load(REPOSITORY / "inventories" / "group_vars" / "all" / "monitoring.yml")["network_monitoring"]
del STOCK["receivers"]  # which each environment fills in
MAIL = {"server": "mail.example.org", "from": "nostromo@example.org", "user": "nostromo", "password": "s3cret"}


def read(**changes: Any) -> tuple[Monitoring | None, list[str]]:
    """The stock data with changes as read, and what is wrong."""
    faults = Faults()
    monitoring = Monitoring.read({**STOCK, **changes}, "m", faults)
    return monitoring, [str(fault) for fault in faults]


def test_the_documents_alerts_are_as_it_says_and_all_others_in_force() -> None:
    monitoring, faults = read()
    assert monitoring is not None
    assert faults == []
    assert monitoring.alerts.error_rate == ErrorRateAlert(above_percent=5, for_minutes=5, statuses=("5xx",))
    assert monitoring.alerts.response_time == ResponseTimeAlert(percentile=95, above_ms=1000)
    assert monitoring.alerts.unreachable == UnreachableAlert(component="orchestrator", for_minutes=1)
    assert all(vars(monitoring.alerts).values())
    assert (monitoring.retention.days, monitoring.retention.gigabytes) == (30, 2)
    assert (
        monitoring.receivers.email,
        monitoring.receivers.webhooks,
        monitoring.receivers.mail,
        monitoring.heartbeat,
    ) == (
        (),
        (),
        None,
        None,
    )


@pytest.mark.parametrize("name", vars(Alerts()))
def test_each_can_be_switched_off(name: str) -> None:
    monitoring, faults = read(alerts={**STOCK["alerts"], name: False})
    assert monitoring is not None
    assert faults == []
    assert [key for key, alert in vars(monitoring.alerts).items() if not alert] == [name]


def test_whole() -> None:
    given = {
        "alerts": {"disk": {"within_hours": 8}, "clock": False},
        "receivers": {
            "email": ["ops@example.org"],
            "mail": MAIL,
            "webhooks": [{"url": "https://alerts.example.org/x", "token": "t0ken"}],
            "repeat_hours": 12,
        },
        "heartbeat": {"url": "https://hc.example.org/uuid"},
        "retention": {"days": 90, "gigabytes": 10},
    }
    monitoring, faults = read(**given)
    assert monitoring is not None
    assert faults == []
    mail = monitoring.receivers.mail
    assert mail is not None
    assert (mail.sender, mail.port, mail.tls) == ("nostromo@example.org", 587, True)
    assert monitoring.receivers.webhooks[0].token == "t0ken"
    schema = {"definitions": {"template": TEMPLATE}, **Monitoring.schema()}
    assert list(Draft7Validator(schema).iter_errors({**STOCK, **given})) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"alerts": {"disk": True}}, "m.alerts.disk: true is not a mapping; write a mapping with within_hours, above_percent"),
        ({"alerts": {"dsik": False}}, "m.alerts.dsik: is not a known key; did you mean disk?"),
        (
            {"alerts": {"error_rate": {"above_percent": 5, "for_minutes": 5, "statuses": []}}},
            "m.alerts.error_rate.statuses: is empty; name at least 5xx",
        ),
        (
            {"receivers": {"email": ["ops@example.org"]}},
            "m.receivers.mail: is missing: there are receivers by e-mail; name the mail server",
        ),
        (
            {"receivers": {"email": [""], "mail": MAIL}},
            'm.receivers.email[0]: "" is not an e-mail address; use one such as ops@example.org',
        ),
        (
            {"receivers": {"webhooks": [{"url": "secret"}]}},
            "m.receivers.webhooks[0].url: is not an address; use one such as https://alerts.example.org/hook",
        ),
        (
            {"receivers": [{"webhooks": [{"url": "https://x/s3cret"}]}]},
            'm.receivers: [{"webhooks": "…"}] is not a mapping; write a mapping with email, webhooks, mail, repeat_hours',
        ),
        (
            {"receivers": {"mail": {**MAIL, "password": None}}},
            "m.receivers.mail.password: is missing; give it, in a vault, or remove the user",
        ),
        (
            {"receivers": {"mail": {**MAIL, "tls": False}}},
            "m.receivers.mail.tls: the password would be sent for everybody on the way to read; remove tls: false, or the user",
        ),
        ({"retention": {"days": 0}}, "m.retention.days: 0 is not a whole number; use one from 1 to 3650"),
    ],
)  # fmt: skip
def test_wrong(changes: dict[str, Any], told: str) -> None:
    _monitoring, faults = read(**changes)
    assert told in faults
