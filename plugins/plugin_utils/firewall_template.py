# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The firewall role's own template, rendered on the controller for whatever rules are asked about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.quoting.kinds import quoted
from jinja2 import Environment, StrictUndefined

_TEMPLATE = Path(__file__).parents[2] / "roles" / "firewall" / "templates" / "firewall.nft.j2"


class FirewallTemplate:
    """Renders the ruleset of a host's view, with the options that Ansible gives to templates."""

    def __init__(self) -> None:
        environment = Environment(trim_blocks=True, undefined=StrictUndefined, autoescape=False)
        environment.filters["nostromo.networking.quoted"] = quoted
        self._template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))

    def __call__(self, view: Mapping[str, Any]) -> str:
        return self._template.render(
            {
                **{f"firewall_{part}": view[part] for part in ("sets", "ingress", "egress", "local", "owners")},
                "firewall_log_per_minute": 0,
                "inventory_hostname": "",
                "__firewall_table": "nostromo",
                "__firewall_served_ports": [],
            }
        )
