# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Request limits: what they mean, and the exact words with which they are refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.rate_limit.check import (
    Surroundings,
    normalised,
    validate,
)

SITES = [
    {"hostname": "app.nostromo.cl", "routes": {"/": "sevastopol", "/api/": "orchestrator"}},
    {"hostname": "www.nostromo.cl", "redirect": "app.nostromo.cl"},
]


def routed(*routes: dict[str, str]) -> list[dict[str, object]]:
    """A site for each of some routes."""
    return [{"hostname": f"{number}.example", "routes": one} for number, one in enumerate(routes)]


DOCUMENTED = {
    "key": "$binary_remote_addr",
    "size": "10m",
    "rate": "10r/s",
    "burst": 20,
    "nodelay": True,
    "location": "/api/",
}
RATE = "use a whole number from 1 per second or minute, such as 10r/s or 30r/m"
COUNT = "use one from 1 to 100000"


def told(limits: object, sites: object = SITES, **around: Any) -> list[str]:
    """What is said of limits, in the order of the data."""
    variables = {"network_sites": sites, "network_rate_limits": limits}
    _limits, faults = validate(variables, Surroundings(**around))
    return [f"{fault.severity} {fault}" for fault in faults]


def changed(**values: object) -> dict[str, Any]:
    """The documented limit with other values; ``None`` removes one."""
    limit = {key: value for key, value in {**DOCUMENTED, **values}.items() if value is not None}
    return {"api_limit": limit}


def test_the_documented_limit() -> None:
    variables = {"network_sites": SITES, "network_rate_limits": {"api_limit": DOCUMENTED}}
    limits, faults = validate(variables, Surroundings(proxied=True, client_address_restored=True))
    assert list(faults) == []
    assert normalised(limits) == {
        "api_limit": {
            "key": "$binary_remote_addr",
            "location": "/api/",
            "size_bytes": 10485760,
            "rate_per_second": 10.0,
            "burst": 20,
            "nodelay": True,
            "delay": 0,
            "clients": 81375,
            "admitted_requests": 21,
            "immediate_requests": 21,
            "longest_delay_ms": 0,
        }
    }


@pytest.mark.parametrize(
    ("values", "clients", "admitted", "immediate", "delay_ms"),
    [
        ({"size": "1m"}, 8095, 21, 21, 0),
        ({"size": "1M", "key": "$http_x_tenant"}, 4047, 21, 21, 0),
        ({"size": "1m", "key": "${remote_addr}"}, 8095, 21, 21, 0),
        ({"burst": None, "nodelay": None}, 81375, 1, 1, 0),
        ({"burst": "20", "nodelay": False}, 81375, 21, 1, 2000),
        ({"burst": 20, "nodelay": None, "delay": 8}, 81375, 21, 9, 1200),
        ({"burst": 5, "nodelay": None, "rate": "30r/m"}, 81375, 6, 1, 10000),
    ],
)
def test_meaning(values: dict[str, object], clients: int, admitted: int, immediate: int, delay_ms: int) -> None:
    limits, faults = validate({"network_sites": SITES, "network_rate_limits": changed(**values)}, Surroundings())
    assert not faults.errors
    limit = limits[0]
    assert (limit.clients, limit.admitted_requests, limit.immediate_requests, limit.longest_delay_ms) == (
        clients,
        admitted,
        immediate,
        delay_ms,
    )


