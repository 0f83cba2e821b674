# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sign a certificate for a host's PostgreSQL on the controller. Documented in plugins/modules/postgresql_certificate.py."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible.errors import AnsibleActionFail

from ..modules import server_certificate
from ..plugin_utils.database_ca import LIFETIME, Authority, AuthorityError
from ..plugin_utils.rehearsal import Rehearsed, ansible_name

_ARGUMENTS = {
    "directory": {"type": "str", "default": "/etc/nostromo/postgresql"},
    "group": {"type": "str", "default": "postgres"},
    "names": {"type": "list", "elements": "str", "required": True},
    "ca_certificate": {"type": "str", "required": True},
    "ca_key": {"type": "str", "required": True, "no_log": True},
}


class ActionModule(Rehearsed):
    """Look at what the host has, and only where that will not do have a request made, sign it, and bring the certificate."""

    module = server_certificate

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Why a certificate was made, if it was."""
        result = super().run(tmp, task_vars)
        variables, now = task_vars or {}, datetime.now(UTC)
        _validation, args = self.validate_argument_spec(argument_spec=_ARGUMENTS)
        names = args["names"]
        if not names:
            raise AnsibleActionFail(
                "names: is empty, and nobody would believe the certificate; give what clients ask for"
            )
        try:
            authority = Authority.read(args["ca_certificate"], args["ca_key"], now)
        except AuthorityError as error:
            raise AnsibleActionFail(f"ca_{error}") from None
        place = {"directory": args["directory"], "group": args["group"]}
        there = self.perform(place, variables)
        if there.get("failed"):
            return {**result, **there}
        reasons = authority.faults(there["certificate"], there["public_key"], names, now)
        if reasons and not self._task.check_mode:
            asked = self._on_host({**place, "request": True}, variables)
            done = asked if asked.get("failed") else self._signed(authority, asked["request"], place, variables, names)
            if done.get("failed"):
                return {**result, **done}
        days = min(LIFETIME, authority.until - now).days
        told = [f"a certificate for {', '.join(names)}, good for {days} days", *(f"# {reason}" for reason in reasons)]
        diff = {"prepared": "".join(f"{line}\n" for line in told)} if reasons else {}
        return {**result, "changed": bool(reasons), "reasons": reasons, "diff": diff}

    def _signed(
        self, authority: Authority, request: str, place: dict[str, str], variables: dict[str, Any], names: list[str]
    ) -> dict[str, Any]:
        try:
            certificate = authority.sign(request, names, datetime.now(UTC))
        except ValueError as error:
            return {"failed": True, "msg": f"the host's request for a certificate: {error}"}
        return self._on_host({**place, "certificate": certificate}, variables)

    def _on_host(self, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        done: dict[str, Any] = self._execute_module(
            module_name=ansible_name(self.module), module_args=arguments, task_vars=variables
        )
        return done
