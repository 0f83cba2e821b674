# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make a zone at Cloudflare what the document says. Documented in plugins/modules/cloudflare_zone.py."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.certificates.trusted import without_certificate
from ..module_utils.cloudflare import importing, restore, zone
from ..module_utils.cloudflare.api import Api, ApiError
from ..module_utils.cloudflare.model import State
from ..module_utils.cloudflare.plan import Plan, plan
from ..module_utils.cloudflare.text import plan_text
from ..module_utils.cloudflare.wanted import proxied_origins
from ..module_utils.matrix.origin_lock import origin_lock
from ..plugin_utils.authorities import authorities
from ..plugin_utils.cloudflare_http import sender
from ..plugin_utils.cloudflare_waits import wait_and_tell
from ..plugin_utils.environment import Environment
from ..plugin_utils.network import Network
from ..plugin_utils.zone_data import ZoneData, zone_data

_BACKUPS = "cloudflare-before"


class ActionModule(ActionBase):
    """Read, judge, write; or print the zone as data; or bring back what was.

    A host is connected to only behind an origin lock, for its certificates, before what relies on them is switched on.
    """

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What was done, or with check mode would be."""
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "backups": {"type": "path", "default": _BACKUPS},
                "import": {"type": "bool", "default": False},
                "listed": {"type": "list", "elements": "dict"},
                "restore": {"type": "path"},
            }
        )
        if args["import"] and args["restore"]:
            raise AnsibleActionFail("Say either import, which changes nothing, or restore")
        environment = Environment(self._templar, task_vars or {})
        data = zone_data(environment)
        for doubt in data.doubts:
            self._display.warning(doubt)
        api = Api(data.cloudflare.api_url, sender(data.cloudflare.token), wait_and_tell(self._display))
        try:
            found = (
                self._import(data, api, args["listed"])
                if args["import"]
                else self._obey(data, environment, api, args)
            )
        except zone.RefusedError as error:
            self._display.display(f"\n{plan_text(error.plan, data.mark)}\n")
            told = "was not finished" if error.begun else "is not touched"
            raise AnsibleActionFail(f"{data.domain} at Cloudflare {told}:\n{error}") from None
        except ApiError as error:
            raise AnsibleActionFail(f"{data.domain} at Cloudflare: {error}") from None
        return {**result, **found, "requests": api.requests}

    def _obey(self, data: ZoneData, environment: Environment, api: Api, args: Mapping[str, Any]) -> dict[str, Any]:
        earlier, listed = args["restore"], args["listed"]
        text = self._read(earlier) if earlier else ""
        try:
            names = restore.settings_of(text) if earlier else list(data.wanted.settings)
            kept: list[str] = []

            def keep(state: State) -> None:
                kept.append(self._keep(state, names, Path(args["backups"]).absolute()))

            def planned(state: State) -> Plan:
                return restore.way_back(text, state, data.mark) if earlier else plan(data.wanted, state)

            outcome = zone.conduct(
                lambda: zone.read(api, data.domain, data.cloudflare.zone_id, names, listed),
                planned,
                api,
                zone.Around(keep, lambda: self._unproven(data, environment), wait_and_tell(self._display)),
                check=self._task.check_mode,
                backwards=bool(earlier),
            )
        except restore.UnreadableError as error:
            raise AnsibleActionFail(f"{earlier} cannot be restored: {error}") from None
        told = [*zone.notes(outcome.state.zone, data.dns.nameservers), *filter(None, [outcome.held_back])]
        for note in told:
            self._display.warning(note)
        text = plan_text(outcome.plan, data.mark)
        return {
            "changed": outcome.changed,
            "held_back": outcome.held_back,
            "backup": kept[0] if kept else "",
            "diff": {"prepared": f"{text}\n"} if text and outcome.changed else {},
        }

    def _import(self, data: ZoneData, api: Api, listed: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
        state = zone.read(api, data.domain, data.cloudflare.zone_id, importing.settings_to_read(), listed)
        found, rest = importing.as_data(state, data.mark)
        text = yaml.safe_dump({"network_dns": found}, sort_keys=False, allow_unicode=True, width=130)
        left = "".join(f"# left out, and left alone: {line}\n" for line in rest)
        self._display.display(f"\n{text}{left}")
        return {"changed": False, "network_dns": found}

    def _keep(self, state: State, settings: Sequence[str], directory: Path) -> str:
        now = time.gmtime()
        path = directory / f"{state.zone.name or state.zone.id}-{time.strftime('%Y%m%dT%H%M%SZ', now)}.json"
        text = restore.kept(state, settings, time.strftime("%Y-%m-%dT%H:%M:%SZ", now))
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise AnsibleActionFail(
                f"The zone as it was cannot be kept in {path}: {error.strerror}; nothing was changed, make the directory writable"
            ) from error
        self._display.display(f"The zone as it was: {path}; back to it with -e restore={path}")
        return str(path)

    def _read(self, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise AnsibleActionFail(f"{path} cannot be restored: {error}") from error

    def _unproven(self, data: ZoneData, environment: Environment) -> list[str]:
        """Behind strict, Always Use HTTPS leads Let's Encrypt to a certificate that it is asked to issue.

        Behind an origin lock the host is asked for its own certificates, for nobody else may.
        """
        if data.dns.ssl_mode != "strict":
            return []
        origins, trusted = proxied_origins(data.wanted.records), authorities(data.authorities)
        untrusted: list[str] = []
        matrix, host = Network(environment).matrix, environment.variables["inventory_hostname"]
        if origin_lock(matrix):
            here = {str(environment.value("network_external_address")), *map(str, matrix.hosts[host].addresses)}
            if own := [name for name, address in origins.items() if address in here]:
                untrusted = self._untrusted(own, trusted, host, environment.variables)
            origins = {name: address for name, address in origins.items() if name not in own}
        return [*untrusted, *without_certificate(origins, trusted)]

    def _untrusted(self, names: Sequence[str], trusted: str, host: str, variables: Mapping[str, Any]) -> list[str]:
        """For which names this host shows no valid certificate, or why it cannot be asked."""
        wanted = {"trusted": {"names": list(names), "authorities": trusted}}
        try:
            told = self._execute_module(
                module_name="nostromo.networking.observe_host", module_args={"look_at": wanted}, task_vars=variables
            )
        except AnsibleError as error:
            return [f"{host} cannot be asked for its certificates ({error})"]
        if "observations" not in told:
            return [f"{host} cannot be asked for its certificates ({told.get('msg', '')})"]
        found: list[str] = told["observations"]["trusted"]
        return found
