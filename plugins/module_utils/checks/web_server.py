# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the data promise of the web server beyond sites and limits, as the role nginx is given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network

from ..document.sites import Site
from ..faults import Faults, show
from ..fields import read_mapping, read_record, read_sequence, read_text
from ..matrix.model import Network
from ..nginx.language import Directive, LanguageError, parse

KEY = "network_proof.web_server"
_KEYS = (
    "trusted_proxies",
    "client_address_header",
    "client_certificate",
    "tls_protocols",
    "headers",
    "hsts",
    "hashed_paths",
    "upstreams",
    "directives",
)
#: The role's own, for what the data leave to it (roles/nginx/defaults/main.yml).
TLS_PROTOCOLS = ("TLSv1.2", "TLSv1.3")
HASHED_PATHS = ("/_astro/",)
HSTS = "max-age=63072000"
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True)
class WebServer:
    """What is promised.

    :param trusted: the proxies that are believed when they name the client's address in ``client_address_header``.
    :param client_certificate: whether a proxy in front is asked for one: ``disabled``, ``log`` or ``required``.
    :param tls_protocols: the versions that are spoken, as nginx calls them.
    :param headers: on every answer of a site.
    :param hashed_paths: beside the routes of a site with ``/``.
    :param upstreams: component -> its servers; of others those to which the matrix leads.
    :param directives: of the user's own, in the http block.
    """

    trusted: frozenset[Network] = frozenset()
    client_address_header: str = ""
    client_certificate: str = "disabled"
    tls_protocols: frozenset[str] = frozenset(TLS_PROTOCOLS)
    headers: Mapping[str, str] = field(default_factory=lambda: {**HEADERS, "Strict-Transport-Security": HSTS})
    hashed_paths: tuple[str, ...] = HASHED_PATHS
    upstreams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    directives: tuple[Directive, ...] = ()

    def headers_of(self, site: Site) -> dict[str, str]:
        """The headers of every answer of a site: those of all sites, and its own, of which an empty one is not sent."""
        return {name: value for name, value in {**self.headers, **site.headers}.items() if value}


def read_web_server(value: object, faults: Faults) -> WebServer | None:
    """``network_proof.web_server``; ``None`` where the data do not say. Each of its keys may be left out."""
    if value is None:
        return None
    record = read_record(value, KEY, faults, _KEYS) or {}
    headers = read_mapping(_or(record, "headers", HEADERS), f"{KEY}.headers", faults)
    hsts = read_text({"hsts": _or(record, "hsts", HSTS)}, "hsts", KEY, faults)
    upstreams = read_mapping(record.get("upstreams"), f"{KEY}.upstreams", faults)
    return WebServer(
        trusted=frozenset(_networks(record.get("trusted_proxies"), faults)),
        client_address_header=read_text(record, "client_address_header", KEY, faults),
        client_certificate=read_text(record, "client_certificate", KEY, faults) or "disabled",
        tls_protocols=frozenset(_texts(record, "tls_protocols", TLS_PROTOCOLS, faults)),
        headers={name: str(text) for name, text in headers.items()}
        | ({"Strict-Transport-Security": hsts} if hsts else {}),
        hashed_paths=_texts(record, "hashed_paths", HASHED_PATHS, faults),
        upstreams={
            name: frozenset(map(str, read_sequence(servers, f"{KEY}.upstreams.{name}", faults)))
            for name, servers in upstreams.items()
        },
        directives=read_directives(record.get("directives"), f"{KEY}.directives", faults),
    )


def read_directives(value: object, path: str, faults: Faults) -> tuple[Directive, ...]:
    """Directives of the user's own, each a text."""
    found: list[Directive] = []
    for index, text in enumerate(read_sequence(value, path, faults)):
        try:
            found += parse(f"{text}\n", f"{path}[{index}]")
        except LanguageError as error:
            faults.error(
                f"{path}[{index}]", text, f"is no directive of nginx: {error}", "write it as in nginx.conf, with ;"
            )
    return tuple(found)


def _or(record: Mapping[str, object], key: str, default: object) -> object:
    value = record.get(key)
    return default if value is None else value


def _texts(record: Mapping[str, object], key: str, default: tuple[str, ...], faults: Faults) -> tuple[str, ...]:
    return tuple(map(str, read_sequence(_or(record, key, default), f"{KEY}.{key}", faults)))


def _networks(value: object, faults: Faults) -> list[Network]:
    found = []
    for index, one in enumerate(read_sequence(value, f"{KEY}.trusted_proxies", faults)):
        try:
            found.append(ip_network(str(one), strict=False))
        except ValueError:
            path = f"{KEY}.trusted_proxies[{index}]"
            faults.error(path, one, f"{show(one)} is neither an address nor a network", "write it as 192.0.2.0/24")
    return found
