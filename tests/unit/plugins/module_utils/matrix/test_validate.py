# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules across the data: each way to spoil it, and the exact words that follow."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import (
    Surroundings,
    normalised,
    validate,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    REMOVED,
    SOUND,
    row,
    spoil,
    variables_of,
)

Data = dict[str, Any]
Changes = list[tuple[str, object]]


def apart(name: str) -> Data:
    """A certificate for one name."""
    return {"name": name, "names": [f"{name}.nostromo.cl"]}


def surroundings(data: Data) -> Surroundings:
    """What leans on the matrix in the sample."""
    return Surroundings(
        hosts=data["hosts"],
        environments=data["environments"],
        database_port=data.get("database_port"),
        database_clients=data["database_clients"],
        controllers=data.get("controllers", ["192.0.2.7"]),
        name_servers=data.get("name_servers", []),
        filled_in=data.get("filled_in", {}),
    )


def told(*changes: tuple[str, object]) -> list[str]:
    """What is said of the sample after the given changes."""
    data = copy.deepcopy(SOUND)
    for path, value in changes:
        spoil(data, path, value)
    _document, _matrix, faults = validate(variables_of(data), surroundings(data))
    return [f"{fault.severity} {fault}" for fault in faults]


NEW = "network_flows[11]"
TWO_HOSTS = {
    "one": {"addresses": ["10.0.0.1"], "components": ["nginx", "sevastopol", "orchestrator"]},
    "two": {"addresses": ["10.0.0.2"], "components": ["mother", "etl"]},
}