# (key of the limit, value, message); a message that begins with @ begins with the path
FAULTS: list[tuple[str, object, str]] = [
    ("key", None, "@: is missing; add it"),
    ("key", "", '@: "" is no key; use $binary_remote_addr'),
    ("key", 5, "@: 5 is no key; use $binary_remote_addr"),
    ("key", "client", '@: "client" names no variable: all clients would share one limit; use $binary_remote_addr'),
    ("key", "$", '@: "$" names no variable: all clients would share one limit; use $binary_remote_addr'),
    (
        "key",
        "$remote_addr;",
        '@: "$remote_addr;" holds a space, a quote or one of ; { } # ` \\; use $binary_remote_addr',
    ),
    ("key", "$binary_remote_adr", "@: $binary_remote_adr is not a variable of Nginx; did you mean binary_remote_addr?"),
    (
        "key",
        "$request_id",
        "@: $request_id differs in each request or connection, so nothing is ever limited; use $binary_remote_addr",
    ),
    ("size", None, "@: is missing; add it"),
    ("size", "31k", '@: "31k" is too small for Nginx; use at least 32k; 10m holds 80,000 clients'),
    ("size", "1g", '@: "1g" is not a size; use a number with k or m, such as 10m'),
    ("size", "10MB", '@: "10MB" is not a size; use a number with k or m, such as 10m'),
    ("size", 32768, "@: 32768 is not a size; use a number with k or m, such as 10m"),
    ("size", "0m", '@: "0m" is not a size; use a number with k or m, such as 10m'),
    ("size", "1025m", '@: "1025m" is more memory than a limit needs; use at most 1024m'),
    ("size", "9" * 20 + "m", '@: "99999999999999999999m" is more memory than a limit needs; use at most 1024m'),
    ("rate", None, "@: is missing; add it"),
    ("rate", "10", '@: "10" has no unit; write 10r/s or 10r/m'),
    ("rate", 10, "@: 10 has no unit; write 10r/s or 10r/m"),
    ("rate", "0r/s", f'@: "0r/s" is not a rate; {RATE}'),
    ("rate", "0.5r/s", f'@: "0.5r/s" is not a rate; {RATE}'),
    ("rate", "10r/h", f'@: "10r/h" is not a rate; {RATE}'),
    ("rate", "-1r/s", f'@: "-1r/s" is not a rate; {RATE}'),
    ("rate", True, f"@: true is not a rate; {RATE}"),
    (
        "rate",
        "9223372036854775808r/s",
        '@: "9223372036854775808r/s" limits nothing; use at most 100000: Nginx counts wrongly when the number'
        " overflows",
    ),
    (
        "rate",
        "100001r/s",
        '@: "100001r/s" limits nothing; use at most 100000: Nginx counts wrongly when the number overflows',
    ),
    ("burst", 0, f"@: 0 is not a number of requests; {COUNT}"),
    ("burst", True, f"@: true is not a number of requests; {COUNT}"),
    ("burst", "many", f'@: "many" is not a number of requests; {COUNT}'),
    ("burst", 100001, f"@: 100001 is not a number of requests; {COUNT}"),
    ("nodelay", "yes", '@: "yes" is not a boolean; use true or false, without quotes'),
    ("delay", 5, "@: contradicts nodelay, which queues nothing; remove one of them"),
    ("location", None, "@: is missing; add it"),
    ("location", "api", '@: "api" is not a path; begin it with /, without spaces or ; { } " \' $ ` \\ #'),
    (
        "key",
        "$remote_addr#x",
        '@: "$remote_addr#x" holds a space, a quote or one of ; { } # ` \\; use $binary_remote_addr',
    ),
    ("location", "/ap/", '@: "/ap/" is no site\'s route, so it limits nothing; did you mean /api/?'),
    ("brust", 20, "@: is not a known key; did you mean burst?"),
]


@pytest.mark.parametrize(("key", "value", "message"), FAULTS)
def test_faults(key: str, value: object, message: str) -> None:
    assert told(changed(**{key: value})) == ["error " + message.replace("@", f"network_rate_limits.api_limit.{key}", 1)]


