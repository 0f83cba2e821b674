# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the files of monitoring lie on a host."""

from __future__ import annotations

import json
from typing import Any

#: Where everything lies that Prometheus, Alertmanager, blackbox and Grafana read.
DIRECTORY = "/etc/prometheus/nostromo"
CONSOLES = f"{DIRECTORY}/consoles"
#: What is seen in Grafana, this or another, and what this one finds by itself.
DASHBOARDS = f"{DIRECTORY}/grafana"
PROVISIONING = f"{DIRECTORY}/provisioning"
#: Files that hold nothing but a secret each.
SECRETS = f"{DIRECTORY}/secrets"
#: What Prometheus keeps; Debian's package lets everybody read it.
STATE = "/var/lib/prometheus"
#: A directory of its own: mtail runs every program that it finds.
PROGRAMS = "/etc/mtail/nostromo"


def as_json(data: dict[str, Any]) -> str:
    """Plain data as the text of a file, which is YAML as well."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