TOKEN = "a-token-of-forty-letters-and-digits-0123"
BY_DNS = [("network_certificate.challenge", "dns"), ("network_cloudflare", {"certbot_token": TOKEN})]
ROWS: list[tuple[Changes, list[str]]] = [
    ([], []),
    # Contradictions
    (
        [(NEW, row("etl", "mother", 5432, "deny"))],
        [
            "error network_flows[6]: allows etl to mother on 5432/tcp, which network_flows[11] (New) denies; keep"
            " one of the two rows, or narrow them"
        ],
    ),
    (
        [(NEW, row("office", "server", "20-30", "deny"))],
        [
            "error network_flows[2]: allows admins to server on 22/tcp, which network_flows[11] (New) denies, for"
            " the addresses that admins and office share; keep one of the two rows, or narrow them"
        ],
    ),
    (
        [(NEW, row("server", "office", 443, "deny"))],
        [
            "error network_flows[8]: allows server to internet on 443/tcp, which network_flows[11] (New) denies,"
            " for the addresses that internet and office share; keep one of the two rows, or narrow them"
        ],
    ),
    # No contradiction: more specific, disjoint, or of another protocol or port
    ([(NEW, row("etl", "internet", 443, "deny"))], []),
    ([(NEW, row("etl", "nginx", 443, "deny"))], []),
    ([(NEW, row("cloudflare", "server", 22, "deny"))], []),
    ([(NEW, row("admins", "server", 22, "deny", protocol="udp"))], []),
    # A deny from any is an invariant
    (
        [(NEW, row("office", "orchestrator", 8000))],
        [
            "error network_flows[11]: opens orchestrator on 8000/tcp to office, which network_flows[3] (No API)"
            " denies to everybody; remove this row; only components may be excepted from it"
        ],
    ),
    # Rows that another covers
    (
        [(NEW, row("office", "nginx", 443))],
        ["warning network_flows[11]: adds nothing, network_flows[1] (HTTPS) already covers it; remove one of them"],
    ),
    (
        [(NEW, row("admins", "nginx", [80, 443]))],
        [
            "warning network_flows[11]: adds nothing, network_flows[0] (HTTP) and network_flows[1] (HTTPS) already"
            " cover it; remove one of them"
        ],
    ),
    (
        [(NEW, row("etl", "nginx", 443))],
        ["warning network_flows[11]: adds nothing, network_flows[1] (HTTPS) already covers it; remove one of them"],
    ),
    (
        [(NEW, row("etl", "mother", "5432"))],
        ["warning network_flows[11]: adds nothing, network_flows[6] (Ingestion) already covers it; remove one of them"],
    ),
    (
        [(NEW, row("sevastopol", "mother", 5432, "deny"))],
        ["warning network_flows[11]: adds nothing, network_flows[4] (No DB) already covers it; remove one of them"],
    ),
    (
        [(NEW, row("server", "office", "443"))],
        ["warning network_flows[11]: adds nothing, network_flows[8] (Updates) already covers it; remove one of them"],
    ),
    (
        [(NEW, row("any", "office", 443))],
        [],
    ),
    (
        [(NEW, row("mother", "mother", 5432))],
        ["warning network_flows[11]: has no effect: a component may always reach itself; remove the row"],
    ),
    # Exposure
    (
        [("network_flows[3]", row("internet", "orchestrator", 8000))],
        [
            "error network_flows[3]: orchestrator is internal, and the row opens it to the whole internet"
            " (internet); remove the row, or make it narrower, or set exposure: public on the component"
        ],
    ),
    (
        [("network_zones.office", ["128.0.0.0/1"]), (NEW, row("office", "sevastopol", 4321))],
        [
            "error network_flows[11]: sevastopol is internal, and the row opens it to the whole internet (office);"
            " remove the row, or make it narrower, or set exposure: public on the component"
        ],
    ),
    (
        [("network_flows[2].source", "internet")],
        [
            "warning network_flows[2]: SSH is open to the whole internet (internet); admit the addresses of your"
            " administrators only"
        ],
    ),
    (
        [("network_flows[2].source", "any")],
        ["warning network_flows[2]: SSH is open to everybody; admit the addresses of your administrators only"],
    ),
    (
        [(NEW, row("any", "server", 9100))],
        [
            "error network_flows[11]: server is internal, and the row opens it to everybody; remove the row, or"
            " make it narrower, or set exposure: public on the component"
        ],
    ),
    # SSH
    (
        [("network_flows[2]", REMOVED)],
        [
            "error network_flows: no row lets an administrator in to server on port 22: every host would be locked"
            " out; add a row from a zone of administrators"
        ],
    ),
    (
        [("network_flows[2].action", "deny")],
        [
            "error network_flows: no row lets an administrator in to server on port 22: every host would be locked"
            " out; add a row from a zone of administrators"
        ],
    ),
    (
        [("network_components.server.ports", [])],
        [
            "error network_components.server.ports: no port for SSH: every host would be locked out; add {port: 22,"
            " application: SSH}"
        ],
    ),
    (
        [("controllers", ["203.0.113.7"])],
        [
            "error network_zones.admins: Ansible is connected from 203.0.113.7, which no row for SSH admits: it would"
            " lock itself out; add 203.0.113.7 here"
        ],
    ),
    ([("hosts", TWO_HOSTS), ("controllers", ["10.0.0.2"]), (NEW, row("server", "server", 22))], []),
    (
        [("controllers", ["192.0.2.7", "127.0.0.1", "198.51.100.1"])],
        [
            "error network_zones.admins: Ansible is connected from 198.51.100.1, which no row for SSH admits: it"
            " would lock itself out; add 198.51.100.1 here"
        ],
    ),
    (
        [("network_components.server.ports[0].port", 2222)],
        [
            "error network_flows: no row lets an administrator in to server on port 2222: every host would be"
            " locked out; add a row from a zone of administrators"
        ],
    ),
    # One fault is not told twice
    (
        [("network_flows[2].port", 0)],
        ["error network_flows[2].port: 0 is not a port; use an integer from 1 to 65535"],
    ),
    (
        [("network_zones.admins", ["ADMIN_IPS"])],
        [
            'error network_zones.admins[0]: "ADMIN_IPS" is a placeholder that was left in; put the real'
            " addresses in its place"
        ],
    ),
    (
        [("network_components.mother.ports[0].port", 0)],
        ["error network_components.mother.ports[0].port: 0 is not a port; use an integer from 1 to 65535"],
    ),
    # Ports
    (
        [("network_flows[7].port", 8001)],
        [
            "error network_flows[7].port: orchestrator does not listen on 8001/tcp but on 8000/tcp; correct the"
            " port, here or in network_components.orchestrator.ports"
        ],
    ),
    (
        [(NEW, row("any", "etl", 9000, "deny"))],
        [
            "warning network_flows[11].port: etl does not listen on 9000/tcp but on no port at all; correct the"
            " port, here or in network_components.etl.ports"
        ],
    ),
    (
        [("network_components.etl.ports", [{"port": 40000, "protocol": "udp"}])],
        [
            "warning network_components.etl.ports: 40000 is in the range from which Linux takes ports for outgoing"
            " connections; use a port below 32768, or it may be taken when etl starts"
        ],
    ),
    (
        [("network_components.etl.ports", [{"port": 853}])],
        [
            "error network_components.etl.ports: etl runs as etl, who may not listen on port 853; use a port from"
            " 1024; only public components start as root",
            "warning network_services.etl.environment.PORT: is missing, and the matrix says that etl listens on"
            " 853; hand the port to the service",
        ],
    ),
    (
        [("network_components.etl.ports", [{"port": 853}]), ("network_components.etl.exposure", "public")],
        [
            "warning network_services.etl.environment.PORT: is missing, and the matrix says that etl listens on"
            " 853; hand the port to the service",
            "error network_components.etl.ports: etl runs as etl, who may not listen on port 853; use a port from"
            " 1024: PM2 does not start services as root",
        ],
    ),
    (
        [("network_components.etl.ports", [{"port": 5432}]), ("environments", {})],
        [
            "error network_components.mother.ports: mother and etl both listen on port 5432/tcp of 127.0.0.1 of"
            " server; give one of them another port, or move it to another host"
        ],
    ),
    (
        [
            ("network_components.etl.ports", [{"port": 443}]),
            ("environments", {}),
            ("network_components.etl.exposure", "public"),
        ],
        [
            "error network_components.nginx.ports: nginx and etl both listen on port 443/tcp of every address of"
            " server; give one of them another port, or move it to another host"
        ],
    ),
    # The same port on two hosts, or for two protocols, is no clash
    (
        [("network_components.etl.ports", [{"port": 4321}]), ("environments", {}), ("hosts", TWO_HOSTS)],
        [],
    ),
    ([("network_components.etl.ports", [{"port": 5432, "protocol": "udp"}])], []),
    # Hosts and components
    (
        [("network_components.etl.user", "orchestrator")],
        [
            "error network_components.orchestrator.user: orchestrator runs as orchestrator on server, as etl does,"
            " so the firewall cannot tell them apart; give each component a user of its own"
        ],
    ),
    (
        [("network_components.etl.hostname", "app.nostromo.cl")],
        [
            "error network_components.etl.hostname: app.nostromo.cl is the name of nginx too; give each component a"
            " name of its own"
        ],
    ),
    (
        [("network_components.etl.hostname", "www.nostromo.cl")],
        [
            "error network_components.etl.hostname: www.nostromo.cl is the name of a site (network_sites[1]), which nginx"
            " serves; give etl a name of its own, such as etl.internal"
        ],
    ),
    ([("network_components.etl.hostname", "etl.internal")], []),
    (
        [("network_zones.office[1]", "192.0.2.128/25")],
        ["warning network_zones.office: 192.0.2.128/25 is listed twice; remove one"],
    ),
    (
        [("hosts.server.components", ["nginx", "sevastopol", "orchestrator", "mother"])],
        [
            "warning network_components.etl: runs on no host of the inventory; put a host into the inventory group"
            " etl, or remove the component"
        ],
    ),
    (
        [("hosts", TWO_HOSTS), ("hosts.two.addresses", [])],
        ["error hostvars.two.network_addresses: has no address; add the address by which other hosts reach this one"],
    ),
    (
        [("hosts", TWO_HOSTS), ("hosts.two.addresses", ["127.0.0.1"])],
        [
            "error hostvars.two.network_addresses: 127.0.0.1 is every host itself, and leads no other host to this one;"
            " name the address by which other hosts would reach it"
        ],
    ),
    (
        [
            ("hosts", TWO_HOSTS),
            ("hosts.one", {**TWO_HOSTS["one"], "addresses": ["8.8.4.4"], "assumed": True}),
            ("hosts.two", {**TWO_HOSTS["two"], "addresses": ["8.8.8.8"], "assumed": True}),
        ],
        [
            "error hostvars.one.network_addresses: is not named, so orchestrator would reach mother from 8.8.4.4, a public"
            " address, by which Ansible reaches one; name the host's address in your private network; or this one, if it is"
            " meant",
            "error hostvars.two.network_addresses: is not named, so mother would listen on 8.8.8.8, a public address, by which"
            " Ansible reaches two; name the host's address in your private network; or this one, if it is meant",
        ],
    ),
    ([("hosts", TWO_HOSTS), ("hosts.one.addresses", ["8.8.4.4"]), ("hosts.two.addresses", ["8.8.8.8"])], []),
    ([("hosts", TWO_HOSTS), ("hosts.one", {**TWO_HOSTS["one"], "assumed": True})], []),
    (
        [("hosts", TWO_HOSTS), ("hosts.two.addresses", ["10.0.0.1"])],
        [
            "error hostvars.two.network_addresses: 10.0.0.1 is an address of one too; give each host addresses of"
            " its own"
        ],
    ),
]

