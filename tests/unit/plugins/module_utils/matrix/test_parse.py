# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each value by itself: what is read from it, or the exact words with which it is refused."""

from __future__ import annotations

import copy
from ipaddress import ip_network
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.ports import read_ports, read_protocols
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import PortRange
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import MatrixError, parse_matrix
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    REMOVED,
    SOUND,
    matrix_of,
    row,
    spoil,
)

Data = dict[str, Any]
PORT = "use an integer from 1 to 65535"
NETWORK = "use an address or a network such as 192.0.2.0/24 or 2001:db8::/32"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (80, ["80"]),
        ("80", ["80"]),
        (1, ["1"]),
        (65535, ["65535"]),
        ("8000-8010", ["8000-8010"]),
        ("80-80", ["80"]),
        ([443, "80", "8000-8010"], ["80", "443", "8000-8010"]),
    ],
)
def test_port_forms(value: object, expected: list[str]) -> None:
    faults = Faults()
    assert [str(ports) for ports in read_ports(value, "port", faults)] == expected
    assert not faults.errors


@pytest.mark.parametrize(("value", "expected"), [(None, ("tcp",)), ("udp", ("udp",)), (["udp", "tcp"], ("tcp", "udp"))])
def test_protocol_forms(value: object, expected: tuple[str, ...]) -> None:
    faults = Faults()
    assert read_protocols(value, "protocol", faults) == expected
    assert not faults.errors


def test_range_holds_its_ends() -> None:
    assert [port in PortRange(10, 12) for port in (9, 10, 12, 13)] == [False, True, True, False]


def test_defaults(sound: Data) -> None:
    spoil(sound, "network_components.server", REMOVED)
    matrix = parse_matrix(matrix_of(sound))
    etl = matrix.components["etl"]
    assert (etl.title, etl.exposure, etl.home, etl.shell) == ("etl", "internal", "/var/lib/etl", "/usr/sbin/nologin")
    assert matrix.components["server"].title == "Server"
    assert matrix.zones["office"] == (ip_network("192.0.2.128/25"),)
    assert [flow.path for flow in matrix.flows][:2] == ["network_flows[0]", "network_flows[1]"]


@pytest.fixture
def sound() -> Data:
    """Sound data, to be spoilt."""
    return copy.deepcopy(SOUND)


