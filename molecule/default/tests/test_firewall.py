# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every row of the matrix, tried with real packets from where it starts."""

from __future__ import annotations

import network
import pytest
from probes import FILTERED, OPEN, REFUSED, REJECTED, Probe, address_of, attempt
from testinfra.host import Host

#: On no row of the matrix, and nothing listens there: what is not allowed is denied.
UNLISTED = 8443
SMTP = 25

INBOUND = [*network.services(), ("server", UNLISTED)]
CLIENTS = ("outside", "admin")
FAMILIES = (4, 6)
#: So many connections at once are all answered.
SOME = 40
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}
LOCAL = [
    (LOOPBACK.get(address, address), component, port)
    for component, port in network.services()
    for address in network.listen(component)["addresses"]
]
OUTBOUND_PORTS = sorted(
    {port.first for flow in network.matrix().flows for port in flow.ports if "tcp" in flow.protocols} | {SMTP}
)


@pytest.fixture(scope="module")
def inbound(outside: Host, admin: Host) -> dict[str, dict[Probe, str]]:
    probes = [Probe(network.server_address(family), port) for family in FAMILIES for _key, port in INBOUND]
    return {"outside": attempt(outside, probes), "admin": attempt(admin, probes)}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("family", FAMILIES, ids="ipv{}".format)
@pytest.mark.parametrize(("component", "port"), INBOUND)
def test_inbound(
    inbound: dict[str, dict[Probe, str]],
    request: pytest.FixtureRequest,
    client: str,
    family: int,
    component: str,
    port: int,
) -> None:
    source = address_of(request.getfixturevalue(client), family)
    expected = network.inbound([source], component, port)
    outcome = inbound[client][Probe(network.server_address(family), port)]
    assert outcome == (OPEN if expected.action == "allow" else FILTERED), f"the row that decides: {expected.flow}"


@pytest.fixture(scope="module")
def local(server: Host) -> dict[Probe, str]:
    return attempt(server, [Probe(address, port, user) for user in network.users() for address, _key, port in LOCAL])


@pytest.mark.parametrize("user", network.users())
@pytest.mark.parametrize(("address", "component", "port"), LOCAL)
def test_on_the_server_itself(local: dict[Probe, str], user: str, address: str, component: str, port: int) -> None:
    expected = network.local(network.users()[user], component, port)
    outcome = local[Probe(address, port, user)]
    assert outcome == (OPEN if expected.action == "allow" else REFUSED), f"the row that decides: {expected.flow}"


@pytest.fixture(scope="module")
def outbound(server: Host, outside: Host) -> dict[Probe, str]:
    addresses = [address_of(outside, family) for family in FAMILIES]
    probes = [
        Probe(address, port, user) for user in network.users() for address in addresses for port in OUTBOUND_PORTS
    ]
    outcomes = attempt(server, probes)
    # The kernel sends so many refusals a second and no more (net.ipv4.icmp_msgs_per_sec); those that it owes are asked for again.
    owed = [probe for probe in probes if outcomes[probe] == FILTERED]
    for start in range(0, len(owed), SOME):
        outcomes |= attempt(server, owed[start : start + SOME])
    return outcomes


@pytest.mark.parametrize("user", network.users())
@pytest.mark.parametrize("family", FAMILIES, ids="ipv{}".format)
@pytest.mark.parametrize("port", OUTBOUND_PORTS)
def test_outbound(outbound: dict[Probe, str], outside: Host, user: str, family: int, port: int) -> None:
    address = address_of(outside, family)
    expected = network.outbound(network.users()[user], address, port)
    outcome = outbound[Probe(address, port, user)]
    # Where nothing listens, the far host's own refusal proves that the packet got there.
    assert (outcome in (OPEN, REFUSED)) == (expected.action == "allow"), (
        f"{outcome}; the row that decides: {expected.flow}"
    )
    assert outcome in (OPEN, REFUSED, REJECTED)


def test_documented_examples_are_among_them(local: dict[Probe, str], outbound: dict[Probe, str], outside: Host) -> None:
    """The rows above are derived; these are the document's sentences in plain numbers."""
    database, backend = Probe("127.0.0.1", 5432, "sevastopol"), Probe("127.0.0.1", 8000, "root")
    assert (local[database], local[backend]) == (REFUSED, REFUSED)
    assert local[Probe("127.0.0.1", 5432, "orchestrator")] == local[Probe("127.0.0.1", 8000, "sevastopol")] == OPEN
    address = address_of(outside, 4)
    assert outbound[Probe(address, 443, "orchestrator")] in (OPEN, REFUSED)
    assert [outbound[Probe(address, 443, user)] for user in ("sevastopol", "etl", "postgres")] == [REJECTED] * 3