AROUND: list[tuple[Changes, list[str]]] = [
    (
        [("environments.etl.HOST", True)],
        ["error network_services.etl.environment.HOST: true is not an address; name the one to listen on"],
    ),
    # What services are told of each other
    ([("environments.sevastopol.API_URL", "http://127.0.0.1:8000/api")], []),
    ([("environments.etl.API_URL", "https://api.example.org:8000")], []),
    (
        [("environments.etl.API_URL", "http://me:s3cret@203.0.113.7:8000")],
        [
            "error network_services.etl.environment.API_URL: etl may not reach orchestrator on 8000/tcp, network_flows[3] (No"
            " API) denies it; add a row that allows it: source etl, destination orchestrator, port 8000"
        ],
    ),
    # Nginx: upstreams and listeners
    (
        [("network_flows[10]", REMOVED)],
        [
            'error network_sites[0].routes["/api/"]: nginx may not reach orchestrator on 8000/tcp, network_flows[3]'
            ' (No API)'
            " denies it; add a row that allows it: source nginx, destination orchestrator, port 8000"
        ],
    ),
    (
        [("network_flows[9]", REMOVED)],
        [
            'error network_sites[0].routes["/"]: nginx may not reach sevastopol on 4321/tcp, no row allows it; add'
            ' a row that'
            " allows it: source nginx, destination sevastopol, port 4321"
        ],
    ),
    (
        [('network_sites[0].routes["/api/"]', "orchestrater")],
        ['error network_sites[0].routes["/api/"]: "orchestrater" is not a component; did you mean orchestrator?'],
    ),
    (
        [('network_sites[0].routes["/api/"]', "etl")],
        ['error network_sites[0].routes["/api/"]: etl has no port; add it to network_components.etl.ports'],
    ),
    (
        [('network_sites[0].routes["/api/"]', "nginx")],
        [
            'error network_sites[0].routes["/api/"]: nginx would pass the request to itself; name the component'
            ' behind it'
        ],
    ),
    (
        [('network_sites[0].routes["api"]', "orchestrator")],
        [
            'error network_sites[0].routes["api"]: "api" is not a path; begin it with /, without spaces or ; { } "'
            ' \' $ ` \\ #'
        ],
    ),
    (
        [("network_sites[1].routes", {"/": "sevastopol"})],
        ["error network_sites[1]: www.nostromo.cl has a redirect, and routes besides; give it one of the two"],
    ),
    (
        [("network_sites[1].redirect", REMOVED)],
        ["error network_sites[1]: www.nostromo.cl serves nothing; give it routes, root or redirect"],
    ),
    (
        [("network_sites[1].redirect", "www.nostromo.cl")],
        [
            "error network_sites[1].redirect: www.nostromo.cl is redirected to www.nostromo.cl, which is itself"
            " redirected; redirect to a site with routes or files"
        ],
    ),
    (
        [("network_sites[2]", {"hostname": "app.nostromo.cl", "routes": {"/": "sevastopol"}})],
        ["error network_sites[2].hostname: app.nostromo.cl is served by network_sites[0] too; remove one of them"],
    ),
    (
        [("network_sites[2]", {"hostname": "a b", "routes": {"/": "sevastopol"}})],
        ['error network_sites[2].hostname: "a b" is not a host name; use one such as app.example.org'],
    ),
    ([("network_sites[1]", {"hostname": "www.nostromo.cl", "root": "/var/www"})], []),
    (
        [("network_sites[1]", {"hostname": "www.nostromo.cl", "root": "www", "redirect": "app.nostromo.cl"})],
        [
            'error network_sites[1].root: "www" is not an absolute path without spaces or colons; begin it with /, without'
            ' spaces or : " \' \\ % $ `',
            "error network_sites[1]: www.nostromo.cl has a redirect, and files besides; give it one of the two",
        ],
    ),
    (
        [("network_sites[1]", {"hostname": "www.nostromo.cl", "root": "/var/www", "routes": {"/": "sevastopol"}})],
        ["error network_sites[1].root: nothing is ever served from it, as / leads to sevastopol; remove one of the two"],
    ),
    (
        [
            ("network_sites[1]", {"hostname": "www.nostromo.cl", "root": "/var/www"}),
            ('network_sites[1].routes["/"]', {"component": "sevastopol"}),
            ('network_sites[0].routes["/"]', {"component": "sevastopol", "read_timeout": "1h"}),
        ],
        ["error network_sites[1].root: nothing is ever served from it, as / leads to sevastopol; remove one of the two"],
    ),
    (
        [('network_sites[0].routes["/api/"]', {"component": "orchestrater", "read_timeout": "10s"})],
        ['error network_sites[0].routes["/api/"]: "orchestrater" is not a component; did you mean orchestrator?'],
    ),
    (
        [('network_sites[0].routes["/api/"]', {"component": "orchestrator", "read_timeout": 10})],
        ['error network_sites[0].routes["/api/"].read_timeout: 10 has no unit; write 10s, 10m or 10h'],
    ),
    (
        [('network_sites[0].routes["/api/"]', {"component": "orchestrator", "timeout": "10s"})],
        ['error network_sites[0].routes["/api/"].timeout: is not a known key; did you mean read_timeout?'],
    ),
    (
        [
            ("network_sites[0].directives", ["include more.conf;"]),
            ('network_sites[0].routes["/api/"]', {"read_timeout": "10s"}),
        ],
        ['error network_sites[0].routes["/api/"].component: is missing; add it'],
    ),
    (
        [("network_sites[2]", "x")],
        ['error network_sites[2]: "x" is not a mapping; write a mapping with hostname'],
    ),
    (
        [("network_components.nginx.ports[1].application", "TLS")],
        [
            "error network_components.nginx.ports: no port of nginx has the application HTTPS, which the sites"
            " need; add a port with application: HTTPS"
        ],
    ),
    (
        [("network_components.nginx.ports[0].application", "Web"), ("network_components.nginx.ports[1].application", "Web")],
        [
            "error network_components: no component serves the sites: none is public and speaks HTTP and HTTPS; add one"
            " with exposure: public, a port with application: HTTP, and one with application: HTTPS",
        ],
    ),
    (
        [
            ("network_components.etl.exposure", "public"),
            ("network_components.etl.ports", [{"port": 81, "application": "HTTP"}, {"port": 444, "application": "https"}]),
            ("environments", {}),
        ],
        [
            "error network_components.etl.ports: etl speaks HTTP and HTTPS, as nginx does: which of them serves the sites?;"
            " leave the application out at one of them"
        ],
    ),
    (
        [("network_components.etl.ports", [{"port": 5433, "application": "PostgreSQL"}]), ("environments", {})],
        [
            "error network_components.etl.ports: etl speaks PostgreSQL, as mother does: which of them has the roles of"
            " network_database_users?; leave the application out at one of them"
        ],
    ),
    (
        [("network_components.mother.ports[0].application", REMOVED)],
        [
            "error network_components: no component speaks PostgreSQL, and network_database_users has roles for one;"
            " add a port with application: PostgreSQL to the component that is the database"
        ],
    ),
    (
        [("network_components.nginx.ports[0].port", 81), ("network_flows[0].port", 81)],
        [
            "error network_components.nginx.ports: nginx does not listen on port 80, where Let's Encrypt asks for"
            " the challenge (HTTP-01); add port 80, or prove the names by DNS (challenge: dns)"
        ],
    ),
    (
        [("network_flows[0].source", "office")],
        [
            "error network_flows: no row lets the internet in to nginx on port 80, so Let's Encrypt cannot ask"
            " (HTTP-01); add a row: source internet, destination nginx, port 80; or prove the names by DNS (challenge: dns)"
        ],
    ),
    ([("network_flows[0].source", "office"), *BY_DNS], []),
    (
        [*BY_DNS, ("network_cloudflare", {"token": TOKEN})],
        [
            "error network_cloudflare.certbot_token: is empty, and the names of app.nostromo.cl are proven by DNS (challenge:"
            " dns); put a token with Zone > Zone > Read and Zone > DNS > Edit into the vault as vault_cloudflare_certbot_token"
        ],
    ),
    (
        [*BY_DNS, ("network_cloudflare", {"token": TOKEN, "certbot_token": TOKEN})],
        [
            "warning network_cloudflare.certbot_token: is network_cloudflare.token, which can change the zone's settings, and"
            " this one is kept on the server; make one of its own, with Zone > Zone > Read and Zone > DNS > Edit"
        ],
    ),
    (
        [*BY_DNS, ("network_cloudflare_addresses", ["104.16.0.0/13"]), ("network_flows[8].port", 80)],
        [
            "error network_flows: no row lets server out to Cloudflare on port 443, whose API certbot asks to prove the names of"
            " app.nostromo.cl by DNS (challenge: dns); add a row: source server, destination a zone with"
            " network_cloudflare_addresses, port 443"
        ],
    ),
    (
        [*BY_DNS, ("network_certificate.names", ["*.nostromo.cl"])],
        [],
    ),
    (
        [*BY_DNS, ("network_certificate.names", ["app.nostromo.cl", "www.nostromo.cl", "*.nostromo.cl"])],
        [
            f"error network_certificate.names[{index}]: {name}.nostromo.cl is below a wildcard of the same certificate, and Let's"
            " Encrypt refuses both in one; remove one of them"
            for index, name in enumerate(("app", "www"))
        ],
    ),
    ([("network_flows[0].source", "cloudflare"), ("network_client_address.zone", "cloudflare")], []),
    (
        [("network_client_address.zone", "cloudflair")],
        ['error network_client_address.zone: "cloudflair" is not a zone; did you mean cloudflare?'],
    ),
    # PM2 and PostgreSQL
    (
        [("environments.orchestrator.PORT", "8001")],
        ["error network_services.orchestrator.environment.PORT: 8001 is not a port of orchestrator in the"
         " matrix; use 8000"],
    ),
    (
        [("environments.orchestrator.PORT", True)],
        ["error network_services.orchestrator.environment.PORT: true is not a port; use an integer from 1 to 65535"],
    ),
    (
        [("environments.etl.PORT", 9000)],
        [
            "error network_services.etl.environment.PORT: etl has no port in the matrix; add 9000 to"
            " network_components.etl.ports, or remove it here"
        ],
    ),
    (
        [("environments.orchestrator.PORT", REMOVED)],
        [
            "warning network_services.orchestrator.environment.PORT: is missing, and the matrix says that"
            " orchestrator listens on 8000; hand the port to the service"
        ],
    ),
    (
        [("environments.orchestrator.PGPORT", "5433")],
        ["error network_services.orchestrator.environment.PGPORT: 5433 is not a port of mother in the matrix;"
         " use 5432"],
    ),
    (
        [("environments.sevastopol.PGPORT", "5432")],
        [
            "error network_services.sevastopol.environment.PGPORT: sevastopol may not reach mother on 5432/tcp,"
            " network_flows[4] (No DB) denies it; add a row that allows it: source sevastopol, destination mother,"
            " port 5432"
        ],
    ),
    ([("environments.orchestrator.PGHOST", "/run/postgresql")], []),
    (
        [("environments.sevastopol.PGHOST", "/run/postgresql")],
        [
            "error network_services.sevastopol.environment.PGHOST: sevastopol may not reach mother on 5432/tcp,"
            " network_flows[4] (No DB) denies it; add a row that allows it: source sevastopol, destination mother,"
            " port 5432"
        ],
    ),
    (
        [
            ("hosts.server.components", ["mother", "nginx", "orchestrator", "sevastopol"]),
            ("hosts.batch", {"addresses": ["203.0.113.8"], "components": ["etl"]}),
            ("environments.etl.PGHOST", "/run/postgresql"),
        ],
        [
            "error network_services.etl.environment.PGHOST: is a Unix socket, and etl does not run on the host of"
            " mother; use an address, such as that of network_database.host"
        ],
    ),
    (
        [("environments.elt", {})],
        ['error network_services.elt: "elt" is not a component; did you mean etl?'],
    ),
    ([("database_port", "5432")], []),
    (
        [("database_port", 5433)],
        ["error database_port: 5433 is not a port of mother in the matrix; use 5432"],
    ),
    (
        [("database_clients", ["orchestrator", "sevastopol", "elt"])],
        [
            "error network_database_users[1].component: sevastopol may not reach mother on 5432/tcp,"
            " network_flows[4] (No DB) denies it; add a row that allows it: source sevastopol, destination mother,"
            " port 5432",
            'error network_database_users[2].component: "elt" is not a component; did you mean etl?',
        ],
    ),
    (
        [("network_components.nginx.user", "front"), ("network_components.mother.user", "store")],
        [
            "error network_components.nginx.user: Nginx runs as www-data, so that no row for nginx would hold for it; use"
            " www-data",
            "error network_components.mother.user: PostgreSQL runs as postgres, so that no row for mother would hold for it;"
            " use postgres",
        ],
    ),
    (
        [
            ("network_components.nginx.user", "front"), ("network_components.mother.user", "store"),
            ("network_sites", []), ("database_clients", []), ("network_certificate", REMOVED),
        ],
        [],
    ),
    # Monitoring
    (
        [
            ("network_components.prometheus", {"user": "prometheus", "ports": [{"port": 9090, "application": "Prometheus"}]}),
            ("network_components.figures", {"user": "node", "ports": [{"port": 9100, "application": "Node exporter"}]}),
            ("network_components.health", {"user": "blackbox", "ports": [{"port": 9115, "application": "blackbox exporter"}]}),
            ("network_components.rows", {"user": "exporter", "ports": [{"port": 9187, "application": "PostgreSQL exporter"}]}),
            ("hosts.server.components", [*SOUND["hosts"]["server"]["components"], "prometheus", "figures", "rows"]),
            ("hosts.other", {"addresses": ["203.0.113.8"], "components": ["health"]}),
            ("network_database_users", []),
            (NEW, row("prometheus", "rows", 9187)),
        ],
        [
            "error network_components.prometheus: prometheus may not reach health on 9115/tcp, no row allows it; add a row that"
            " allows it: source prometheus, destination health, port 9115",
            "error network_components.prometheus: prometheus may not reach figures on 9100/tcp, no row allows it; add a row that"
            " allows it: source prometheus, destination figures, port 9100",
            "error network_components.health: runs on other, and prometheus on server, which asks it on its own host; put both"
            " into one host's groups",
            "error network_components.health: health may not reach orchestrator on 8000/tcp, network_flows[3] (No API) denies"
            " it; add a row that allows it: source health, destination orchestrator, port 8000",
            "error network_components.rows: has no role in network_database_users, so mother lets it in nowhere; add one with"
            " component: rows, a database, and member_of: [pg_monitor]",
        ],
    ),
    # DNS
    (
        [("network_dns.proxied", True)],
        [
            "information network_dns.records: the TTL 300 of proxied records has no effect: Cloudflare sets it itself;"
            " it takes effect once they are not proxied"
        ],
    ),
    ([("network_dns.proxied", True), ("network_dns.records[0].ttl", 1), ("network_dns.records[1].proxied", False)], []),
    (
        [("network_dns.records[0].ttl", 10)],
        ["error network_dns.records[0].ttl: 10 is not a TTL; use seconds from 60 to 86400, or 1 for automatic"],
    ),
    (
        [("network_dns.records[0].ttl", True)],
        ["error network_dns.records[0].ttl: true is not a TTL; use seconds from 60 to 86400, or 1 for automatic"],
    ),
    (
        [("network_dns.records[0].value", "EXTERNAL_IP")],
        [
            'error network_dns.records[0].value: "EXTERNAL_IP" is a placeholder that was left in; put the real'
            ' address in its'
            " place"
        ],
    ),
    (
        [("network_dns.records[0].value", "2001:db8::7")],
        [
            'error network_dns.records[0].value: "2001:db8::7" is an IPv6 address, which no A record can hold; use'
            ' type AAAA'
        ],
    ),
    ([("network_dns.records[2]", {"name": "app", "type": "A", "value": "203.0.113.8"})], []),
    ([("network_dns.records[2]", {"name": "app", "type": "AAAA", "value": "2001:db8::7"})], []),
    (
        [("network_dns.records[2]", {"name": "www.nostromo.cl", "type": "A", "value": "203.0.113.7"})],
        ["error network_dns.records[2]: www.nostromo.cl has another record at network_dns.records[1], and a"
         " CNAME has to stand alone; keep one of them"],
    ),
    (
        [("network_dns.records[2]", {"name": "app", "type": "A", "value": "203.0.113.7"})],
        ["error network_dns.records[2]: network_dns.records[0] is the same record of app.nostromo.cl; remove"
         " one of them"],
    ),
    (
        [("network_dns.records[1]", REMOVED)],
        ["warning network_sites[1].hostname: www.nostromo.cl has no DNS record; add it to network_dns.records"],
    ),
    # Certificates
    ([("network_certificate", [apart("app"), apart("www")])], []),
    (
        [("network_certificate", [apart("app")])],
        [
            "error network_certificate: no certificate holds www.nostromo.cl, which is served: clients and Cloudflare (Full"
            " strict) would refuse it; add www.nostromo.cl to the names of one"
        ],
    ),
    (
        [("network_certificate", [apart("app"), {**apart("www"), "names": ["www.nostromo.cl", "app.nostromo.cl"]}])],
        [
            "error network_certificate[1].names[1]: app.nostromo.cl is listed at network_certificate[0].names[0] too;"
            " remove one"
        ],
    ),
    (
        [("network_certificate", [apart("app"), {**apart("www"), "name": "app"}])],
        [
            "error network_certificate[1].name: app is the name of network_certificate[0] too; give each certificate one of"
            " its own"
        ],
    ),
    (
        [("network_certificate", [apart("app"), {**apart("www"), "directory": "/etc/letsencrypt/live/app"}])],
        [
            "error network_certificate[1].directory: /etc/letsencrypt/live/app is the directory of network_certificate[0]"
            " too; give each certificate one of its own"
        ],
    ),
    (
        [("network_certificate", [apart("app"), {**apart("www"), "renewal": {"method": "timer"}}])],
        [
            "error network_certificate[1].renewal: differs from that of network_certificate[0], and a host renews all its"
            " certificates in one way; give all certificates the same renewal"
        ],
    ),
    (
        [("network_certificate", [apart("app"), {"names": ["www.nostromo.cl"]}])],
        ["error network_certificate[1].name: is missing; add it"],
    ),
    (
        [("network_certificate", [])],
        [
            f"error network_certificate: no certificate holds {name}.nostromo.cl, which is served: clients and Cloudflare"
            f" (Full strict) would refuse it; add {name}.nostromo.cl to the names of one"
            for name in ("app", "www")
        ],
    ),
    (
        [("network_certificate.names", ["app.nostromo.cl"])],
        [
            "error network_certificate: no certificate holds www.nostromo.cl, which is served: clients and Cloudflare (Full"
            " strict) would refuse it; add www.nostromo.cl to the names of one"
        ],
    ),
    (
        [("network_certificate.names[2]", "api.nostromo.cl")],
        [
            "error network_certificate.names[2]: api.nostromo.cl is not served, so Let's Encrypt's challenge for it"
            " is refused; add a site to network_sites, or remove the name"
        ],
    ),
    (
        [("network_certificate.names[2]", "www.nostromo.cl")],
        ["error network_certificate.names[2]: www.nostromo.cl is listed at network_certificate.names[1] too; remove one"],
    ),
    (
        [("network_certificate.names[2]", "*.nostromo.cl")],
        [
            'error network_certificate.names[2]: "*.nostromo.cl" is a wildcard, which HTTP-01 cannot prove; name'
            " each host, or prove it by DNS (challenge: dns)"
        ],
    ),
    (
        [("network_certificate.renewal", {"method": "cron", "schedule": "99 0 * * *"})],
        [
            'error network_certificate.renewal.schedule: "99" is no minute of a crontab; use one such as 0 0 * * *'
        ],
    ),
    (
        [("network_certificate.renewal", {"method": "cron", "schedule": "0 0 31 2,4 *"})],
        [
            'error network_certificate.renewal.schedule: "0 0 31 2,4 *" never comes: none of its months has such a'
            ' day; use one such as 0 0 * * *'
        ],
    ),
    (
        [("network_certificate.renewal", {"method": "cron", "command": "cerbot renew"})],
        [
            'error network_certificate.renewal.command: "cerbot renew" does not have certbot renew anything; use'
            ' one such as certbot renew --quiet'
        ],
    ),
    (
        [("network_certificate.renewal", {"method": "cron", "metod": "cron"})],
        ["error network_certificate.renewal.metod: is not a known key; did you mean method?"],
    ),
    # Keys and values that nothing else looks at
    (
        [("network_sites[1].redirct", "app.nostromo.cl")],
        ["error network_sites[1].redirct: is not a known key; did you mean redirect?"],
    ),
    (
        [("network_sites[1].redirect", 7)],
        ["error network_sites[1].redirect: 7 is not a host name; use one such as app.example.org"],
    ),
    (
        [('network_sites[0].routes["/"]', 7)],
        ['error network_sites[0].routes["/"]: 7 is not a name; name the component behind it'],
    ),
    (
        [("network_dns.records[0].tll", 300)],
        ["error network_dns.records[0].tll: is not a known key; did you mean ttl?"],
    ),
    ([("network_dns.records[0].value", REMOVED)], ["error network_dns.records[0].value: is missing; add it"]),
    (
        [("network_dns.records[1].value", 7)],
        ["error network_dns.records[1].value: 7 is not a text; write it in quotes"],
    ),
    (
        [("network_dns.ssl_mode", "strictly")],
        ['error network_dns.ssl_mode: "strictly" is not a known value; use off or flexible or full or strict'],
    ),
    (
        [("network_dns.nameservers", [5])],
        ["error network_dns.nameservers[0]: 5 is not a host name; use one such as app.example.org"],
    ),
    (
        [("network_certificate.nmaes", ["app.nostromo.cl"])],
        ["error network_certificate.nmaes: is not a known key; did you mean names?"],
    ),
    (
        [("network_certificate.names[2]", 5)],
        ["error network_certificate.names[2]: 5 is not a host name; use one such as app.example.org"],
    ),
    ([("network_client_address.zone", 5)], ["error network_client_address.zone: 5 is not a text; write it in quotes"]),
    (
        [("network_client_address.haeder", "X")],
        ["error network_client_address.haeder: is not a known key; did you mean header?"],
    ),
    (
        [("network_certificate.email", "CERTIFICATE_EMAIL")],
        [
            'error network_certificate.email: "CERTIFICATE_EMAIL" is a placeholder that was left in; put the'
            ' address for'
            " notices in its place"
        ],
    ),
    (
        [("network_certificate.email", "ops")],
        ['error network_certificate.email: "ops" is not an e-mail address; use one such as ops@example.org'],
    ),
    # Whatever else has to be filled in
    (
        [("filled_in", {"sources": {"etl": {"git": "ETL_REPOSITORY", "version": "HEAD"}, "list": ["<path>"]}})],
        [
            'error sources.etl.git: "ETL_REPOSITORY" is a placeholder that was left in; put the real value in its'
            ' place',
            'error sources.list[0]: "<path>" is a placeholder that was left in; put the real value in its place',
        ],
    ),
]  # fmt: skip


