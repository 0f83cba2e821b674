# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rehearse a module of this collection before it runs: most runs find a host as it should be, and need no more.

A module brings a good part of Ansible along, which the controller collects and the host compiles, anew for every task. It
is most of what a second run waits for. A rehearsal is the same module in check mode, with a small class in place of
Ansible's. It goes the way of a pipelined module: through the connection into Python, with nothing written to disk and no
argument in a list of processes. If the module then has nothing to change and nothing to tell, that is the task's result.
If it has, or the rehearsal fails for whatever reason, the module itself runs as ever.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils import rehearsal as stand_in

#: Python of every managed host. Where it is not, there is no rehearsal.
_PYTHON = "/usr/bin/python3 -I -S -"
_COLLECTION = __name__.partition(".plugins.")[0]
#: An import of something of this collection, on one line or in parentheses.
_IMPORT = re.compile(rf"^from (\.+[\w.]*|{_COLLECTION}\.[\w.]+) import (\([^)]*\)|.*)$", re.MULTILINE)
_PROGRAM = """\
import json, sys, types

def load(name, source):
    module = sys.modules[name] = types.ModuleType(name)
    module.__package__ = name.rpartition(".")[0]
    exec(compile(source, name, "exec"), vars(module))
    return module

basic = load("ansible.module_utils.basic", {stand_in!r})
basic.PARAMETERS.update(json.loads({parameters!r}))
for name, source in {sources!r}:
    module = load(name, source)
try:
    module.main()
except basic.Ended as ended:
    print(json.dumps(ended.result))
"""


class Rehearsed(ActionBase):
    """An action that runs a module, unless its rehearsal shows that there is nothing to do.

    The module keeps its argument specification in ``ARGUMENTS``, and what else it gives to AnsibleModule in ``RULES``.
    """

    supports_check_mode = True

    module: ClassVar[ModuleType]

    def perform(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The module's result with these arguments."""
        result = self._rehearse(arguments)
        if result is not None:
            return result
        executed: dict[str, Any] = self._execute_module(
            module_name=ansible_name(self.module), module_args=arguments, task_vars=task_vars
        )
        return executed

    def _rehearse(self, arguments: dict[str, Any]) -> dict[str, Any] | None:
        """The module's result if nothing is to be done, else ``None``."""
        if self._task.async_val or not self._is_pipelining_enabled("new"):
            return None
        rules = getattr(self.module, "RULES", {})
        checked = ArgumentSpecValidator(_unexpanded(self.module.ARGUMENTS), **rules).validate(arguments)
        if checked.error_messages:
            return None  # the module says what is wrong
        text = program(self.module, checked.validated_parameters)
        done = self._low_level_execute_command(_PYTHON, sudoable=True, in_data=text)
        try:
            result = json.loads(done["stdout"])
        except ValueError:
            Display().vvv(f"No rehearsal of {self.module.__name__}: {done['stderr'] or done['stdout']}")
            return None
        return remove_values(result, checked._no_log_values) if result else None


class RehearsedModule(Rehearsed):
    """Nothing but that: the controller has no other part in the module."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's result."""
        return {**super().run(tmp, task_vars), **self.perform(dict(self._task.args), task_vars or {})}


def ansible_name(module: ModuleType) -> str:
    """How Ansible calls a module, as in ``nostromo.networking.host_facts``."""
    _root, namespace, collection, *_directories, name = module.__name__.split(".")
    return f"{namespace}.{collection}.{name}"


def program(module: ModuleType, parameters: Mapping[str, Any]) -> bytes:
    """What the host's Python is given."""
    return _PROGRAM.format(
        stand_in=_source(stand_in),
        parameters=json.dumps(parameters, default=str),
        sources=list(sources(module).items()),
    ).encode()


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
