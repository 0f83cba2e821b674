# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Have Cloudflare show the server a certificate. Documented in plugins/modules/cloudflare_origin_pulls.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.cloudflare import origin_pulls, zone
from ..module_utils.cloudflare.api import Api, ApiError, UnsureError
from ..module_utils.document.origin_pulls import OriginPulls
from ..module_utils.nginx.client_certificate import demands
from ..plugin_utils.cloudflare_http import sender
from ..plugin_utils.cloudflare_waits import wait_and_tell
from ..plugin_utils.environment import Environment
from ..plugin_utils.network import Network
from ..plugin_utils.zone_data import zone_data

#: As many as there are steps, one that has to be looked after, and one to see that nothing is left.
_ROUNDS = 5


class ActionModule(ActionBase):
    """Cloudflare is told on the controller. A host is connected to only before what would be in the way of its requests."""

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What was done, or with check mode would be."""
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec={"prove": {"type": "bool", "default": False}})
        environment = Environment(self._templar, task_vars or {})
        data = zone_data(environment)
        wanted = data.cloudflare.origin_pulls
        if wanted is None or (args["prove"] and wanted.mode != "required"):
            return {**result, "changed": False}
        api = Api(data.cloudflare.api_url, sender(data.cloudflare.token), wait_and_tell(self._display))
        try:
            found = zone.find(api, data.domain, data.cloudflare.zone_id).id
            if args["prove"]:
                self._prove(api, found, wanted)
                return {**result, "changed": False}
            todo = self._obey(api, found, wanted, environment)
        except (ApiError, UnsureError, origin_pulls.RefusedError) as error:
            raise AnsibleActionFail(f"Authenticated origin pulls of {data.domain}: {error}") from None
        diff = {"prepared": origin_pulls.describe(todo)} if todo else {}
        return {**result, "changed": bool(todo), "diff": diff}

    def _prove(self, api: Api, found: str, wanted: OriginPulls) -> None:
        there = origin_pulls.read(api, found)
        if reasons := origin_pulls.in_the_way(wanted, there, datetime.now(UTC)):
            remedy = "set network_cloudflare.origin_pulls.mode to log, run site.yml, and try again when verify finds it in use"
            raise origin_pulls.RefusedError(
                f"Nginx must not demand the certificate yet. {'; '.join(reasons)}; {remedy}"
            )

    def _obey(self, api: Api, found: str, wanted: OriginPulls, environment: Environment) -> list[origin_pulls.Step]:
        """One step at a time: after one of which nobody knows whether it was done, what is there is read again."""
        done: list[origin_pulls.Step] = []
        for _round in range(_ROUNDS):
            there = origin_pulls.read(api, found)
            todo = origin_pulls.steps(wanted, there, datetime.now(UTC), lambda: self._demanded(environment))
            if self._task.check_mode:
                return todo
            todo = [step for step in todo if step not in done]
            if not todo:
                return done
            try:
                origin_pulls.do(api, found, todo[0], wanted)
            except UnsureError as error:
                wait_and_tell(self._display)(1, f"{error}: what is there is looked at again")
            else:
                done.append(todo[0])
        raise ApiError("it does not become what the data say; run it again, it looks first")

    def _demanded(self, environment: Environment) -> bool:
        """Whether Nginx on this host refuses who shows no certificate. :raises RefusedError: it cannot be asked."""
        matrix, host = Network(environment).matrix, environment.variables["inventory_hostname"]
        if matrix.hosts[host] not in matrix.hosts_of(matrix.proxy):
            return False
        told = self._observed(environment.variables)
        if "nginx_config" in told.get("observations", {}):
            return demands(told["observations"]["nginx_config"])
        why = told.get("unobserved", {}).get("nginx_config") or told.get("msg", "it does not say why")
        raise origin_pulls.RefusedError(
            f"{host} cannot be asked whether Nginx demands a certificate ({why}): mend that first"
        )

    def _observed(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {"look_at": {"nginx_config": {}}}
        try:
            told: dict[str, Any] = self._execute_module(
                module_name="nostromo.networking.observe_host", module_args=wanted, task_vars=variables
            )
        except AnsibleError as error:
            return {"msg": str(error)}
        return told