SERVICE = {"source": {"path": "/src"}, "script": "etl.js"}
RECORDS = [
    (f"network_dns.records[{number}]", {"name": name, "type": "A", "value": "203.0.113.7", "ttl": 300})
    for number, name in ((2, "api"), (3, "old"))
]
POLICY = "default-src 'none'; script-src 'nonce-$request_id' 'sha256-AbC+/=' https://cdn.example.org; upgrade-insecure-requests;"
#: Sound words that are almost others, and what is almost all.
DOUBTFUL: list[tuple[Changes, list[str]]] = [
    (
        [("network_zones.intrenet", ["192.0.2.1"])],
        ['warning network_zones.intrenet: "intrenet" is almost internet; did you mean internet?'],
    ),
    (
        [("network_services.etl", {"source": {"path": "/src"}, "script": "etl.py", "interpreter": "pyhton3"})],
        ['warning network_services.etl.interpreter: "pyhton3" is almost python3; did you mean python3?'],
    ),
    (
        [("network_client_address.header", "FC-Connecting-IP")],
        [
            'warning network_client_address.header: "FC-Connecting-IP" is almost CF-Connecting-IP; did you mean'
            " CF-Connecting-IP?"
        ],
    ),
    (
        [("network_dns.nameservers", ["ada.ns.example.org", "ns1.clouddflare.com"])],
        [
            'warning network_dns.nameservers[1]: "clouddflare.com" is almost cloudflare.com; did you mean cloudflare.com?'
        ],
    ),
    (
        [("network_flows[10].reason", "the diagram has it")],
        [
            "warning network_flows[10].reason: says why the document lacks the row, which is not said to be so; add documented:"
            " false, or use description"
        ],
    ),
    (
        [("network_components.mother.home", "/var/libb/postgresql")],
        [
            'warning network_components.mother.home: "/var/libb/postgresql" is almost /var/lib/postgresql; did you mean'
            " /var/lib/postgresql?"
        ],
    ),
    (
        [("network_components.mother.shell", "/bin/bahs")],
        ['warning network_components.mother.shell: "/bin/bahs" is almost /bin/bash; did you mean /bin/bash?'],
    ),
    (
        [("network_services.etl", {"source": {"path": "/src"}, "script": "etl.js", "environment": {"PGUSRE": "etl"}})],
        ['warning network_services.etl.environment.PGUSRE: "PGUSRE" is almost PGUSER; did you mean PGUSER?'],
    ),
    (
        [('network_sites[0].routes["//"]', "sevastopol")],
        [
            'warning network_sites[0].routes["//"]: is never asked for: Nginx makes one / of several (merge_slashes); write one'
        ],
    ),
    (
        [("network_probe_targets", {"office": ["192.0.2.130"]})],
        [
            'warning network_probe_targets.internet: names nobody in internet, so verify cannot try "Updates"; name a host there'
            " that answers on the ports of its rows"
        ],
    ),
    ([("network_probe_targets", {"internet": ["deb.debian.org"]})], []),
    (
        [("network_dns.nameservers", ["ns1.example.org"])],
        [
            "warning network_dns.nameservers: is one name server, and a domain needs two at least (RFC 1034, section 4.1); add"
            " the other"
        ],
    ),
    (
        [("network_dns_proxied", True)],
        [
            "warning network_dns.proxied: network_dns_proxied says that Cloudflare stands in front, and no record does; set it"
            " to the variable, or that to false"
        ],
    ),
    (
        [
            ("network_dns_proxied", True),
            ("network_dns.records[0].proxied", True),
            ("network_dns.records[0].ttl", 1),
        ],
        [],
    ),
    (
        [("network_service_sources", {"etl": {"git": "ssh://git@git.nosromo.cl:2222/etl.git", "version": "main"}})],
        ['warning network_service_sources.etl.git: "nosromo.cl" is almost nostromo.cl; did you mean nostromo.cl?'],
    ),
    (
        [("network_certificate_email", "ops@nostromo.lc")],
        ['warning network_certificate_email: "nostromo.lc" is almost nostromo.cl; did you mean nostromo.cl?'],
    ),
    # Words of builds, releases, sites and clouds
    (
        [("network_services.etl", {**SERVICE, "build": ["npm ci", "npm urn build"], "script": "srcc/etl.js"})],
        [
            'warning network_services.etl.build[1]: "urn" is almost run; did you mean run?',
            'warning network_services.etl.script: "srcc" is almost src; did you mean src?',
        ],
    ),
    (
        [("environments.etl.PGHOST", 7)],
        ["error network_services.etl.environment.PGHOST: 7 is not an address; use network_database.host"],
    ),
    (
        [("network_services.etl", {**SERVICE, "environment": {"ORCHESTRATRO_URL": "x"}})],
        [
            'warning network_services.etl.environment.ORCHESTRATRO_URL: "orchestratro" is almost orchestrator; did you mean'
            " orchestrator?"
        ],
    ),
    (
        [("network_service_sources", {"etl": {"git": "https://git.example.org/et.lgit", "version": "mian"}})],
        [
            'warning network_service_sources.etl.git: "et.lgit" is almost etl.git; did you mean etl.git?',
            'warning network_service_sources.etl.version: "mian" is almost main; did you mean main?',
        ],
    ),
    (
        [
            ("network_sites[2]", {"hostname": "api.nostromo.cl", "routes": {"/aapi/": "orchestrator"}}),
            ("network_sites[3]", {"hostname": "old.nostromo.cl", "routes": {"/api/": "orchestrator"}}),
            ("network_certificate.names", ["app.nostromo.cl", "www.nostromo.cl", "api.nostromo.cl", "old.nostromo.cl"]),
            *RECORDS,
        ],
        ['warning network_sites[2].routes["/aapi/"]: "/aapi/" is almost /api/; did you mean /api/?'],
    ),
    (
        [("network_tolerated_listeners", [{"process": "chronydd", "protocol": "udp"}, {"process": "dhclient"}])],
        [
            "warning network_tolerated_listeners[1].process: tolerates dhclient over TCP as well, where it never listens; add"
            " protocol: udp",
            'warning network_tolerated_listeners[0].process: "chronydd" is almost chronyd; did you mean chronyd?',
        ],
    ),
    (
        [("network_zones.cloud", ["169.254.169.254", "100.10.100.200", "fd00:ec::254", "10.0.0.1"])],
        [
            "warning network_zones.cloud: 100.10.100.200 is almost 100.100.100.200, where a cloud tells a machine about itself;"
            " did you mean 100.100.100.200?",
            "warning network_zones.cloud: fd00:ec::254 is almost fd00:ec2::254, where a cloud tells a machine about itself; did"
            " you mean fd00:ec2::254?",
        ],
    ),
    (
        [("network_certificate.name", "ap.nostromo.cl")],
        ['warning network_certificate.name: "ap.nostromo.cl" is almost app.nostromo.cl; did you mean app.nostromo.cl?'],
    ),
    (
        [
            ("network_monitoring", {"tools": [], "metrics": {}, "alerts": {}}),
            ("network_components.mother.ports[1]", {"port": 9100}),
            ("network_components.mother.ports[2]", {"port": 9101, "application": "Node exporer"}),
        ],
        [
            "warning network_components.mother.ports: does not say what mother speaks on 9100, where Node exporter usually is;"
            " add application: Node exporter, or nothing sets it up",
            'warning network_components.mother.ports[2].application: "Node exporer" is almost Node exporter; did you mean Node'
            " exporter?",
        ],
    ),
    # What hosts need
    (
        [("network_flows[8].port", 5000)],
        [
            "warning network_flows: no row lets server out on 80/tcp or 443/tcp: hosts could neither install nor update a"
            " package; add a row from server to the zone of your package source"
        ],
    ),
    (
        [("network_baseline_flows", [{**row("server", "office", 547, protocol="udp"), "name": "DHCP"}])],
        [
            "warning network_baseline_flows: no row lets server out on 123/udp (NTP): clocks drift, until certificates seem not"
            " to be valid; add a row from server to your time servers",
            "warning network_zones.office: lacks ff02::1:2, where hosts ask for IPv6 addresses (DHCPv6), which"
            " network_baseline_flows[0] (DHCP) is for; add it, or take 547 out of the row",
        ],
    ),
    # Ways that lead nowhere
    (
        [("network_flows[1].action", "deny")],
        [
            "warning network_flows: no row lets anybody in to nginx on port 443, where it serves the sites; add a row: source"
            " internet, destination nginx, port 443",
        ],
    ),
    (
        [('network_sites[0].routes["/"]', REMOVED)],
        [
            "warning network_flows[9]: lets nginx reach sevastopol, to which no route of a site leads; add the route, or remove"
            " the row"
        ],
    ),
    ([('network_sites[0].routes["/"]', REMOVED), ("network_sites[0].directives", ["include more.conf;"])], []),
    # Doors
    (
        [("network_ssh", {"permitrootlogin": "no"})],
        [
            "warning network_ssh.PasswordAuthentication: is not said, so that sshd admits passwords; write"
            ' PasswordAuthentication: "no"'
        ],
    ),
    (
        [("network_ssh", {"PasswordAuthentication": "no"})],
        [
            "warning network_ssh.PermitRootLogin: is not said, so that sshd admits root with a key; write PermitRootLogin:"
            ' "no"'
        ],
    ),
    # What browsers pass over
    (
        [("network_sites[0].headers", {"Content-Security-Polciy": "default-src 'self'"})],
        [
            'warning network_sites[0].headers.Content-Security-Polciy: "Content-Security-Polciy" is almost'
            " Content-Security-Policy; did you mean Content-Security-Policy?"
        ],
    ),
    (
        [("network_sites[0].headers", {"content-security-policy": "defualt-src 'self'; img-src self 'nonne'; lots"})],
        [
            'warning network_sites[0].headers.content-security-policy: "defualt-src" is no directive of a'
            " Content-Security-Policy, and browsers pass over it; did you mean default-src?",
            "warning network_sites[0].headers.content-security-policy: self is the name of a host here; write 'self'",
            "warning network_sites[0].headers.content-security-policy: 'nonne' is no keyword of a Content-Security-Policy, and"
            " browsers pass over it; did you mean 'none'?",
            'warning network_sites[0].headers.content-security-policy: "lots" is no directive of a Content-Security-Policy, and'
            " browsers pass over it; use one such as base-uri, child-src, connect-src, default-src",
        ],
    ),
    (
        [
            ("network_sites[0].headers", {"Content-Security-Policy": POLICY}),
        ],
        [],
    ),
    (
        [("network_zones.anybody", ["0.0.0.0/0"])],
        [
            "warning network_zones.anybody: holds every IPv4 address and none of the others, which internet holds as well;"
            " add ::/0, if it is meant"
        ],
    ),
    ([("network_zones.anybody", ["0.0.0.0/0", "fe80::/10"])], []),
    (
        [(NEW, row("etl", "office", [53, 443]))],
        ["warning network_flows[11].protocol: lets no DNS through by udp, which it needs on 53; add udp"],
    ),
    (
        [
            (NEW, row("etl", "office", 53)),
            ("network_flows[12]", {**row("etl", "office", 53, protocol="udp"), "name": "b"}),
        ],
        [],
    ),
    (
        [(NEW, row("server", "office", 123))],
        ["warning network_flows[11].protocol: lets no NTP through by udp, which it needs on 123; add udp"],
    ),
    (
        [("network_components.sevastopol.user", "sevastopo")],
        ['warning network_components.sevastopol.user: "sevastopo" is almost sevastopol; did you mean sevastopol?'],
    ),
    ([("network_components.sevastopol.user", "sevastopol2")], []),
    (
        [("network_components.nginx.hostname", "app.nostormo.cl")],
        [
            'warning network_components.nginx.hostname: "app.nostormo.cl" is almost app.nostromo.cl; did you mean'
            " app.nostromo.cl?",
        ],
    ),
    (
        [
            ("network_components.etl.hostname", "etl.internal"),
            ("network_components.orchestrator.hostname", "orchestrator.internal"),
            ("network_components.mother.hostname", "mother.internall"),
        ],
        [
            'warning network_components.mother.hostname: "internall" is almost internal; did you mean internal?',
        ],
    ),
    (
        [("network_components.mother.hostname", "mohter.internal")],
        ['warning network_components.mother.hostname: "mohter" is almost mother; did you mean mother?'],
    ),
    (
        [("network_components.sevastopol.ports[0].application", "HHTP")],
        [],
    ),
    (
        [("network_components.sevastopol.ports[0].application", "HTTTP")],
        ['warning network_components.sevastopol.ports[0].application: "HTTTP" is almost HTTP; did you mean HTTP?'],
    ),
    (
        [("network_certificate.server", "https://acme-v02.api.letsenrcypt.org/directory")],
        [
            'warning network_certificate.server: "https://acme-v02.api.letsenrcypt.org/directory" is almost'
            " https://acme-v02.api.letsencrypt.org/directory; did you mean https://acme-v02.api.letsencrypt.org/directory?"
        ],
    ),
    ([("network_certificate.server", "https://acme-staging-v02.api.letsencrypt.org/directory")], []),
    (
        [
            (
                "network_zones.most",
                ["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/4", "208.0.0.0/5", "216.0.0.0/6", "220.0.0.0/7"],
            )
        ],
        [
            "warning network_zones.most: holds most of the internet's addresses, but not 222.0.0.0/7; add them, or nobody gets"
            " there by its rows"
        ],
    ),
    ([("network_zones.most", ["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"])], []),
    (
        [("network_dns.records[1].value", "apps")],
        ["warning network_dns.records[1].value: apps.nostromo.cl has no DNS record; correct it, or add the record"],
    ),
    ([("network_dns.records[1].value", "nostromo.example.net")], []),
    (
        [("network_dns.records[1].value", "x.nostromo.cl"), ("network_dns.records[0].name", "*")],
        ["warning network_sites[0].hostname: app.nostromo.cl has no DNS record; add it to network_dns.records"],
    ),
    (
        [("network_tolerated_listeners", [{"protocol": "udp"}])],
        [
            "warning network_tolerated_listeners[0]: it tolerates whatever listens by udp; name the process or the port as well"
        ],
    ),
    (
        [("network_probe_targets", {"office": None, "internet": ["deb.debian.org"]})],
        ["warning network_probe_targets.office: has no value; give it one, or remove it"],
    ),
]


