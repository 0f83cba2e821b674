# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A test alert, sent by a real Alertmanager with the file that is written for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.delivery import Taken, deliver
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.receivers import (
    alertmanager_configuration,
    messages,
)

from .samples import sample
from .serving import alertmanager, free_port, receiver


def told(*webhooks: str, mail: int = 0) -> dict[str, Any]:
    """Who is alerted, without a wait for further alerts of a group."""
    server = {"server": "127.0.0.1", "port": mail, "from": "a@example.org", "tls": False}
    receivers = {"webhooks": [{"url": url} for url in webhooks], **({"mail": server, "email": ["b@example.org"]} if mail else {})}
    configuration = alertmanager_configuration(sample(receivers=receivers), "/nonexistent")
    configuration["route"].update(group_wait="0s", group_interval="2s")
    return configuration


def test_everybody_takes_it_each_time(tmp_path: Path) -> None:
    with receiver(200) as (first, taken), receiver(204) as (second, _taken), alertmanager(tmp_path, told(first, second)) as url:
        for number in (1, 2):
            assert deliver(url, {"webhook": 2}) == {"webhook": Taken(2, 2, 0)}
            assert len(taken) == number
    alert = taken[0]["alerts"][0]
    assert (alert["labels"]["alertname"], alert["status"]) == ("TestAlert", "firing")
    assert "Nothing is wrong" in alert["annotations"]["summary"]


def test_who_refuses_it_is_told_apart(tmp_path: Path) -> None:
    with receiver(200) as (first, _), receiver(403) as (second, _), alertmanager(tmp_path, told(first, second)) as url:
        found = deliver(url, {"webhook": 2})["webhook"]
    assert (found.taken, found.failed > 0, found.is_complete) == (1, True, False)


def test_a_mail_server_that_is_not_there(tmp_path: Path) -> None:
    with receiver(200) as (hook, _), alertmanager(tmp_path, told(hook, mail=free_port())) as url:
        found = deliver(url, {"webhook": 1, "email": 1})
    assert found["webhook"] == Taken(1, 1, 0)
    assert found["email"].taken == 0
    assert found["email"].failed > 0


def test_alertmanager_is_not_there() -> None:
    with pytest.raises(OSError, match="refused"):
        deliver(f"http://127.0.0.1:{free_port()}", {"webhook": 1})


@pytest.mark.parametrize(
    ("receivers", "wanted"),
    [
        ({}, {}),
        ({"webhooks": [{"url": "https://a.example"}] * 2}, {"webhook": 2}),
        (
            {"email": ["a@example.org", "b@example.org"], "mail": {"server": "mail.example.org", "from": "c@example.org"}},
            {"email": 1},
        ),
    ],
)
def test_how_many_messages_an_alert_is(receivers: dict[str, Any], wanted: dict[str, int]) -> None:
    assert messages(sample(receivers=receivers).monitoring) == wanted
