# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stand-in for Cloudflare holds, and what it makes of a request: zones, records, settings, tokens."""

from __future__ import annotations

import copy
import hashlib
import ipaddress
import re
import ssl
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

EVERYTHING = frozenset(
    {"zone:read", "dns_records:read", "dns_records:edit", "zone_settings:read", "zone_settings:edit", "ssl:read", "ssl:edit"}
)
NAME_SERVERS = ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"]
#: As they are since 2021.
RANGES = {
    "ipv4_cidrs": [
        "173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18", "108.162.192.0/18",
        "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17", "162.158.0.0/15", "104.16.0.0/13",
        "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22",
    ],
    "ipv6_cidrs": [
        "2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29",
        "2c0f:f248::/32",
    ],
    "etag": "38f79d050aa027e3be3865e495dcc9bc",
}  # fmt: skip
_NOW = "2026-01-01T00:00:00.000000Z"
_LEADING = ("A", "AAAA", "CNAME")
_HSTS = {"enabled": False, "max_age": 0, "include_subdomains": False, "nosniff": False, "preload": False}
#: As a new zone has them.
_SETTINGS: dict[str, Any] = {
    "0rtt": "off", "always_use_https": "off", "automatic_https_rewrites": "on", "http3": "on", "ipv6": "on",
    "min_tls_version": "1.0", "opportunistic_encryption": "on", "origin_max_http_version": "2", "pseudo_ipv4": "off",
    "security_header": {"strict_transport_security": _HSTS}, "ssl": "full", "ssl_automatic_mode": "auto",
    "tls_1_3": "on", "tls_client_auth": "off", "websockets": "on",
}  # fmt: skip
_VALUES = {
    "min_tls_version": ["1.0", "1.1", "1.2", "1.3"], "origin_max_http_version": ["1", "2"],
    "pseudo_ipv4": ["off", "add_header", "overwrite_header"], "ssl": ["off", "flexible", "full", "strict"],
    "ssl_automatic_mode": ["auto", "custom"],
}  # fmt: skip
#: These have paths of their own, and are not in the list of all.
_APART = ("ssl_automatic_mode", "origin_max_http_version")
_ID = "[0-9a-f]{32}"


