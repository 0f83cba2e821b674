# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is measured is what the log holds, whatever clients send."""

from __future__ import annotations

import re

import network
import watch
from testinfra.host import Host

REQUESTS, LINES = "nginx_http_requests_total", "nginx_log_lines_total"
HTTP = network.listen("nginx")["applications"]["HTTP"]
#: How many requests that no browser makes; the same each time.
HOSTILE = 2500
ADDRESS = network.variables()["network_addresses"][0]


def send(outside: Host, kind: str, count: int) -> int:
    """Over plain HTTP, where no limit applies; how many were answered."""
    return int(outside.check_output(f"python3 {watch.copied(outside, 'burst.py')} {ADDRESS} {HTTP} {kind} {count}"))


def counted(server: Host) -> float:
    """How many of the plain ones are."""
    return watch.counted(server, REQUESTS, site="app.nostromo.cl", route="redirect")


def logged(server: Host) -> int:
    return int(server.run('grep --count --text --fixed-strings \'"uri":"/counted\' /var/log/nginx/access.log').stdout)


def series(server: Host) -> set[str]:
    lines = watch.fetch(server, f"{watch.MTAIL}/metrics").splitlines()
    return {line.rpartition(" ")[0] for line in lines if line.startswith("nginx_")}


def test_ten_thousand_requests_are_ten_thousand(server: Host, outside: Host) -> None:
    lines, before = logged(server), counted(server)
    assert send(outside, "plain", 10_000) == 10_000
    assert watch.awaited(lambda: logged(server) - lines >= 10_000, 30)
    assert watch.awaited(lambda: counted(server) - before >= 10_000, 30)
    assert (logged(server) - lines, counted(server) - before) == (10_000, 10_000)


def test_hostile_requests_make_no_series(server: Host, outside: Host) -> None:
    def parsed() -> float:
        return watch.counted(server, LINES, result="parsed")

    def sent() -> set[str]:
        began = parsed()
        answered = send(outside, "hostile", HOSTILE)
        assert answered >= HOSTILE * 0.8
        assert watch.awaited(lambda: parsed() - began >= answered, 30)
        return series(server)

    # Methods and statuses that were not there before make series once, and texts never do.
    before = sent()
    assert sent() == before
    assert not [one for one in before if re.search(r'="[^"]*[^\w./+"-][^"]*"', one)]
    assert watch.counted(server, LINES, result="unparsed") == 0
