# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``nginx -T`` prints where the role nginx has set it up, from the role's own templates."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.nginx.language import Directive, read_dump
from ansible_collections.nostromo.networking.tests.unit.templates.rendering import NGINX_PARTS, render_role

MIME_TYPES = "# configuration file /etc/nginx/mime.types:\ntypes { text/html html htm; }\n\n"
SOUND_STATE = {"unit": {}, "faults": [], "workers_started": 1.0, "changed": [], "arguments": ""}


def configuration(text: str) -> list[Directive]:
    """What is observed of a configuration."""
    return read_dump(text)


def dump_of(data: dict[str, Any], upstreams: dict[str, list[str]], release: str = "13", **variables: Any) -> str:
    """The configuration for ``network_proof`` and the servers of each component."""
    return _dump(json.dumps([data["sites"], data["rate_limits"], upstreams, variables]), release)


@cache
def _dump(values: str, release: str) -> str:
    sites, limits, upstreams, variables = json.loads(values)
    given = {"nginx_sites": sites, "nginx_rate_limits": limits, "nginx_upstreams": upstreams, **variables}
    given.setdefault("nginx_certificates", [{"name": "app.nostromo.cl", "names": [one["hostname"] for one in sites]}])
    given.setdefault("nginx_trusted_proxies", ["198.41.128.0/17"])
    files = {"/etc/nginx/nginx.conf": "nginx", **{f"/etc/nginx/nostromo.d/{part}.conf": part for part in NGINX_PARTS}}
    texts = {path: render_role("nginx", f"{part}.conf.j2", release, **given) for path, part in files.items()}
    printed = "".join(f"# configuration file {path}:\n{text}\n" for path, text in texts.items()) + MIME_TYPES
    return re.sub(r"^ +$", "", printed, flags=re.MULTILINE)
