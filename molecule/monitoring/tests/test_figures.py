# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows that are tried every minute, what is counted of them, and what people are told of both."""

from __future__ import annotations

import re
from collections.abc import Iterator

import network
import pytest
import watch
from counting import COUNT, packets
from testinfra.host import Host

#: Figure -> the highest rating that its unit may have (systemd-analyze security).
FIGURES = {"proof": 2.0, "counters": 1.5, "certificates": 1.0}
PROVE = "systemctl start nostromo-proof.service"
PORT = network.listen("orchestrator")["port"]


def connect(server: Host, user: str, times: int) -> None:
    program = f"import socket; [socket.socket().connect_ex(('127.0.0.1', {PORT})) for _ in range({times})]"
    server.check_output(f"runuser -u {user} -- python3 -c %s", program)


@pytest.mark.parametrize(("figure", "most"), FIGURES.items())
def test_each_is_confined_and_comes_again(server: Host, figure: str, most: float) -> None:
    rating = server.check_output(f"systemd-analyze security --no-pager nostromo-{figure}.service | tail --lines 1")
    assert float(rating.partition(".service: ")[2].split()[0]) <= most, rating
    assert server.check_output(f"systemctl is-active nostromo-{figure}.timer") == "active"
    assert server.check_output(f"systemctl is-enabled nostromo-{figure}.timer") == "enabled"


def test_every_row_is_proven(server: Host) -> None:
    assert watch.awaited(lambda: len(watch.query(server, "nostromo_row_proven == 1")) > 10, 90)
    assert watch.query(server, "nostromo_row_proven == 0") == []
    assert watch.total(server, "time() - nostromo_proof_timestamp_seconds") < 90


def test_the_certificate_s_dates_are_those_on_disk(server: Host) -> None:
    until = server.check_output(
        'date +%s --date "$(openssl x509 -noout -enddate -in /etc/nginx/tls/app.nostromo.cl/fullchain.pem | cut -d= -f2)"'
    )
    assert watch.total(server, "nostromo_certificate_not_after_timestamp_seconds") == int(until)


def test_the_proof_s_packets_are_nobody_s(server: Host) -> None:
    server.check_output(COUNT)
    allowed = {"chain": "local", "row": "API calls", "verdict": "accept"}
    denied = {"chain": "local", "row": "Orchestrator", "verdict": "reject"}
    before = packets(server, **allowed), packets(server, **denied)
    for _time in range(3):
        server.check_output(PROVE)
    server.check_output(COUNT)  # after the reading that ends the proof
    connect(server, "sevastopol", 5)
    connect(server, "etl", 3)
    server.check_output(COUNT)
    assert (packets(server, **allowed) - before[0], packets(server, **denied) - before[1]) == (5, 3)


@pytest.fixture
def lost(server: Host) -> Iterator[None]:
    """A row's rule is gone, as by a slip of the hand."""
    handle = "nft --handle list chain inet nostromo local | sed -n 's/.*comment \"API calls\".*handle //p'"
    server.check_output(f"nft delete rule inet nostromo local handle $({handle})")
    yield
    server.check_output("systemctl reload nostromo-firewall.service")


def test_a_row_that_no_longer_holds_is_told_within_100_seconds(server: Host, outside: Host, lost: None) -> None:
    since = float(outside.check_output("date +%s.%N"))
    seconds = watch.awaited(lambda: watch.first(outside, "webhook", "RowNotProven", "firing", since), 110)
    assert seconds is not None and seconds <= 100, watch.told(outside, "webhook", since)


def test_usage_tells_rows_apart(server: Host) -> None:
    connect(server, "etl", 2)
    server.check_output(COUNT)
    told = network.ansible("ansible-playbook", "playbooks/usage.yml", "-e", "days=1")
    assert "server has counted since " in told
    assert "Used rows, by connections begun: " in told
    assert re.search(r"server +within the host +to Orchestrator, by a user that no row allows +[1-9]", told), told
