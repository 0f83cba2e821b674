# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The arguments of a confirmed commit, for the controller's part and the host's: pure data and checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_OWNED: dict[str, Any] = {
    "path": {"type": "path", "required": True},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
}
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "files": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            **_OWNED,
            "content": {"type": "str"},
            "template": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "mode": {"type": "str", "default": "0644"},
            "sensitive": {"type": "bool", "default": False},
            "as_user": {"type": "str", "default": "root"},
            "activate": {"type": "raw"},
        },
    },
    "directories": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {**_OWNED, "mode": {"type": "str", "default": "0755"}},
    },
    "tolerated": {"type": "list", "elements": "str", "default": []},
    "validate": {"type": "raw"},
    "activate": {"type": "raw"},
    "deactivate": {"type": "raw"},
    "active": {"type": "str"},
    "confirm": {
        "type": "dict",
        "options": {
            "connection": {"type": "bool", "default": False},
            "users": {"type": "list", "elements": "str", "default": []},
            "address": {"type": "str"},
            "port": {"type": "int"},
            "command": {"type": "raw"},
            "connections": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {
                    "name": {"type": "str", "required": True},
                    "user": {"type": "str", "required": True},
                    "address": {"type": "str", "required": True},
                    "port": {"type": "int", "required": True},
                    "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
                },
            },
            "url": {"type": "str"},
            "url_address": {"type": "str"},
            "url_statuses": {"type": "list", "elements": "int", "default": []},
            "validate_certs": {"type": "bool", "default": True},
        },
    },
    "deadline_seconds": {"type": "int", "default": 60},
    "timeout_seconds": {"type": "int", "default": 120},
    "keep": {"type": "int", "default": 10},
    "return_to": {"type": "str"},
}


def fault(params: Mapping[str, Any]) -> str | None:
    """What is wrong with arguments of the right types, for the user, or ``None``."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", params["name"]):
        return f"name {params['name']!r}: give letters, digits, dots, dashes and underscores"
    for name, least in (("deadline_seconds", 1), ("timeout_seconds", 1), ("keep", 0)):
        if params[name] < least:
            return f"{name} is {params[name]}: give {least} or more"
    for item in params["files"]:
        if item["content"] is not None and item["template"] is not None:
            return f"{item['path']}: give content or template, not both"
    url = (params["confirm"] or {}).get("url")
    if url:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return f"confirm.url {url!r}: give an address such as https://www.example.org/health"
    return None
