# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Forwarding is turned on and put back as the role does it, in the kernel of network namespaces."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from .conftest import REPOSITORY
from .tools import tool

SYSCTL = "/usr/lib/systemd/systemd-sysctl"
FOUR, SIX = "net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"
ALONE = ["unshare", "--map-root-user", "--net", "--mount"]
#: Places that the commands write to, empty and of this namespace alone; and a kernel that forwards nothing, whatever that of the
#: machine does.
PLACES = """
for place in /etc/sysctl.d /var/lib /run; do mount -t tmpfs tmpfs $place; done
echo 0 > /proc/sys/net/ipv4/ip_forward
echo 0 > /proc/sys/net/ipv6/conf/all/forwarding
"""
FILE = "/etc/sysctl.d/nostromo-firewall.conf"
SHOW = "cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding | xargs"


def put_back() -> str:
    """The role's own command."""
    found = yaml.safe_load((REPOSITORY / "roles" / "firewall" / "vars" / "main.yml").read_text(encoding="utf-8"))
    variables: dict[str, Any] = {name: trust_as_template(value) for name, value in found.items() if isinstance(value, str)}
    return str(Templar(loader=DataLoader(), variables=variables).template(variables["__firewall_forwarding"]))


def activated(*settings: str) -> str:
    """What the role does when it is told that a host forwards so."""
    text = "".join(f"{setting} = 1\\n" for setting in settings)
    return f"printf '# Managed\\n{text}' > {FILE}; sh -ec \"$PUT_BACK\" && {SYSCTL} {FILE} && {SHOW}"


def run(*steps: str) -> subprocess.CompletedProcess[str]:
    tool("unshare", "--version")
    tool(SYSCTL, "--version")
    probe = subprocess.run([*ALONE, "sh", "-ec", PLACES], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"this machine gives no namespaces: {probe.stderr.strip()}")
    script = "\n".join([PLACES, *steps])
    return subprocess.run(
        [*ALONE, "sh", "-ec", script],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PUT_BACK": put_back()},
    )


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ([SHOW, activated()], ["0 0", "0 0"]),
        ([activated(FOUR), activated(FOUR), activated()], ["1 0", "1 0", "0 0"]),
        ([activated(FOUR, SIX), activated(FOUR), activated()], ["1 1", "1 0", "0 0"]),
        # What was on before stays on, and what another file says is said again.
        (["echo 1 > /proc/sys/net/ipv4/ip_forward", activated(FOUR), activated()], ["1 0", "1 0"]),
        ([activated(FOUR), f"echo {FOUR}=1 > /etc/sysctl.d/90-other.conf", activated()], ["1 0", "1 0"]),
        # Never a gateway: nothing is touched.
        (["echo 1 > /proc/sys/net/ipv4/ip_forward", activated()], ["1 0"]),
        # A commit that is undone before its files were ever there.
        ([activated(FOUR), f"rm {FILE}", f'sh -ec "$PUT_BACK"; {SHOW}'], ["1 0", "0 0"]),
    ],
)
def test_forwarding(steps: list[str], shown: list[str]) -> None:
    done = run(*steps)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == shown


#: RFC 4861, section 4.2: a router with a lifetime of 1800 seconds.
ADVERTISE = """
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
s.sendto(bytes([134, 0, 0, 0, 64, 0, 1800 >> 8, 1800 & 255, *bytes(8)]), ("ff02::1", 0, 0, socket.if_nametoindex("lan")))
"""


def behind_a_router(accept: int, advertises: bool) -> list[str]:
    """An interface with a router at its other end, by which a default route leads."""
    advertise = f"ip netns exec router {sys.executable} -c '{ADVERTISE}'; sleep 0.3"
    return [
        "ip netns add router",
        "ip link add wan type veth peer name lan netns router",
        f"echo {accept} > /proc/sys/net/ipv6/conf/wan/accept_ra",
        "ip -n router link set lan up; ip link set wan up",
        "while [ -n \"$(ip -6 addr show tentative; ip -n router -6 addr show tentative)\" ]; do sleep 0.1; done",
        advertise if advertises else "ip -6 route add default via fe80::1 dev wan",
        "ip -6 route show default | grep -q wan",
    ]


@pytest.mark.parametrize(("accept", "advertises"), [(1, False), (2, True)])
def test_a_route_that_stays_is_no_hindrance(accept: int, advertises: bool) -> None:
    done = run(*behind_a_router(accept, advertises), activated(SIX), "ip -6 route show default | grep -o wan")
    assert (done.returncode, done.stdout.splitlines()) == (0, ["0 1", "wan"]), done.stderr


def test_a_host_that_would_forget_its_route_forwards_nothing() -> None:
    done = run(*behind_a_router(1, True), f"({activated(SIX)}) || {{ {SHOW}; ip -6 route show default | grep -o wan; }}")
    assert "set net.ipv6.conf.wan.accept_ra = 2 in a file of /etc/sysctl.d first" in done.stderr
    assert done.stdout.splitlines() == ["0 0", "wan"]