# (path, value, messages); a message that begins with @ begins with the path
FAULTS: list[tuple[str, object, list[str]]] = [
    # Ports
    ("network_flows[3].port", 70000, [f"@: 70000 is not a port; {PORT}"]),
    ("network_flows[3].port", 0, [f"@: 0 is not a port; {PORT}"]),
    ("network_flows[3].port", -1, [f"@: -1 is not a port; {PORT}"]),
    ("network_flows[3].port", True, [f"@: true is not a port; {PORT}"]),
    ("network_flows[3].port", 80.0, [f"@: 80.0 is not a port; {PORT}"]),
    ("network_flows[3].port", "http", [f'@: "http" is not a port; {PORT}']),
    ("network_flows[3].port", "", [f'@: "" is not a port; {PORT}']),
    ("network_flows[3].port", "٨٠", [f'@: "٨٠" is not a port; {PORT}']),
    ("network_flows[3].port", "9" * 5000, [f'@: "{"9" * 58}… is not a port; {PORT}']),
    ("network_flows[3].port", "080", ['@: "080" has a leading zero; write 80']),
    ("network_flows[3].port", "00", [f'@: "00" has a leading zero; {PORT}']),
    ("network_flows[3].port", "90-80", ['@: "90-80" is upside down; write 80-90']),
    ("network_flows[3].port", "80-70000", [f'@: "70000" is not a port; {PORT}']),
    ("network_flows[3].port", {}, [f"@: {{}} is not a port; {PORT}"]),
    ("network_flows[3].port", [], ["@: names no port; add a port or remove the row"]),
    ("network_flows[3].port", None, ["@: is missing; add it"]),
    (
        "network_flows[3].port",
        [8000, "x", True],
        [f'@[1]: "x" is not a port; {PORT}', f"@[2]: true is not a port; {PORT}"],
    ),
    ("network_flows[3].port", [80, "70-90"], ["@: 70-90 and 80 overlap; name each port once"]),
    (
        "network_components.mother.ports[0].port",
        "5432-5433",
        [f'@: "5432-5433" is not a port; {PORT}'],
    ),
    (
        "network_components.mother.ports[1]",
        {"port": "5432"},
        ["@.port: 5432/tcp is listed twice; remove one"],
    ),
    ("network_components.mother.ports[0].port", REMOVED, ["@: is missing; add it"]),
    # Protocols
    (
        "network_flows[3].protocol",
        "icmp",
        ['@: "icmp" is not a protocol; use tcp, udp or [tcp, udp]'],
    ),
    (
        "network_flows[3].protocol",
        ["tcp", "TCP"],
        ['@[1]: "TCP" is not a protocol; use tcp, udp or [tcp, udp]'],
    ),
    ("network_flows[3].protocol", ["tcp", "tcp"], ["@: names a protocol twice; name each protocol once"]),
    ("network_flows[3].protocol", [], ["@: names no protocol; use tcp, udp or [tcp, udp]"]),
    # Names
    (
        "network_flows[7].source",
        "sevastopo",
        ['@: "sevastopo" is neither a component nor a zone; did you mean sevastopol?'],
    ),
    (
        "network_flows[7].destination",
        "zzz",
        [
            '@: "zzz" is neither a component nor a zone; use one of admins, cloudflare, etl,'
            " internet, mother, nginx, office, orchestrator, server, sevastopol"
        ],
    ),
    ("network_flows[7].source", 7, ["@: 7 is not a name; name a component or a zone"]),
    ("network_flows[7].destination", "any", ["@: any is only a source; name a component or a zone"]),
    (
        "network_flows[7]",
        row("admins", "internet", 80),
        ["@: neither admins nor internet is a component: no host could enforce the row; name a component at one end"],
    ),
    ("network_flows[7].name", "SSH", ['@: "SSH" is the name of network_flows[2] too; give each row a name of its own']),
    ("network_flows[7].name", "", ["@: is empty; name the row as the document does"]),
    (
        "network_flows[7].name",
        'a "b"',
        [
            '@: "a \\"b\\"" is not free of quotes, backslashes and control characters; leave them out: the name'
            " becomes a comment in the firewall"
        ],
    ),
    (
        "network_flows[7].name",
        "ñ" * 61,
        ["@: is 122 bytes long; use at most 120: the name becomes a comment in the firewall"],
    ),
    ("network_zones.etl", ["192.0.2.1"], ["@: etl is a component as well; give the zone another name"]),
    ("network_zones.any", ["192.0.2.1"], ["@: any stands for everybody; use another name"]),
    (
        "network_zones.Büro",
        ["192.0.2.1"],
        ['@: "Büro" is not a name; use lower-case letters, digits and _, at most 31, a letter first'],
    ),
    # Shape
    ("network_flows[7].action", "drop", ['@: "drop" is not a known value; use allow or deny']),
    ("network_flows[7].actoin", "deny", ["@: is not a known key; did you mean action?"]),
    ("network_flows[7].documented", "no", ['@: "no" is not a boolean; use true or false, without quotes']),
    (
        "network_flows[7].documented",
        False,
        ["network_flows[7].reason: is missing: the document lacks this row; say why the row is needed"],
    ),
    (
        "network_flows[7]",
        "x",
        ['@: "x" is not a mapping; write a mapping with name, source, destination, port, action'],
    ),
    ("network_flows", {"a": 1}, ['@: {"a": 1} is not a list; write a list, [in brackets] or with dashes']),
    ("network_components.etl", [], ["@: [] is not a mapping; write a mapping with user"]),
    ("network_flows[7].table", "internl", ['@: "internl" is not a known value; use inbound or internal']),
    # Addresses
    ("network_zones.office", [], ["@: has no addresses; add at least one, or remove the zone and its rows"]),
    ("network_zones.office", None, ["@: has no addresses; add at least one, or remove the zone and its rows"]),
    ("network_zones.office[0]", "", [f'@: "" is not an IP address or network; {NETWORK}']),
    ("network_zones.office[0]", "192.0.2.256", [f'@: "192.0.2.256" is not an IP address or network; {NETWORK}']),
    ("network_zones.office[0]", "192.0.2.0/33", ["@: /33 is too long for IPv4; use one up to /32"]),
    ("network_zones.office[0]", "192.0.2.010", [f'@: "192.0.2.010" is not an IP address or network; {NETWORK}']),
    (
        "network_zones.office[0]",
        "192.0.2.0/255.255.255.0",
        [f'@: "192.0.2.0/255.255.255.0" is not an IP address or network; {NETWORK}'],
    ),
    ("network_zones.office[0]", "fe80::1%eth0", [f'@: "fe80::1%eth0" is not an IP address or network; {NETWORK}']),
    ("network_zones.office[0]", 3221225985, [f"@: 3221225985 is not an IP address or network; {NETWORK}"]),
    (
        "network_zones.office[0]",
        "192.0.2.130/25",
        [
            '@: "192.0.2.130/25" is a network with host bits set; write 192.0.2.128/25, or 192.0.2.130'
            " for that address alone"
        ],
    ),
    (
        "network_zones.office[0]",
        "::ffff:192.0.2.1",
        ['@: "::ffff:192.0.2.1" is an IPv4 network in IPv6 clothes; write it as IPv4'],
    ),
    (
        "network_zones.office[0]",
        "ADMIN_IPS",
        ['@: "ADMIN_IPS" is a placeholder that was left in; put the real addresses in its place'],
    ),
    (
        "network_zones.office",
        "<office>",
        ['@[0]: "<office>" is a placeholder that was left in; put the real addresses in its place'],
    ),
    (
        "hosts.server.addresses[0]",
        "EXTERNAL_IP",
        ['@: "EXTERNAL_IP" is a placeholder that was left in; put the real address in its place'],
    ),
    (
        "hosts.server.addresses[0]",
        "server.nostromo.cl",
        ['@: "server.nostromo.cl" is not an IP address; use an address such as 192.0.2.10 or 2001:db8::10'],
    ),
    (
        "hosts.server.addresses[0]",
        "0.0.0.0",
        ['@: "0.0.0.0" cannot be the address of a host; use an address such as 192.0.2.10 or 2001:db8::10'],
    ),
    (
        "hosts.server.addresses[0]",
        "::ffff:192.0.2.1",
        ['@: "::ffff:192.0.2.1" is an IPv4 address in IPv6 clothes; write 192.0.2.1'],
    ),
    # Components
    ("network_components.etl.user", REMOVED, ["@: is missing; add it"]),
    ("network_components.etl.user", "root", ["@: root is the server itself, not a component; use a user of its own"]),
    (
        "network_components.etl.user",
        "E T L",
        ['@: "E T L" is not a user name; use lower-case letters, digits, - and _, a letter first'],
    ),
    ("network_components.server.user", "admin", ["@: the server is whatever runs as no component's user; remove it"]),
    (
        "network_components.etl.home",
        "srv",
        [
            '@: "srv" is not an absolute path without spaces or colons; begin it with /, without spaces or : " \' \\ % $ `'
        ],
    ),
    (
        "network_components.etl.health",
        "/health",
        ["@: cannot be asked: the component has no port; add the port or remove it"],
    ),
    (
        "network_components.etl.hostname",
        "etl_internal",
        ['@: "etl_internal" is not a host name; use lower-case letters, digits, - and dots'],
    ),
    ("network_components.etl.exposure", "open", ['@: "open" is not a known value; use public or internal']),
    (
        "hosts.server.components[0]",
        "elt",
        ['network_matrix.hosts.server.components[0]: "elt" is not a component; did you mean etl?'],
    ),
]


@pytest.mark.parametrize(("path", "value", "messages"), FAULTS)
def test_faults(sound: Data, path: str, value: object, messages: list[str]) -> None:
    spoil(sound, path, value)
    with pytest.raises(MatrixError) as caught:
        parse_matrix(matrix_of(sound))
    where = path.replace("hosts.server.addresses", "hostvars.server.network_addresses")
    assert [str(fault) for fault in caught.value.faults] == [message.replace("@", where) for message in messages]


def test_all_faults_are_told_at_once(sound: Data) -> None:
    spoil(sound, "network_zones.office[0]", "x")
    spoil(sound, "network_flows[3].port", 70000)
    spoil(sound, "network_flows[5].source", "orchestator")
    with pytest.raises(MatrixError) as caught:
        parse_matrix(matrix_of(sound))
    assert str(caught.value) == (
        "3 faults:\n"
        f'  - network_zones.office[0]: "x" is not an IP address or network; {NETWORK}\n'
        f"  - network_flows[3].port: 70000 is not a port; {PORT}\n"
        '  - network_flows[5].source: "orchestator" is neither a component nor a zone; did you mean orchestrator?'
    )
