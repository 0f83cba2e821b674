# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A gateway's rules between real networks: a program of its own, in namespaces of its own (test_gateway_traffic.py).

Takes rules as JSON on its input, ``{"rules": …, "cases": [[from, address, port], …]}``, and prints what became of each
connection: as whom it was seen, or ``none``. Inside are inside1 and inside2, and ``guest``, of which nobody has said anything;
in them every port is answered that is asked for.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable

#: Each end: its addresses, and its gateway.
ENDS = {
    "inside1": (("10.0.0.21/24", "fd00::21/64"), ("10.0.0.10", "fd00::10")),
    "inside2": (("10.0.0.31/24", "fd00::31/64"), ("10.0.0.10", "fd00::10")),
    "guest": (("10.0.0.99/24", "fd00::99/64"), ("10.0.0.10", "fd00::10")),
    "outside": (("203.0.113.50/24", "2001:db8::50/64"), ("203.0.113.7", "2001:db8::7")),
    # Who is outside, and says to be inside.
    "spoofer": (("203.0.113.66/24", "10.0.0.21/32"), ("203.0.113.7",)),
}
GATEWAY = {"inside": ("10.0.0.10/24", "fd00::10/64"), "outside": ("203.0.113.7/24", "2001:db8::7/64")}
PORTS = (80, 443, 5432, 6667, 8000)
PATIENCE_SECONDS = 0.8


def run(*command: str, into: str = "") -> None:
    """Run a command. :raises SystemExit: it failed."""
    done = subprocess.run(command, input=into, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")


def add(namespace: str, interface: str, addresses: tuple[str, ...], bridge: str) -> None:
    """Plug a namespace into a bridge of this one."""
    far = f"{namespace[:8]}-{bridge[:4]}"
    run("ip", "link", "add", far, "type", "veth", "peer", "name", interface, "netns", namespace)
    run("ip", "link", "set", far, "master", bridge, "up")
    for address in addresses:
        run("ip", "-n", namespace, "addr", "add", address, "dev", interface, *(["nodad"] if ":" in address else []))
    run("ip", "-n", namespace, "link", "set", interface, "up")


def lay_out(rules: str) -> None:
    """Two networks, with the gateway between them."""
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    for bridge in ("inside", "outside"):
        run("ip", "link", "add", bridge, "type", "bridge")
        run("ip", "link", "set", bridge, "up")
    run("ip", "netns", "add", "gateway")
    for network, addresses in GATEWAY.items():
        add("gateway", network, addresses, network)
    for end, (addresses, routes) in ENDS.items():
        run("ip", "netns", "add", end)
        run("ip", "-n", end, "link", "set", "lo", "up")
        add(end, "eth0", addresses, "inside" if end in ("inside1", "inside2", "guest") else "outside")
        for route in routes:
            run("ip", "-n", end, "route", "add", "default", "via", route)
    # By way of the gateway, though they could reach each other without.
    for end, other in (("inside1", "10.0.0.31/32"), ("inside2", "10.0.0.21/32")):
        run("ip", "-n", end, "route", "add", other, "via", "10.0.0.10")
    run("ip", "-n", "outside", "route", "add", "10.0.0.0/24", "via", "203.0.113.7")
    run("ip", "netns", "exec", "gateway", "nft", "-f", "-", into=rules)
    for setting in ("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"):
        run("ip", "netns", "exec", "gateway", "sh", "-c", f"echo 1 > /proc/sys/{setting}")


@contextlib.contextmanager
def entered(namespace: str):  # type: ignore[no-untyped-def]
    """What is opened meanwhile is of a namespace; this kernel call is Python's only from 3.12 on."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net", "rb") as own, open(f"/run/netns/{namespace}", "rb") as there:
        if libc.setns(there.fileno(), 0):
            sys.exit(f"setns: {ctypes.get_errno()}")
        yield
        libc.setns(own.fileno(), 0)


def wait_for_neighbours() -> None:
    """Until no interface looks for others with its address any more (RFC 4862): until then it answers nobody."""
    for namespace in ("gateway", *ENDS):
        while subprocess.check_output(["ip", "-n", namespace, "-6", "addr", "show", "tentative"]):
            time.sleep(0.1)


def listening() -> list[socket.socket]:
    """Every port of every end."""
    found = []
    for end in ENDS:
        with entered(end):
            for port in PORTS:
                server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
                server.setblocking(False)
                found.append(server)
    return found


def seen_as(servers: list[socket.socket], answered: Callable[[], bool]) -> str:
    """The address by which a connection is seen; it counts only if an answer comes back to who made it."""
    for server in servers:
        with contextlib.suppress(BlockingIOError):
            connection, address = server.accept()
            with connection:
                connection.sendall(b"!")
                return str(address[0]).removeprefix("::ffff:") if answered() else "unanswered"
    return "none"


def attempt(servers: list[socket.socket], end: str, address: str, port: int, source: str = "") -> str:
    """What becomes of a connection."""
    with entered(end):
        client = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        client.settimeout(PATIENCE_SECONDS)
        if source:
            client.bind((source, 0))
    with client:
        try:
            client.connect((address, port))
        except OSError:
            return seen_as(servers, lambda: False)
        return seen_as(servers, lambda: client.recv(1) == b"!")


def main() -> None:
    """Read, lay out, try, print."""
    given = json.loads(sys.stdin.read())
    lay_out(given["rules"])
    wait_for_neighbours()
    servers = listening()
    found = [attempt(servers, *case) for case in given["cases"]]
    listing = subprocess.run(
        ["ip", "netns", "exec", "gateway", "nft", "list", "table", "inet", "nostromo"],
        capture_output=True,
        text=True,
        check=True,
    )
    sys.stdout.write(json.dumps({"found": found, "listing": listing.stdout}))


if __name__ == "__main__":
    main()
