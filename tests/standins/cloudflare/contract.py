# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exchanges held against Cloudflare's official schema (OpenAPI 3.0), where it is at hand: CLOUDFLARE_SCHEMA names the file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

VARIABLE = "CLOUDFLARE_SCHEMA"
_NEWER = {"origin_max_http_version": ["1", "2"], "ssl_automatic_mode": ["auto", "custom"]}
_URI = "urn:cloudflare"


class Contract:
    """The schema, with what it may lack: batches, the end of a certificate, and settings that are newer."""

    def __init__(self, document: dict[str, Any]) -> None:
        _complete(document["paths"])
        self._paths = _json_schema(document)["paths"]
        resource = Resource(_json_schema(document), DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._routes = {
            re.compile(re.sub(r"\{\w+\}", "[^/]+", path)): path
            for path in sorted(self._paths, key=lambda one: one.count("{"))
        }
        self._validators: dict[str, Draft202012Validator] = {}

    @classmethod
    def at_hand(cls) -> Contract | None:
        """It, if the environment names it."""
        path = os.environ.get(VARIABLE)
        return cls(json.loads(Path(path).read_text("utf-8"))) if path else None

    def request(self, method: str, path: str, query: Mapping[str, str], body: Any) -> list[str]:
        """What of a request the schema does not know."""
        route, operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path}: no such operation"]
        known = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        found = [f"{method} {route}: no parameter {name}" for name in query if name not in known]
        for name, value in query.items():
            if name in known:
                texts = (value, int(value) if value.isdecimal() else value)
                found += min((self._faults(f"{route} ?{name}", known[name], one) for one in texts), key=len)
        if body is not None:
            content = operation["requestBody"]["content"]["application/json"]["schema"]
            found += self._faults(f"{method} {route}", content, body)
        return found

    def response(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What of an answer it does not know."""
        route, operation = self._operation(method, path)
        declared = operation["responses"] if operation else {}
        answer = declared.get(str(status)) or declared.get(f"{status // 100}XX")
        if answer is None:
            return [f"{method} {path}: status {status} is not declared"] if operation else []
        return self._faults(f"{method} {route} {status}", answer["content"]["application/json"]["schema"], body)

    def _operation(self, method: str, path: str) -> tuple[str, Any]:
        for expression, route in self._routes.items():
            if expression.fullmatch(path) and method.lower() in self._paths[route]:
                return route, self._paths[route][method.lower()]
        return path, None

    def _faults(self, where: str, schema: Any, value: Any) -> list[str]:
        if where not in self._validators:
            self._validators[where] = Draft202012Validator(
                _absolute(schema), registry=self._registry, format_checker=FormatChecker()
            )
        errors = self._validators[where].iter_errors(value)
        return [f"{where}: {'/'.join(map(str, error.absolute_path))} {error.message[:160]}" for error in errors]


def _complete(paths: dict[str, Any]) -> None:
    """What is newer than the schema, or left out of it, by Cloudflare's reference."""
    pulls = "/zones/{zone_id}/origin_tls_client_auth"
    ended = {"delete": {**paths[pulls]["post"], "requestBody": {"content": {"application/json": {"schema": {}}}}}}
    paths.setdefault(f"{pulls}/{{certificate_id}}", ended)
    post = paths["/zones/{zone_id}/dns_records"]["post"]
    record = post["requestBody"]["content"]["application/json"]["schema"]
    known = {"type": "object", "required": ["id"]}
    lists = {
        "deletes": known,
        "patches": {"allOf": [known, record]},
        "puts": {"allOf": [known, record]},
        "posts": record,
    }
    changes = {name: {"type": "array", "items": item} for name, item in lists.items()}
    body = {"type": "object", "properties": changes, "additionalProperties": False}
    done = {"type": "object", "required": ["success", "errors", "messages", "result"]}
    paths["/zones/{zone_id}/dns_records/batch"] = {
        "post": {
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": {**post["responses"], "200": {"content": {"application/json": {"schema": done}}}},
        }
    }
    for name, values in _NEWER.items():
        setting = {"type": "object", "properties": {"value": {"enum": values}}, "required": ["value"]}
        answer = {"type": "object", "properties": {"result": setting}, "required": ["success", "result"]}
        responses = {"200": {"content": {"application/json": {"schema": answer}}}, "4XX": post["responses"]["4XX"]}
        own = {"requestBody": {"content": {"application/json": {"schema": setting}}}, "responses": responses}
        paths[f"/zones/{{zone_id}}/settings/{name}"] = {"get": own, "patch": own}


def _json_schema(part: Any) -> Any:
    """OpenAPI 3.0's own keywords in those of JSON Schema."""
    if isinstance(part, list):
        return [_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    dropped, values = ("example", "discriminator"), ("enum", "default")
    found = {key: one if key in values else _json_schema(one) for key, one in part.items() if key not in dropped}
    if found.pop("nullable", False) is True:
        if "enum" in found:
            found["enum"] = [*found["enum"], None]
        if isinstance(found.get("type"), str):
            found["type"] = [found["type"], "null"]
        elif "allOf" in found or "$ref" in found:
            found = {"anyOf": [found, {"type": "null"}]}
    return found


def _absolute(part: Any) -> Any:
    if isinstance(part, list):
        return [_absolute(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: f"{_URI}{one}" if key == "$ref" and isinstance(one, str) else _absolute(one) for key, one in part.items()
    }
