# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is measured is what the log holds, whatever clients send."""

from __future__ import annotations

import json
import random
import string

import network
import watch
from testinfra.host import Host

LOG = "/var/log/nginx/access.log"
REQUESTS = "nginx_http_requests_total"
HTTP = network.listen("nginx")["applications"]["HTTP"]
ADDRESS = network.variables()["network_addresses"][0]


def send(outside: Host, requests: list[str]) -> int:
    """Over plain HTTP, where no limit applies; how many were answered."""
    program = watch.copied(outside, "burst.py")
    outside.check_output("printf %%s %s >/tmp/requests.json", json.dumps(requests[:0]))
    outside.check_output("rm /tmp/requests.json")
    for start in range(0, len(requests), 500):
        outside.check_output("printf '%%s\\n' %s >>/tmp/requests.json", json.dumps(requests[start : start + 500]))
    merge = "import json, sys; print(json.dumps([one for line in sys.stdin for one in json.loads(line)]))"
    command = f"python3 -c %s </tmp/requests.json | python3 {program} {ADDRESS} {HTTP}"
    return int(outside.check_output(command, merge))


def test_ten_thousand_requests_are_ten_thousand(server: Host, outside: Host) -> None:
    lines = f'grep --count --text --fixed-strings \'"uri":"/counted\' {LOG}'
    before = watch.counted(server, REQUESTS, site="app.nostromo.cl", route="redirect")
    logged = int(server.run(lines).stdout)
    request = "GET /counted HTTP/1.1\r\nHost: app.nostromo.cl\r\n\r\n"
    for _hundred in range(10):
        assert send(outside, [request] * 1000) == 1000
    assert int(server.run(lines).stdout) - logged == 10000
    assert watch.awaited(
        lambda: watch.counted(server, REQUESTS, site="app.nostromo.cl", route="redirect") - before >= 10000, 20
    )
    assert watch.counted(server, REQUESTS, site="app.nostromo.cl", route="redirect") - before == 10000


def test_hostile_requests_make_no_series(server: Host, outside: Host) -> None:
    chance = random.Random(7)

    def some(alphabet: str, most: int) -> str:
        return "".join(chance.choice(alphabet) for _ in range(chance.randint(1, most)))

    odd = string.ascii_letters + string.digits + "\"\\{}[],:'%%$\x80\xff\xc3"
    requests = [
        f"{chance.choice(['GET', 'POST', some(string.ascii_uppercase, 12)])} /{some(odd, 300)} HTTP/1.1\r\n"
        f"Host: {chance.choice(['app.nostromo.cl', some(string.ascii_lowercase + '.-', 40), some(odd, 40)])}\r\n"
        f"User-Agent: {some(odd, 200)}\r\nReferer: {some(odd, 200)}\r\nContent-Length: 0\r\n\r\n"
        for _ in range(1000)
    ]
    send(outside, requests)  # so that what is new and harmless (a method, a status) is there
    assert watch.awaited(lambda: watch.counted(server, "nginx_log_lines_total", result="parsed") > 0, 20)

    def series() -> set[str]:
        return {
            line.rpartition(" ")[0]
            for line in watch.fetch(server, f"{watch.MTAIL}/metrics").splitlines()
            if line.startswith("nginx_")
        }

    before, parsed = series(), watch.counted(server, "nginx_log_lines_total", result="parsed")
    for _thousand in range(5):
        chance.shuffle(requests)
        send(outside, requests)
    assert watch.awaited(lambda: watch.counted(server, "nginx_log_lines_total", result="parsed") - parsed >= 4000, 20)
    assert series() == before
    assert not any("evil" in one or "\\" in one for one in before)
    assert watch.counted(server, "nginx_log_lines_total", result="unparsed") == 0
