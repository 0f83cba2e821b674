# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rehearse a module of this collection before it runs: most runs find a host as it should be, and need no more.

A module brings a good part of Ansible along, which the controller collects and the host compiles, anew for every task. It
is most of what a second run waits for. A rehearsal is the same module in check mode, with a small class in place of
Ansible's. It goes the way of a pipelined module: through the connection into Python, with nothing written to disk and no
argument in a list of processes. If the module then has nothing to change and nothing to tell, that is the task's result.
If it has, or the rehearsal fails for whatever reason, the module itself runs as ever.

A run that says so at its start (``ask_again`` of host_facts) has each host keep what it is asked, and answer what it was asked
in the last run all at once. A question is then computed as ever; only if it is one of those, to the letter, is it not asked.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils import rehearsal as stand_in
from . import answers

#: Python of every managed host. Where it is not, there is no rehearsal.
_PYTHON = "/usr/bin/python3 -I -S -"
_COLLECTION = __name__.partition(".plugins.")[0]
#: An import of something of this collection, on one line or in parentheses.
_IMPORT = re.compile(rf"^from (\.+[\w.]*|{_COLLECTION}\.[\w.]+) import (\([^)]*\)|.*)$", re.MULTILINE)
_PROGRAM = """\
import json, sys, types
basic = sys.modules["ansible.module_utils.basic"] = types.ModuleType("ansible.module_utils.basic")
exec(compile({stand_in!r}, "rehearsal", "exec"), vars(basic))
answers = basic.answer_again() if {again!r} else {{}}
question = {question!r}
print(json.dumps([basic.rehearse(question), answers]), flush=True)
if {name!r}:
    basic.remember({name!r}, question)
"""


class Rehearsed(ActionBase):
    """An action that runs a module, unless its rehearsal shows that there is nothing to do.

    The module keeps its argument specification in ``ARGUMENTS``, and what else it gives to AnsibleModule in ``RULES``.
    """

    supports_check_mode = True

    module: ClassVar[ModuleType]
    #: Whether the answer is the same whoever asks, so that it may be asked for beforehand.
    beforehand: ClassVar[bool] = True

    def perform(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The module's result with these arguments."""
        result = self._rehearse(arguments, task_vars)
        if result is not None:
            return result
        executed: dict[str, Any] = self._execute_module(
            module_name=ansible_name(self.module), module_args=arguments, task_vars=task_vars
        )
        return executed

    def _rehearse(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any] | None:
        """The module's result if nothing is to be done, else ``None``."""
        if self._task.async_val or not self._is_pipelining_enabled("new"):
            return None
        rules = getattr(self.module, "RULES", {})
        checked = ArgumentSpecValidator(_unexpanded(self.module.ARGUMENTS), **rules).validate(arguments)
        if checked.error_messages:
            return None  # the module says what is wrong
        host, asked = task_vars.get("inventory_hostname", ""), question(self.module, checked.validated_parameters)
        known = answers.answer(host, stand_in.digest(asked)) if self._may_know() else None
        secret = self._task.no_log or checked._no_log_values
        name = "" if secret or known or not self._may_keep() else self._kept_as(arguments)
        result = known or self._ask(host, asked, name, checked.validated_parameters.get("ask_again") is True)
        return remove_values(result, checked._no_log_values) if result else None

    def _ask(self, host: str, asked: str, name: str, again: bool) -> dict[str, Any] | None:
        """What the host answers. With a name it keeps the question; it answers those that it has kept as well if asked again."""
        again = again and self._as_root() and answers.begin()
        began = time.monotonic()
        with answers.looking():
            done = self._low_level_execute_command(_PYTHON, sudoable=True, in_data=program(asked, name, again))
        try:
            result, others = json.loads(done["stdout"])
        except ValueError:
            Display().vvv(f"No rehearsal of {self.module.__name__}: {done['stderr'] or done['stdout']}")
            return None
        if others:
            answers.keep(host, others, began)
        found: dict[str, Any] | None = result
        return found

    def _kept_as(self, arguments: Mapping[str, Any]) -> str:
        """By what a host keeps the last question of a task and of what it is about."""
        subject = hashlib.sha256(f"{self._task.name}\n{arguments.get('name')}".encode()).hexdigest()[:16]
        return f"{self.module.__name__.rpartition('.')[2]}-{subject}"

    def _may_know(self) -> bool:
        return self.beforehand and self._as_root()

    def _may_keep(self) -> bool:
        """Whether this run takes answers, also when a change has ended that, and may write."""
        return self._may_know() and answers.begun() and not self._task.check_mode

    def _as_root(self) -> bool:
        """Whether the play's host is asked, and root, who alone keeps questions and answers them."""
        become = self._connection.become
        return not self._task.delegate_to and bool(become) and become.get_option("become_user") in (None, "root")


class RehearsedModule(Rehearsed):
    """Nothing but that: the controller has no other part in the module."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's result."""
        return {**super().run(tmp, task_vars), **self.perform(dict(self._task.args), task_vars or {})}


def ansible_name(module: ModuleType) -> str:
    """How Ansible calls a module, as in ``nostromo.networking.host_facts``."""
    _root, namespace, collection, *_directories, name = module.__name__.split(".")
    return f"{namespace}.{collection}.{name}"


def question(module: ModuleType, parameters: Mapping[str, Any]) -> str:
    """What is asked of a host."""
    return json.dumps({"sources": sources(module), "parameters": parameters}, default=str)


def program(asked: str, name: str = "", again: bool = False) -> bytes:
    """What the host's Python is given: a question, by which name to keep it, if any, and whether to answer those kept."""
    return _PROGRAM.format(stand_in=_source(stand_in), question=asked, name=name, again=again).encode()


def sources(module: ModuleType) -> dict[str, str]:
    """Name -> source of the module and of all that it imports of this collection, in the order in which they load."""
    found: dict[str, str] = {}

    def add(wanted: ModuleType) -> None:
        text = _source(wanted)
        for place, names in _IMPORT.findall(text):
            parent = importlib.util.resolve_name(place, wanted.__package__)
            for name in (parent, *(f"{parent}.{child}" for child in re.findall(r"\w+", names))):
                if name in sys.modules and name not in found:
                    add(sys.modules[name])
        found[wanted.__name__] = text

    add(module)
    return found


def _source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")


def _unexpanded(specification: Mapping[str, Any]) -> dict[str, Any]:
    """A specification whose paths are taken as they are: ``~`` is the host's, not the controller's."""
    return {
        name: {
            **option,
            **({"type": "str"} if option.get("type") == "path" else {}),
            **({"options": _unexpanded(option["options"])} if "options" in option else {}),
        }
        for name, option in specification.items()
    }
