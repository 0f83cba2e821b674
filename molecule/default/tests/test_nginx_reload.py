# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a reload of Nginx cannot change is changed all the same, and back; what holds its port is named."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from typing import Any

import network
import pytest
from network import changed
from testinfra.host import Host
from web import get

APP = f"https://{network.variables()['network_certificate']['names'][0]}/"
LIMITS = "/etc/nginx/nostromo.d/limits.conf"
#: What a client sees of a restart, in seconds; as the role's README says.
LONGEST_GAP = 2.0
#: Asks for a page until there is a file, and says when each answer came and whether it was one.
ASK = """
import os, ssl, sys, time, urllib.request
open_ = ssl.create_default_context(cafile="/usr/local/share/ca-certificates/lab-root.crt")
while not os.path.exists("/tmp/asked"):
    try:
        served = urllib.request.urlopen(sys.argv[1], timeout=5, context=open_).status == 200
    except OSError:
        served = False
    print(time.monotonic(), int(served), flush=True)
    time.sleep(0.02)
"""


def nginx(**variables: Any) -> subprocess.CompletedProcess[str]:
    return network.attempt("--tags", "nginx", **variables)


@pytest.fixture
def gap(outside: Host) -> Iterator[list[float]]:
    """Afterwards: for how long at most a client had no answer meanwhile, in seconds."""
    found: list[float] = []
    outside.check_output(
        "rm -f /tmp/asked; nohup python3 -c %s %s >/tmp/asked.log 2>&1 </dev/null & sleep 1; echo", ASK, APP
    )

    def ended() -> float:
        lines = outside.check_output("touch /tmp/asked; sleep 0.5; cat /tmp/asked.log").splitlines()
        served = [float(line.split()[0]) for line in lines if line.endswith(" 1")]
        return max(later - earlier for earlier, later in pairwise(served))

    yield found
    found.append(ended())
    print(f"longest gap: {found[0]:.2f} s")
    assert found[0] < LONGEST_GAP


def test_the_key_of_a_limit_is_changed_and_changed_back(server: Host, outside: Host, gap: list[float]) -> None:
    limits = deepcopy(network.variables()["network_rate_limits"])
    for limit in limits.values():
        limit["key"] = "$server_name$binary_remote_addr"
    assert changed(nginx(nginx_rate_limits=limits)) == 1
    assert "$server_name$binary_remote_addr" in server.file(LIMITS).content_string
    server.check_output("/etc/nginx/nostromo.d/listens")
    assert changed(nginx(nginx_rate_limits=limits)) == 0
    assert changed(nginx()) == 1
    server.check_output("/etc/nginx/nostromo.d/listens")
    assert get(outside, APP).status == 200


@pytest.mark.one_release
def test_a_key_that_was_changed_by_hand_is_put_back(server: Host, outside: Host) -> None:
    """The file is as it should be, the running limit is not: a reload was refused."""
    server.check_output(f"sed -i.kept 's/\\$binary_remote_addr/$remote_addr/' {LIMITS} && systemctl restart nginx")
    server.check_output(f"mv {LIMITS}.kept {LIMITS} && systemctl reload nginx")
    assert changed(nginx()) == 1
    server.check_output("/etc/nginx/nostromo.d/listens")
    assert changed(nginx()) == 0


@pytest.mark.one_release
def test_an_address_within_one_that_is_listened_on(server: Host, outside: Host) -> None:
    own = network.variables()["network_addresses"]
    assert changed(nginx(nginx_addresses=own)) >= 1
    assert get(outside, APP).status == 200
    assert changed(nginx()) >= 1
    assert get(outside, APP).status == 200


def test_who_holds_the_port_is_named_and_the_next_run_heals(server: Host, outside: Host) -> None:
    server.check_output("systemctl stop nginx && systemd-run --unit=stranger python3 -m http.server 80")
    server.run("timeout 10 sh -c 'until ss -Hltn | grep -q :80; do sleep 0.1; done'")
    try:
        done = nginx()
    finally:
        server.check_output("systemctl stop stranger")
    assert done.returncode == 2
    assert re.search(r"held by python3 \(PID \d+ of root, stranger\.service\)", done.stdout), done.stdout
    changed(nginx())  # perhaps nothing: systemd tries to start it again and again
    assert get(outside, APP).status == 200