class Refusal(Exception):
    """An error of the API's."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class Token:
    """For some zones, by name, or for all."""

    scopes: frozenset[str] = EVERYTHING
    zones: Sequence[str] | None = None
    tells_scopes: bool = True


@dataclass
class Cloud:
    """All of it."""

    tokens: dict[str, Token] = field(default_factory=dict)
    zones: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    certificates: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pulls: dict[str, bool] = field(default_factory=dict)
    deploys_at_once: bool = True
    fixed: set[str] = field(default_factory=set)
    lists_settings: bool = True
    counts_pages: bool = True
    ranges: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(RANGES))
    _made: int = 0

    def add_zone(self, name: str, **more: Any) -> str:
        """A new zone."""
        zone = _id("zone", name, len(self.zones))
        account = {"id": _id("account"), "name": "Nostromo"}
        self.zones[zone] = {
            "id": zone, "name": name, "status": "active", "type": "full", "paused": False, "development_mode": 0,
            "name_servers": NAME_SERVERS, "original_name_servers": None, "original_registrar": None,
            "original_dnshost": None, "created_on": _NOW, "modified_on": _NOW, "activated_on": _NOW,
            "vanity_name_servers": [], "meta": {}, "account": account,
            "owner": {"id": _id("account"), "type": "user", "name": None}, "plan": {"id": _id("plan"), "name": "Free Website"},
            **more,
        }  # fmt: skip
        self.records[zone], self.settings[zone] = {}, copy.deepcopy(_SETTINGS)
        self.certificates[zone], self.pulls[zone] = [], False
        return zone

    def put(self, zone: str, given: Mapping[str, Any], old: str | None = None) -> dict[str, Any]:
        """A record, new or changed, as the API makes it of what it is given."""
        record = {**(self._held(zone, old) if old else {}), **given}
        kind, apex = record.get("type"), self.zones[zone]["name"]
        name = str(record.get("name", "")).removesuffix(".").lower()
        name = apex if name in ("@", apex) else name if name.endswith(f".{apex}") else f"{name}.{apex}"
        content, ttl, proxied = str(record.get("content", "")), record.get("ttl", 1), bool(record.get("proxied"))
        if kind in ("CNAME", "MX", "NS", "PTR"):
            content = content.removesuffix(".").lower()
        if isinstance(ttl, bool) or not isinstance(ttl, int):
            raise Refusal(400, 9022, "TTL must be a number, not a string.")
        if ttl != 1 and not 60 <= ttl <= 86400:
            raise Refusal(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.")
        if proxied and kind not in _LEADING:
            raise Refusal(400, 9004, "This record type cannot be proxied.")
        if kind in ("A", "AAAA"):
            content = _address(content, 4 if kind == "A" else 6)
        if kind == "MX" and "priority" not in record:
            raise Refusal(400, 9100, "priority is a required field.")
        if len(record.get("comment") or "") > 100:
            raise Refusal(400, 9313, "DNS record comment is too long.")
        self._refuse_rivals(zone, old, name, kind, content)
        if old is None:
            self._made += 1
        identity = old or _id("record", zone, self._made)
        made = {
            "id": identity, "name": name, "type": kind, "content": content, "proxiable": kind in _LEADING,
            "proxied": proxied, "ttl": 1 if proxied else ttl, "settings": {}, "meta": record.get("meta") or {},
            "comment": record.get("comment") or None, "tags": [], "created_on": _NOW, "modified_on": _NOW,
            **({"priority": record["priority"]} if kind == "MX" else {}),
        }  # fmt: skip
        self.records[zone][identity] = made
        return made

    def _refuse_rivals(self, zone: str, own: str | None, name: str, kind: str | None, content: str) -> None:
        for other in self.records[zone].values():
            if other["id"] == own or other["name"] != name:
                continue
            if (other["type"], other["content"]) == (kind, content):
                raise Refusal(400, 81058, "An identical record already exists.")
            if "CNAME" in (other["type"], kind) and other["type"] in _LEADING and kind in _LEADING:
                raise Refusal(400, 81053, "An A, AAAA, or CNAME record with that host already exists.")

    def _held(self, zone: str, identity: str) -> dict[str, Any]:
        found = self.records[zone].get(identity)
        if found is None:
            raise Refusal(404, 81044, "Record does not exist.")
        if found["meta"].get("read_only"):
            raise Refusal(400, 1043, "This record is managed by another service.")
        return found

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any, token: str) -> dict[str, Any]:
        """What the API answers. :raises Refusal: it refuses."""
        if f"{method} {path}" == "GET /ips":
            return {"success": True, "errors": [], "messages": [], "result": copy.deepcopy(self.ranges)}
        if not re.fullmatch(r"[\w-]{20,}", token):
            raise Refusal(400, 6003, "Invalid request headers")
        known = self.tokens.get(token)
        if known is None:
            raise Refusal(403, 9109, "Invalid access token")
        for pattern, scope, handle in self._routes():
            match = re.fullmatch(pattern, f"{method} {path}")
            if match:
                zone = match.groupdict().get("zone", "")
                if zone and (zone not in self.zones or not _includes(known, self.zones[zone])):
                    raise Refusal(403, 9109, "Unauthorized to access requested resource")
                if scope not in known.scopes:
                    raise Refusal(403, 10000, "Authentication error")
                result, information = handle(match.groupdict(), query, body, known)
                found = {"success": True, "errors": [], "messages": [], "result": copy.deepcopy(result)}
                return {**found, "result_info": information} if information else found
        raise Refusal(404, 7003, f"Could not route to {path}, perhaps your object identifier is invalid?")

    def _routes(self) -> list[tuple[str, str, Callable[..., tuple[Any, Any]]]]:
        zone = f"/zones/(?P<zone>{_ID})"
        pulls = f"{zone}/origin_tls_client_auth"
        return [
            ("GET /zones", "zone:read", self._list_zones),
            (f"GET {zone}", "zone:read", lambda at, _query, _body, token: (self._told(at["zone"], token), None)),
            (f"GET {zone}/dns_records", "dns_records:read", self._list_records),
            (f"POST {zone}/dns_records", "dns_records:edit", lambda at, _query, body, _token: (self.put(at["zone"], body), None)),
            (f"POST {zone}/dns_records/batch", "dns_records:edit", self._batch),
            (f"DELETE {zone}/dns_records/(?P<record>{_ID})", "dns_records:edit", self._delete),
            (f"GET {pulls}", "ssl:read", lambda at, _query, _body, _token: (self.certificates[at["zone"]], None)),
            (f"POST {pulls}", "ssl:edit", self._upload),
            (f"DELETE {pulls}/(?P<certificate>{_ID})", "ssl:edit", self._withdraw),
            (f"GET {pulls}/settings", "ssl:read", lambda at, _query, _body, _token: ({"enabled": self.pulls[at["zone"]]}, None)),
            (f"PUT {pulls}/settings", "ssl:edit", self._pull),
            (f"GET {zone}/settings", "zone_settings:read", self._list_settings),
            (rf"GET {zone}/settings/(?P<name>\w+)", "zone_settings:read", self._setting),
            (rf"PATCH {zone}/settings/(?P<name>\w+)", "zone_settings:edit", self._set),
        ]

    def _told(self, zone: str, token: Token) -> dict[str, Any]:
        found = self.zones[zone]
        return (
            {**found, "permissions": [f"#{scope}" for scope in sorted(token.scopes)]} if token.tells_scopes else found
        )

    def _list_zones(self, _at: Any, query: Mapping[str, str], _body: Any, token: Token) -> tuple[Any, Any]:
        found = [
            one
            for one in self.zones.values()
            if _includes(token, one) and query.get("name", one["name"]) == one["name"]
        ]
        return self._page([self._told(one["id"], token) for one in found], query, 20)

    def _list_records(
        self, at: Mapping[str, str], query: Mapping[str, str], _body: Any, _token: Token
    ) -> tuple[Any, Any]:
        wanted = {name: query[name] for name in ("type", "name", "content") if name in query}
        every = [one for one in self.records[at["zone"]].values() if wanted.items() <= one.items()]
        rows = sorted(every, key=lambda one: (one["name"], one["type"]))
        return self._page(rows, query, 100)

    def _page(self, rows: list[Any], query: Mapping[str, str], default: int) -> tuple[Any, Any]:
        size, number = int(query.get("per_page", default)), int(query.get("page", 1))
        part = rows[(number - 1) * size : number * size]
        counted = {"page": number, "per_page": size, "count": len(part), "total_count": len(rows)}
        return part, {**counted, "total_pages": max(1, -(-len(rows) // size))} if self.counts_pages else counted

    def _delete(self, at: Mapping[str, str], _query: Any, _body: Any, _token: Token) -> tuple[Any, Any]:
        gone = self._held(at["zone"], at["record"])
        del self.records[at["zone"]][gone["id"]]
        return {"id": gone["id"]}, None

    def _batch(self, at: Mapping[str, str], _query: Any, body: Any, _token: Token) -> tuple[Any, Any]:
        zone = at["zone"]
        if sum(map(len, body.values())) > 200:
            raise Refusal(400, 9300, "Too many changes in one batch.")
        before = copy.deepcopy(self.records[zone])
        try:
            deleted = [self.records[zone].pop(self._held(zone, one["id"])["id"]) for one in body.get("deletes", ())]
            patched = [self.put(zone, one, one["id"]) for one in body.get("patches", ())]
            posted = [self.put(zone, one) for one in body.get("posts", ())]
        except Refusal:
            self.records[zone] = before
            raise
        return {"deletes": deleted, "patches": patched, "puts": [], "posts": posted}, None

    def _upload(self, at: Mapping[str, str], _query: Any, body: Any, _token: Token) -> tuple[Any, Any]:
        zone, text = at["zone"], body["certificate"]
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(f"{text}\n{body['private_key']}\n")
            file.flush()
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(file.name)
            except ssl.SSLError:
                raise Refusal(400, 1412, "The private key does not match the certificate.") from None
        if any(one["certificate"] == text for one in self.certificates[zone]):
            raise Refusal(400, 1406, "This certificate has already been submitted.")
        made = {
            "id": _id("certificate", zone, len(self.certificates[zone])), "certificate": text, "issuer": "CN=test",
            "serial_number": "1", "signature": "ECDSA-SHA256", "uploaded_on": _NOW, "expires_on": "2999-01-01T00:00:00Z",
            "status": "active" if self.deploys_at_once else "pending_deployment",
        }  # fmt: skip
        self.certificates[zone].append(made)
        return made, None

    def _withdraw(self, at: Mapping[str, str], _query: Any, _body: Any, _token: Token) -> tuple[Any, Any]:
        gone = next((one for one in self.certificates[at["zone"]] if one["id"] == at["certificate"]), None)
        if gone is None:
            raise Refusal(404, 1551, "This certificate does not exist.")
        gone["status"] = "pending_deletion"
        return gone, None

    def _pull(self, at: Mapping[str, str], _query: Any, body: Any, _token: Token) -> tuple[Any, Any]:
        self.pulls[at["zone"]] = body["enabled"]
        return {"enabled": body["enabled"]}, None

    def _list_settings(self, at: Mapping[str, str], _query: Any, _body: Any, _token: Token) -> tuple[Any, Any]:
        if not self.lists_settings:
            raise Refusal(410, 7000, "No route for that URI")
        return [self._show(at["zone"], name) for name in self.settings[at["zone"]] if name not in _APART], None

    def _setting(self, at: Mapping[str, str], _query: Any, _body: Any, _token: Token) -> tuple[Any, Any]:
        return self._show(at["zone"], at["name"]), None

    def _set(self, at: Mapping[str, str], _query: Any, body: Any, _token: Token) -> tuple[Any, Any]:
        zone, name, value = at["zone"], at["name"], body["value"]
        shown = self._show(zone, name)
        if not shown["editable"]:
            raise Refusal(403, 1010, f"Not allowed to edit setting for {name}")
        if name != "security_header" and value not in _VALUES.get(name, ["on", "off"]):
            raise Refusal(400, 1007, f"Invalid value for zone setting {name}")
        self.settings[zone][name] = value
        return {**shown, "value": value}, None

    def _show(self, zone: str, name: str) -> dict[str, Any]:
        if name not in self.settings[zone]:
            raise Refusal(400, 1006, f"Unrecognized zone setting name: {name}")
        return {"id": name, "value": self.settings[zone][name], "editable": name not in self.fixed, "modified_on": None}


def _includes(token: Token, zone: Mapping[str, Any]) -> bool:
    return token.zones is None or zone["name"] in token.zones


def _address(content: str, version: int) -> str:
    try:
        address = ipaddress.ip_address(content)
    except ValueError:
        address = None
    if address is None or address.version != version:
        kind = "A" if version == 4 else "AAAA"
        raise Refusal(400, 9005, f"Content for {kind} record must be a valid IPv{version} address.")
    return str(address)


def _id(*parts: object) -> str:
    return hashlib.md5("/".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
