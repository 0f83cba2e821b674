# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is measured is what the log holds, whatever clients send."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import network
import pytest
import watch
from testinfra.host import Host

REQUESTS, LINES = "nginx_http_requests_total", "nginx_log_lines_total"
HTTP = network.listen("nginx")["applications"]["HTTP"]
#: How many requests that no browser makes; the same each time.
HOSTILE = 2500
ADDRESS = network.variables()["network_addresses"][0]


Send = Callable[..., int]


@pytest.fixture(scope="module")
def send(outside: Host) -> Send:
    """`send(kind, count, more="")`, over plain HTTP, where no limit applies: how many were answered."""
    program = watch.copied(outside, "burst.py")

    def answered(kind: str, count: int, more: str = "") -> int:
        return int(outside.check_output(f"python3 {program} {ADDRESS} {HTTP} {kind} {count} {more}"))

    return answered


def counted(server: Host) -> float:
    """How many of the plain ones are."""
    return watch.counted(server, REQUESTS, site="app.nostromo.cl", route="redirect")


def logged(server: Host, uri: str = "/counted", log: str = "access.log") -> int:
    return int(server.run("grep --count --text --fixed-strings %s /var/log/nginx/%s", f'"uri":"{uri}', log).stdout)


def series(server: Host) -> set[str]:
    lines = watch.fetch(server, f"{watch.MTAIL}/metrics").splitlines()
    return {line.rpartition(" ")[0] for line in lines if line.startswith("nginx_")}


def test_ten_thousand_requests_are_ten_thousand(server: Host, send: Send) -> None:
    lines, before = logged(server), counted(server)
    assert send("plain", 10_000) == 10_000
    assert watch.awaited(lambda: logged(server) - lines >= 10_000, 30)
    assert watch.awaited(lambda: counted(server) - before >= 10_000, 30)
    assert (logged(server) - lines, counted(server) - before) == (10_000, 10_000)


def test_a_log_that_is_rotated_under_load_loses_nothing(server: Host, send: Send) -> None:
    """Not even what Nginx's old workers write to the old file when mtail has long seen the new one."""
    before = counted(server)
    with ThreadPoolExecutor() as pool:
        sent = [pool.submit(send, "plain", 2000, "500"), pool.submit(send, "held", 20, "9")]
        server.check_output("sleep 3; logrotate --force /etc/logrotate.d/nginx")
        assert [one.result() for one in sent] == [2000, 20]
    assert logged(server, "/counted/held", "access.log.1") == 20
    assert 0 < logged(server) < 2000
    assert watch.awaited(lambda: counted(server) - before >= 2020, 30)
    assert counted(server) - before == 2020


def test_hostile_requests_make_no_series(server: Host, send: Send) -> None:
    def parsed() -> float:
        return watch.counted(server, LINES, result="parsed")

    def sent() -> set[str]:
        began = parsed()
        answered = send("hostile", HOSTILE)
        assert answered >= HOSTILE * 0.8
        assert watch.awaited(lambda: parsed() - began >= answered, 30)
        return series(server)

    # Methods and statuses that were not there before make series once, and texts never do.
    before = sent()
    assert sent() == before
    assert not [one for one in before if re.search(r'="[^"]*[^\w./+"-][^"]*"', one)]
    assert watch.counted(server, LINES, result="unparsed") == 0
