# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look at a place from within and from here, for a proof. Documented in plugins/modules/examine_host.py."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.checks.edge import EDGE
from ..module_utils.checks.flow import OUTSIDE
from ..module_utils.checks.plan import from_controller, observations
from ..module_utils.checks.ranges import RANGES
from ..module_utils.checks.site import SITE
from ..module_utils.checks.zone import ZONE
from ..module_utils.matrix.compile import LOOPBACK
from ..module_utils.observe.edge import observe as observe_edge
from ..module_utils.observe.flows import observe as observe_flows
from ..module_utils.observe.run import run as run_here
from ..module_utils.probe.whole_site import observe as observe_site
from ..plugin_utils.authorities import authorities
from ..plugin_utils.environment import Environment
from ..plugin_utils.intent import intent_of
from ..plugin_utils.kept_connection import forget_frozen
from ..plugin_utils.network import Network
from ..plugin_utils.told_ranges import told_ranges
from ..plugin_utils.zone_data import zone_data
from ..plugin_utils.zone_drift import zone_drift


class ActionModule(ActionBase):
    """The host is looked at in one execution, and meanwhile from the controller."""

    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What was seen, and what was not. That a host cannot be reached is a result, too."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "ca_file": {"type": "path"},
            }
        )
        intent = intent_of(Network.of_run(self._templar, variables))
        host = variables["inventory_hostname"]
        wanted = observations(intent, host)
        forget_frozen(self)
        for name in {SITE, EDGE} & {*wanted}:
            wanted[name] |= {"authorities": authorities(args["ca_file"])}
        own = from_controller(intent)
        there = {name: parameters for name, parameters in wanted.items() if name not in own}
        if SITE in there:
            there[SITE] |= {"address": LOOPBACK}
        with ThreadPoolExecutor(max_workers=len(own)) as pool:
            here = {}
            if OUTSIDE in wanted:
                here[OUTSIDE] = pool.submit(observe_flows, run_here, **wanted[OUTSIDE])
            if SITE in {*wanted} & own:
                here[SITE] = pool.submit(observe_site, intent.reached_at[host], **wanted[SITE])
            if EDGE in wanted:
                here[EDGE] = pool.submit(observe_edge, **wanted[EDGE])
            if ZONE in wanted:
                here[ZONE] = pool.submit(zone_drift, zone_data(Environment(self._templar, variables)))
            if RANGES in wanted:
                here[RANGES] = pool.submit(told_ranges, zone_data(Environment(self._templar, variables)).cloudflare.api_url)
            told = self._observe(there, variables)
            told["observations"] |= {name: seen.result() for name, seen in here.items()}
        return {**result, "changed": False, **told}

    def _observe(self, wanted: dict[str, dict[str, Any]], variables: dict[str, Any]) -> dict[str, Any]:
        """What is seen on the host; or why nothing is."""
        try:
            told = self._execute_module(
                module_name="nostromo.networking.observe_host", module_args={"look_at": wanted}, task_vars=variables
            )
        except AnsibleConnectionFailure as error:
            return _nothing(wanted, f"Ansible cannot reach it: {error}")
        except AnsibleError as error:  # such as a missing password for sudo
            return _nothing(wanted, f"it could not be looked at: {error}")
        if "observations" not in told:
            said = f"{told.get('msg', '')} {told.get('module_stderr', '')}".split()
            return _nothing(wanted, f"it could not be looked at: {' '.join(said)}")
        return {"observations": told["observations"], "unobserved": told["unobserved"], "unreached": ""}


def _nothing(wanted: dict[str, dict[str, Any]], why: str) -> dict[str, Any]:
    return {"observations": {}, "unobserved": dict.fromkeys(wanted, why), "unreached": why}