@pytest.mark.parametrize(("changes", "messages"), DOUBTFUL)
def test_what_is_sound_and_doubtful(changes: Changes, messages: list[str]) -> None:
    assert told(*changes) == messages


OUTLETS: list[tuple[Changes, list[str]]] = [
    (
        [("network_flows[11]", row("any", "internet", 53, protocol=["udp", "tcp"]))],
        [
            "warning network_flows[11]: lets everybody send DNS to any address, and so talk to anybody; name the servers in"
            " the zone (network_resolver_addresses)"
        ],
    ),
    (
        [("network_flows[11]", row("etl", "internet", "100-200", protocol="udp"))],
        [
            "warning network_flows[11]: lets etl send NTP to any address, and so talk to anybody; make server its source",
        ],
    ),
    ([("network_flows[11]", row("server", "internet", [67, 123, 547], protocol="udp"))], []),
    ([("network_flows[11]", row("etl", "office", 53, protocol=["tcp", "udp"]))], []),
    (
        [("network_zones.cloud", ["169.254.0.0/16"]), ("network_flows[11]", row("etl", "cloud", "80-90"))],
        [
            "warning network_flows[11]: lets etl ask 169.254.169.254 for the machine's credentials in its cloud; make"
            " server its source"
        ],
    ),
    ([("network_zones.cloud", ["169.254.169.253"]), ("network_flows[11]", row("etl", "cloud", 80))], []),
    # A wider zone does not speak of them, so neither does it cover nor contradict a row that does.
    ([("network_zones.cloud", ["169.254.169.254"]), ("network_flows[11]", row("server", "cloud", 80))], []),
    ([("network_zones.cloud", ["169.254.169.254"]), ("network_flows[11]", row("server", "cloud", 80, "deny"))], []),
    # The DNS servers that the host asks
    ([("name_servers", ["127.0.0.53"])], []),
    ([("name_servers", ["203.0.113.7"])], []),  # the host's own address
    (
        [
            ("name_servers", ["192.0.2.153", "198.51.100.53"]),
            (NEW, row("server", "office", 53, protocol=["tcp", "udp"])),
        ],
        [],
    ),
    (
        [("name_servers", ["198.51.100.53", "::1"])],
        [
            "error network_flows: the host asks 198.51.100.53 for names, where no row leads: it could look up none; add a"
            " row from server to them on 53/udp"
        ],
    ),
    (
        [("name_servers", ["198.51.100.53"]), (NEW, row("server", "office", 53, protocol=["tcp", "udp"]))],
        [
            "error network_zones.office: the host asks 198.51.100.53 for names, where no row leads: it could look up none;"
            " name them here (network_resolver_addresses)"
        ],
    ),
    # Who goes out by name asks for it
    (
        [
            ("network_resolver_addresses", ["192.0.2.153"]),
            (NEW, row("server", "office", 53, protocol=["tcp", "udp"])),
            ("network_flows[12]", {**row("etl", "internet", 443), "name": "Scraping"}),
        ],
        [
            "warning network_flows[12]: leads etl to any address, and no row leads it to a DNS server (192.0.2.153); add a row"
            " from etl to them on 53/udp, or name the addresses in the zone"
        ],
    ),
    (
        [
            ("network_resolver_addresses", ["192.0.2.153"]),
            (NEW, row("any", "office", 53, protocol=["tcp", "udp"])),
            ("network_flows[12]", {**row("etl", "internet", 443), "name": "Scraping"}),
        ],
        [],
    ),
    (
        [("name_servers", ["x"])],
        ['error name_servers[0]: "x" is not an IP address; use an address such as 192.0.2.10 or 2001:db8::10'],
    ),
    (
        [("network_zones.office[1]", "127.0.0.53")],
        [
            "error network_zones.office: 127.0.0.53/32 is every host itself; name the component that is meant; for DNS, the"
            " servers that the host asks (resolvectl dns)"
        ],
    ),
]


