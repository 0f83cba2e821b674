# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look at a host, say what is wrong with it and what puts it right. Documented in plugins/modules/diagnose.py."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.checks.intent import Intent
from ..module_utils.checks.monitoring import standing_of
from ..module_utils.doctor.agreed import Agreed
from ..module_utils.doctor.checks.host import UNOBSERVED, UNREACHABLE, unobserved, unreachable
from ..module_utils.doctor.diagnosis import checks_for, diagnose, look_at
from ..module_utils.doctor.intent import host_intent
from ..module_utils.doctor.model import MONITORING, SYMPTOMS, Finding, HostIntent, Scene
from ..module_utils.doctor.text import diagnosis_text, plain
from ..plugin_utils.authorities import authorities
from ..plugin_utils.environment import Environment
from ..plugin_utils.intent import intent_of
from ..plugin_utils.kept_connection import forget_frozen
from ..plugin_utils.network import Network
from ..plugin_utils.site_command import site_command
from ..plugin_utils.site_from_here import look

_ARGUMENTS: dict[str, dict[str, Any]] = {
    "symptom": {"type": "str", "choices": ["", *SYMPTOMS], "default": ""},
}


class ActionModule(ActionBase):
    """Look at the host and, meanwhile, at the site from here; print the diagnosis for people, return it for programs."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the diagnosis; fail only when the question itself is wrong."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validation, args = self.validate_argument_spec(argument_spec=_ARGUMENTS)
        network = Network(Environment(self._templar, variables))
        verified = intent_of(network, site_command(variables))
        intent = _intent(network, variables, verified)
        checks = checks_for(intent, args["symptom"])
        # What verify says of monitoring belongs to its symptom; the others are of the document's troubleshooting.
        with_verify = args["symptom"] in ("", MONITORING)
        agreed = Agreed(verified, intent.host, {args["symptom"]} - {""}) if with_verify else None
        wanted = {**(agreed.look_at() if agreed else {}), **look_at(intent, checks)}
        forget_frozen(self)
        here: dict[str, Any] = {}
        with ThreadPoolExecutor(max_workers=1) as pool:
            if intent.has_sites:
                ports = intent.http_port, intent.https_port
                given = network.variables("dns_resolver", "proof_ca_file")
                trusted = authorities(given["proof_ca_file"])
                where = intent.names, given["dns_resolver"], intent.external_address
                looked = pool.submit(look, *where, *ports, proxied=intent.proxied, authorities=trusted)
            asked = time.time()
            seen, unseen, found = self._observe(intent, wanted, variables)
            answered = time.time()
            if intent.has_sites:
                here = looked.result()
        scene = Scene(intent, seen, unseen, {**here, "asked": asked, "answered": answered}, answered)
        diagnosis = diagnose(scene, checks, found, agreed)
        text = diagnosis_text(diagnosis)
        self._display.display(f"\n{text}\n")
        return {**result, "changed": False, "text": text, "report": plain(diagnosis)}

    def _observe(
        self, intent: HostIntent, wanted: dict[str, Any], variables: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str], list[Finding]]:
        """What is seen on the host, what is not, and what stands in the way of looking."""
        host = intent.host
        try:
            told = self._execute_module(
                module_name="nostromo.networking.observe_host", module_args={"look_at": wanted}, task_vars=variables
            )
        except AnsibleConnectionFailure as error:
            return {}, dict.fromkeys(wanted, UNREACHABLE), [unreachable(host, str(error), self._login(variables))]
        except AnsibleError as error:  # such as a missing password for sudo
            return {}, dict.fromkeys(wanted, UNOBSERVED), [unobserved(host, str(error), self._login(variables))]
        if "observations" not in told:
            why = str(told.get("msg", "")) + "\n" + str(told.get("module_stderr", ""))
            return {}, dict.fromkeys(wanted, UNOBSERVED), [unobserved(host, why, self._login(variables))]
        return told["observations"], told["unobserved"], []

    def _login(self, variables: dict[str, Any]) -> str:
        """What logs in by hand as Ansible does."""
        address = self._templar.template(variables.get("ansible_host", variables.get("inventory_hostname", "")))
        options = self._templar.template(variables.get("ansible_ssh_common_args", ""))
        user = self._templar.template(variables.get("ansible_user", ""))
        return " ".join(word for word in ("ssh", options, f"{user}@{address}" if user else address) if word)


def _intent(network: Network, variables: dict[str, Any], verified: Intent) -> HostIntent:
    host = variables["inventory_hostname"]
    if host not in network.hosts:
        raise AnsibleActionFail(f"{host} carries no component of the network matrix")
    document = network.variables("sites", "certificate", "dns", "domain", "external_address", "client_address")
    return host_intent(
        network.matrix,
        host,
        services=network.services(host),
        proxies=document.pop("client_address")["zone"],
        tolerated=network.tolerated_firewalls(),
        site=verified.site,
        pulls=verified.pulls,
        monitoring=standing_of(verified, verified.matrix.hosts[host]),
        **document,
    )
