# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look the zones of several domains up at once. Documented in plugins/modules/cloudflare_zones.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.cloudflare.api import Api, ApiError
from ..module_utils.cloudflare.zone import look_up
from ..module_utils.document.cloudflare import Cloudflare
from ..module_utils.faults import Faults
from ..plugin_utils.cloudflare_http import sender
from ..plugin_utils.cloudflare_waits import wait_and_tell
from ..plugin_utils.environment import Environment


class ActionModule(ActionBase):
    """One list for each token. Whatever is wrong with it, who looks at a zone by itself tells."""

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The zones by host."""
        result = super().run(tmp, task_vars)
        self.validate_argument_spec(argument_spec={})
        variables = task_vars or {}
        asked = Environment(self._templar, variables)
        hosts: dict[tuple[str, str], dict[str, str]] = {}
        for host in variables["ansible_play_hosts"]:
            environment = asked.at(host)
            if found := _cloudflare(environment):
                hosts.setdefault((found.api_url, found.token), {})[host] = str(environment.given("network_domain", ""))
        listed: dict[str, Any] = {}
        for (url, token), domains in hosts.items():
            try:
                zones = look_up(Api(url, sender(token), wait_and_tell(self._display)), {*domains.values()})
            except ApiError as error:
                self._display.vv(f"The zones at Cloudflare are asked for one by one: {error}")
            else:
                listed |= {host: zones[domain] for host, domain in domains.items()}
        return {**result, "changed": False, "hosts": listed}


def _cloudflare(environment: Environment) -> Cloudflare | None:
    """How a zone is to be asked for by its name; nothing where the data say its ID, or are wrong."""
    try:
        given = environment.given("network_cloudflare", None)
    except AnsibleError:
        return None
    found = Cloudflare.read(given, "network_cloudflare", Faults()) if isinstance(given, Mapping) else None
    return found if found and found.token and not found.zone_id else None
