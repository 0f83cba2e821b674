# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines of the access log, made for the purpose."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.nginx.access_log import FIELDS

_USUAL = {
    "host": "app.nostromo.cl",
    "method": "GET",
    "route": "/api/",
    "status": 200,
    "bytes_received": 100,
    "bytes_sent": 1000,
    "duration": 0.01,
    "limit": "PASSED",
    "upstream_header_time": "0.010",
}


def line(**changes: Any) -> bytes:
    """A line of the log, with ordinary values but for the changes."""
    values = {one.name: "" for one in FIELDS} | _USUAL | changes
    members = [
        f'"{one.name}":'
        + (f"{values[one.name]:.3f}" if one.name == "duration" else json.dumps(values[one.name], ensure_ascii=False))
        for one in FIELDS
    ]
    return ("{" + ",".join(members) + "}\n").encode("utf-8", "surrogateescape")
