# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask a host what a run would change on it. Documented in plugins/modules/plan_host.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils.plan.held import told_by
from ..module_utils.plan.secrets import Secrets, without_marks
from ..module_utils.plan.sentences import Line
from ..plugin_utils.decisions import learn_secrets
from ..plugin_utils.given_inventory import GivenInventory, sources_of
from ..plugin_utils.site_tasks import SiteTasks, plain


class _Stopped(Exception):
    """A run would end here."""


class ActionModule(ActionBase):
    """Have the modules of ``site.yml`` look, in check mode whatever the run is."""

    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What each role would change, without secrets."""
        result = super().run(tmp, task_vars)
        self.validate_argument_spec(argument_spec={})
        variables = task_vars or {}
        host = variables["inventory_hostname"]
        given = GivenInventory.of_run(self, sources_of(variables), self._loader.get_basedir())
        given.tell_hosts()
        given.inventory.subset(host)
        secrets = Secrets()
        learn_secrets(given, secrets)
        learned = self._look("nostromo.networking.host_facts", {}, variables)
        if "ansible_facts" not in learned:
            raise AnsibleActionFail(str(learned.get("msg") or "the host does not say what it is"))
        found: dict[str, tuple[list[Line], list[str]]] = {}

        def perform(role: str, task: str, action: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
            secrets.learn_from(plain(arguments))
            done = self._look(action, arguments, variables)
            if role or done.get("failed"):
                lines, effects = told_by(task, plain(done))
                own = found.setdefault(role or task, ([], []))
                own[0].extend(lines)
                own[1].extend(effects)
            if done.get("failed"):
                raise _Stopped
            return done

        with suppress(_Stopped):
            SiteTasks(given, learned["ansible_facts"], perform).by_host()
        parts = [
            {
                "subject": role,
                "changes": [{"text": line.text, "difference": list(line.difference)} for line in dict.fromkeys(lines)],
                "effects": list(dict.fromkeys(effects)),
            }
            for role, (lines, effects) in found.items()
            if lines
        ]
        shown = without_marks(json.dumps(secrets.masked(parts), ensure_ascii=False))
        return {**result, "changed": False, "parts": json.loads(shown)}

    def _look(self, name: str, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """The result of a module, or its action, in check mode."""
        task = self._task.copy()
        task.action, task.args, task.check_mode, task.diff = name, dict(arguments), True, True
        loader = self._shared_loader_obj.action_loader
        action = loader.get(
            name if loader.has_plugin(name) else "ansible.builtin.normal",
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        done: dict[str, Any] = action.run(task_vars=variables)
        return done