@pytest.mark.parametrize(("changes", "messages"), OUTLETS)
def test_rules_of_ways_out(changes: Changes, messages: list[str]) -> None:
    assert told(*changes) == messages


@pytest.mark.parametrize(("changes", "messages"), ROWS)
def test_rules_of_the_matrix(changes: Changes, messages: list[str]) -> None:
    assert told(*changes) == messages


@pytest.mark.parametrize(("changes", "messages"), AROUND)
def test_rules_of_what_leans_on_it(changes: Changes, messages: list[str]) -> None:
    assert told(*changes) == messages


def test_matrix_alone() -> None:
    _document, matrix, faults = validate(variables_of(SOUND), Surroundings(hosts=SOUND["hosts"]))
    assert list(faults) == []
    data = normalised(matrix)
    assert data["flows"][8]["ports"] == ["80", "443"]
    assert data["components"]["mother"]["home"] == "/var/lib/postgresql"
    assert data["zones"]["admins"] == ["192.0.2.0/24", "2001:db8::/48"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("network_certificate.name", "x\n[Service]"),
        ("network_certificate.name", "../../etc"),
        ("network_certificate.directory", "/etc/x`id`"),
        ("network_client_address.header", "X-Real-IP; allow all"),
        ('network_sites[0].routes["/`id`"]', "orchestrator"),
        ('network_sites[0].routes["/a\\b"]', "orchestrator"),
        ("network_components.etl.home", '/srv/"x'),
        ("network_components.etl.shell", "/bin/sh%n"),
        ("network_components.etl.title", "E\x00L"),
        ("network_components.etl.title", "E\ud800L"),
    ],
)
def test_what_no_file_can_hold_is_refused_with_its_path(place: str, value: str) -> None:
    assert any(line.startswith(f"error {place.split('[')[0]}") for line in told((place, value)))


def test_realistic_titles_are_taken() -> None:
    assert told(("network_components.mother.title", 'Mother "la base" Ñandú (100 %)')) == []