# (limits, surroundings, messages)
RULES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        changed(burst=None),
        {},
        [
            "error network_rate_limits.api_limit.nodelay: has no effect without burst: nothing beyond the rate is"
            " admitted; add burst, or remove it"
        ],
    ),
    (
        changed(nodelay=None, delay=21),
        {},
        [
            "error network_rate_limits.api_limit.delay: 21 is more than burst, 20, so it queues nothing; use at"
            " most 20, or nodelay: true",
        ],
    ),
    (
        changed(nodelay=None),
        {},
        [
            "warning network_rate_limits.api_limit.burst: the last request of a burst queues 2000 ms, the alert is"
            " at 1000 ms; set nodelay: true, or a smaller burst"
        ],
    ),
    (changed(nodelay=None, burst=9), {}, []),
    (
        changed(nodelay=None, rate="10r/m"),
        {},
        [
            "error network_rate_limits.api_limit.burst: the last request of a burst queues 120000 ms, the proxy's"
            " timeout is 60000 ms; set nodelay: true, or a smaller burst"
        ],
    ),
    (
        changed(size="32k"),
        {},
        [
            "warning network_rate_limits.api_limit.size: holds only 191 clients; beyond them the oldest is"
            " forgotten, and with it its limit; use 1m for 8,000 clients, 10m for 80,000"
        ],
    ),
    (
        changed(),
        {"proxied": True},
        [
            "error network_rate_limits.api_limit.key: $binary_remote_addr is Cloudflare's address while DNS is"
            " proxied: all clients would share a few limits; restore the client's address"
            " (network_client_address.zone)"
        ],
    ),
    (
        changed(key="$realip_remote_addr"),
        {"proxied": True, "client_address_restored": True},
        [
            "error network_rate_limits.api_limit.key: $realip_remote_addr is Cloudflare's address even where the"
            " client's is restored; use $binary_remote_addr"
        ],
    ),
    (
        changed(key="$http_x_forwarded_for"),
        {},
        [
            "warning network_rate_limits.api_limit.key: $http_x_forwarded_for is written by the client, who escapes"
            " the limit by writing something else; use $binary_remote_addr"
        ],
    ),
    (changed(key="$tenant"), {"variables": frozenset({"tenant"})}, []),
    (
        changed(key="$server_name$binary_remote_addr"),
        {},
        [
            "warning network_rate_limits.api_limit.key: $server_name$binary_remote_addr counts each IPv6 address by itself,"
            " and one client has a network of them (/64); use $client_network in place of the address, or set ipv6_network to"
            " false"
        ],
    ),
    (changed(key="$server_name$binary_remote_addr", ipv6_network=False), {}, []),
    (changed(key="$server_name$client_network"), {}, []),
    (
        {"api_limit": DOCUMENTED, "api_limit_network": {**DOCUMENTED, "location": "/shop/"}},
        {"sites": [{"routes": {"/shop/": "a", "/api/": "b"}}]},
        [
            "error network_rate_limits.api_limit_network: is the name of the zone in which api_limit counts IPv6 networks;"
            " choose another name, or set ipv6_network to false there"
        ],
    ),
    (
        changed(),
        {"directives": ["limit_req_zone $server_name zone=api_limit_network:10m rate=1r/s;"]},
        [
            "error nginx_http_directives[0]: declares api_limit_network again, with the key $server_name;"
            " network_rate_limits.api_limit has $client_network; give each key a zone of its own"
        ],
    ),
    (
        {"2fast": DOCUMENTED},
        {},
        [
            'error network_rate_limits.2fast: "2fast" is not the name of a zone; use letters, digits and _,'
            " at most 63, not a digit first"
        ],
    ),
    (
        {"api_limit": DOCUMENTED, "other": DOCUMENTED},
        {},
        [
            "error network_rate_limits.other.location: /api/ is limited by api_limit already; keep the stricter one"
            " of the two"
        ],
    ),
    (
        {"api_limit": DOCUMENTED, "login": {**DOCUMENTED, "location": "/api/login/"}},
        {"sites": [{"routes": {"/api/": "a", "/api/login/": "a"}}]},
        [
            "warning network_rate_limits.login.location: overlaps /api/: requests to /api/login/ no longer count"
            " against api_limit; be sure that this limit alone is enough there"
        ],
    ),
    (
        changed(),
        {"sites": [{"routes": {"/api/": "a", "/api/v2/": "a"}}]},
        [
            'warning network_sites[0].routes["/api/v2/"]: escapes the limit api_limit of /api/; give it a limit'
            " of its own, or remove the route"
        ],
    ),
    (
        changed(),
        {
            "sites": [
                {"hostname": "a.example", "routes": {"/api": {"component": "a"}, "/": "b"}},
                {"hostname": "b.example", "routes": {"/api/": {"component": "a", "read_timeout": "10s"}}},
                {"hostname": "c.example", "routes": {"/": "a"}},
            ]
        },
        [
            'error network_sites[0].routes["/api"]: a is reached by /api without the limit api_limit of /api/;'
            " write /api/, or route that too",
            'error network_sites[2].routes["/"]: a is reached by / without the limit api_limit of /api/; write /api/, or'
            " route that too",
        ],
    ),
    (
        changed(),
        {
            "sites": [
                {"hostname": "d.example", "routes": {"/api": "a", "/api/": "a"}},
                {"hostname": "e.example", "routes": {"/": "b"}},
            ]
        },
        [
            'error network_sites[0].routes["/api"]: a is reached by /api without the limit api_limit of /api/; remove it',
        ],
    ),
    # The whole site is of one component, and what stands beside the limit's path is not its concern.
    (
        changed(),
        {
            "sites": [
                {"hostname": "f.example", "routes": {"/": "a", "/api/": "a"}},
                {"hostname": "g.example", "routes": {"/api": "b"}},
            ]
        },
        [],
    ),
    # Each has its own.
    (
        {"api_limit": DOCUMENTED, "other": {**DOCUMENTED, "location": "/api"}},
        {
            "sites": [
                {"hostname": "h.example", "routes": {"/api": "a"}},
                {"hostname": "i.example", "routes": {"/api/": "a"}},
            ]
        },
        [
            "warning network_rate_limits.api_limit.location: overlaps /api: requests to /api/ no longer count against"
            " other; be sure that this limit alone is enough there"
        ],
    ),
    (
        changed(),
        {
            "sites": [
                *SITES,
                {
                    "hostname": "x.example",
                    "redirect": "app.nostromo.cl",
                    "directives": ["limit_req zone=api_limt burst=5;"],
                },
            ]
        },
        ['error network_sites[2].directives[0]: "api_limt" is used but not declared; did you mean api_limit?'],
    ),
    (
        changed(),
        {"directives": ["limit_req_zone $server_name zone=api_limit:10m rate=1r/s;"]},
        [
            "error nginx_http_directives[0]: declares api_limit again, with the key $server_name;"
            " network_rate_limits.api_limit has $binary_remote_addr; give each key a zone of its own"
        ],
    ),
    (
        changed(),
        {"directives": ["limit_req_zone $server_name zone=site:10m rate=1r/s;"]},
        [
            "error nginx_http_directives[0]: site is declared but not used, it limits nothing; add a limit_req, or"
            " remove the zone"
        ],
    ),
    (
        changed(),
        {"directives": ["limit_req_zone $server_name zone=site:10m rate=1r/s;", "limit_req zone=site;"]},
        [],
    ),
]


@pytest.mark.parametrize(("limits", "around", "messages"), RULES)
def test_rules(limits: dict[str, Any], around: dict[str, Any], messages: list[str]) -> None:
    assert told(limits, **around) == messages


def test_all_faults_at_once() -> None:
    assert told({"api_limit": {"key": "", "rate": "10", "location": "/ap/"}, "x": 3}) == [
        "error network_rate_limits.api_limit.size: is missing; add it",
        'error network_rate_limits.api_limit.key: "" is no key; use $binary_remote_addr',
        'error network_rate_limits.api_limit.rate: "10" has no unit; write 10r/s or 10r/m',
        "error network_rate_limits.x: 3 is not a mapping; write a mapping with key, size, rate, location",
        'error network_rate_limits.api_limit.location: "/ap/" is no site\'s route, so it limits nothing;'
        " did you mean /api/?",
    ]
