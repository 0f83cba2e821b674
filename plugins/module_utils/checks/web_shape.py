# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role nginx writes for the data: the servers, the locations of each, and the directives in each of them.

Held to the role's templates by tests: a directive that they begin to write is added here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..document.sites import Site
from ..nginx.access_log import MAPPED
from ..nginx.client_certificate import UNCERTIFIED, UNCERTIFIED_OF, is_refusal
from ..nginx.language import Directive
from ..nginx.meaning import Location, locations, named, told
from ..nginx.variables import CLIENT_NETWORK

#: The main context, ``http``, and servers and locations by their kind.
_MAIN = frozenset(["error_log", "events", "http", "load_module", "user", "worker_processes", "worker_shutdown_timeout"])
_HTTP = frozenset({
    "absolute_redirect", "access_log", "client_body_buffer_size", "client_body_timeout", "client_header_timeout",
    "client_max_body_size", "default_type", "gzip", "gzip_comp_level", "gzip_min_length", "gzip_proxied", "gzip_types",
    "gzip_vary", "http2", "keepalive_timeout", "large_client_header_buffers", "limit_req_log_level", "limit_req_status",
    "limit_req_zone", "log_format", "map", "proxy_buffers", "proxy_connect_timeout", "proxy_http_version",
    "proxy_next_upstream", "proxy_next_upstream_timeout", "proxy_next_upstream_tries", "proxy_read_timeout",
    "proxy_send_timeout", "proxy_set_header",
    "real_ip_header", "reset_timedout_connection", "send_timeout", "sendfile", "server",
    "server_names_hash_bucket_size", "server_tokens", "set_real_ip_from",
    "ssl_ciphers", "ssl_client_certificate", "ssl_ecdh_curve", "ssl_prefer_server_ciphers", "ssl_protocols", "ssl_session_cache",
    "ssl_session_tickets", "ssl_session_timeout", "ssl_verify_client", "tcp_nopush", "types",
    "uninitialized_variable_warn", "upstream",
})  # fmt: skip
_HEADERS = frozenset({"add_header", "proxy_hide_header"})
_STRANGERS = frozenset({"listen", "server_name", "return", "ssl_reject_handshake"})
_SITE = frozenset({"listen", "server_name", "ssl_certificate", "ssl_certificate_key", "location"}) | _HEADERS
_LISTEN = frozenset({"default_server", "ssl", "http2"})
_MAPS = (
    ["$http_upgrade", "$connection_upgrade"],
    ["$binary_remote_addr", f"${CLIENT_NETWORK}"],
    [UNCERTIFIED_OF, f"${UNCERTIFIED}"],
    *([source, logged] for source, logged in MAPPED.items()),
)
_REDIRECT = {"/": frozenset({"set", "return"})}
_CHALLENGE = {"^~ /.well-known/acme-challenge/": frozenset({"root", "default_type", "set"})}
_ROUTE = frozenset({"set", "limit_req", "error_page", "proxy_pass", "proxy_read_timeout"})
_HASHED = frozenset({"set", "error_page", "proxy_pass", "proxy_read_timeout"}) | _HEADERS
_ERRORS = {
    "^~ /.nostromo/": frozenset({"internal", "alias"}) | _HEADERS,
    "= /.nostromo/unavailable.css": frozenset({"alias", "set"}) | _HEADERS,
    "@limited": frozenset({"default_type", "return"}) | _HEADERS,
}
_NOTHING = {"/": frozenset({"default_type", "return"})}
_FILES = {"/": frozenset({"root", "try_files", "set"})}

Own = Sequence[Directive]
Names = tuple[tuple[str, ...], bool]


def names_of(server: Directive) -> Names:
    """The names that a server answers to, sorted, and whether over TLS."""
    block = server["block"] or []
    names = sorted(name for one in named(block, "server_name") for name in one["args"])
    return tuple(names), any("ssl" in one["args"] for one in named(block, "listen"))


def expected_servers(sites: Sequence[Site]) -> list[Names]:
    """Two for names that nobody has, one that leads to TLS, and one of each site."""
    hosts = [site.hostname for site in sites]
    return [(("_",), False), (("_",), True), (tuple(sorted(hosts)), False), *(((host,), True) for host in hosts)]


def route_key(route: str) -> str:
    """How the location of a route is written."""
    return route if route == "/" else f"^~ {route}"


def undeclared(main: Sequence[Directive], http: Sequence[Directive], own: Own) -> Iterator[str]:
    """What is in the main context and in ``http``, servers aside, and is not of the data."""
    yield from (told(one) for one in main if one["name"] not in _MAIN)
    for one in _without(http, own):
        if one["name"] not in _HTTP or (one["name"] == "map" and one["args"] not in _MAPS):
            yield told(one)


def undeclared_in(server: Directive, site: Site | None, hashed: Sequence[str], own: Own) -> Iterator[str]:
    """What is in a server and is not of the data. ``site``: what it serves over TLS; ``None`` for the others."""
    names, _tls = names_of(server)
    block = _without(server["block"] or [], own)
    written = _STRANGERS if names == ("_",) else _SITE
    yield from (told(one) for one in block if one["name"] not in written and not is_refusal(one))
    yield from (told(one) for one in named(block, "listen") if not {*one["args"][1:]} <= _LISTEN)
    expected = expected_locations(site, hashed)
    for location in locations(block):
        if location.key not in expected:
            yield f"location {location.key}"
        else:
            yield from _undeclared_here(location, expected[location.key])


def _undeclared_here(location: Location, written: frozenset[str]) -> Iterator[str]:
    yield from (f"{told(one)} in location {location.key}" for one in location.inner if one["name"] not in written)


def expected_locations(site: Site | None, hashed: Sequence[str]) -> dict[str, frozenset[str]]:
    """Location -> the directives in it. Without a site, of the server that leads to TLS."""
    if site is None or site.redirect:
        return _CHALLENGE | _REDIRECT
    routes = {route_key(route): _ROUTE for route in site.routes}
    if site.root:
        return _CHALLENGE | _ERRORS | _FILES | routes
    rest = {f"^~ {path}": _HASHED for path in hashed} if "/" in routes else _NOTHING
    return _CHALLENGE | _ERRORS | rest | routes


def _without(directives: Sequence[Directive], own: Own) -> list[Directive]:
    known = [(one["name"], one["args"]) for one in own]
    return [one for one in directives if (one["name"], one["args"]) not in known]
