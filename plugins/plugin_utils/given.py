# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Variables as Ansible evaluates them, value by value, with the file and line where each stands."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleError

from ..module_utils.faults import FaultError, Faults, show

try:
    from ansible._internal._datatag._tags import Origin
except ImportError:  # another ansible-core keeps it elsewhere; faults are then told without a line
    Origin = None


_DECRYPT = "give the vault's password (--ask-vault-pass)"
_PLAIN = (bool, int, float, type(None))
_COPY = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)\s*\}\}")


class Given:
    """Evaluates variables. An expression that fails is a fault of its own, and the values beside it are still there."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._origins: dict[str, Any] = {}
        self._unread: list[str] = []
        self._copies: dict[str, str] = {}

    def read(self, path: str, value: Any, template: Callable[[Any], Any]) -> Any:
        """The value of a variable, or of a part of it, at ``path``.

        :param template: evaluates one expression.
        """
        self._note(path, value)
        if isinstance(value, str):
            # What holds no expression need not be asked for one: there may be ten thousand rows.
            return self._evaluate(path, value, template) if "{" in value else value
        if isinstance(value, Mapping):
            found = {}
            for key, item in value.items():
                quoted = f"{path}[{show(key)}]"
                found[key] = self.read(f"{path}.{key}", item, template)
                self._note(f"{path}.{key}", key)
                if (origin := self._origins.get(f"{path}.{key}")) is not None:
                    self._origins[quoted] = origin
            return found
        if isinstance(value, Sequence):
            return [self.read(f"{path}[{index}]", item, template) for index, item in enumerate(value)]
        return value if isinstance(value, _PLAIN) else self._evaluate(path, value, template)

    def origin(self, path: str) -> str:
        """File and line of the value at a path, or of what holds it; empty if they are unknown."""
        while path:
            if (tag := self._origins.get(path)) is not None:
                return f"{os.path.relpath(tag.path)}{f':{tag.line_num}' if tag.line_num else ''}"
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return ""

    def is_unread(self, path: str) -> bool:
        """Whether a path lies where an expression could not be evaluated."""
        return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in self._unread)

    def original(self, path: str) -> str:
        """The path of what the value at a path is a copy of (``{{ NAME }}``), or the path itself."""
        for copy, name in self._copies.items():
            if path == copy or path.startswith((f"{copy}.", f"{copy}[")):
                return name + path[len(copy) :]
        return path

    def _evaluate(self, path: str, value: Any, template: Callable[[Any], Any]) -> Any:
        """The value of an expression, or of what is encrypted (``!vault``)."""
        if isinstance(value, str) and (copy := _COPY.fullmatch(value)):
            self._copies[path] = copy[1]
        try:
            found = template(value)
        except AnsibleError as error:
            self._unread.append(path)
            causes = list(_causes(error))
            # What the matrix itself is told is not told again by each expression that asks for it.
            if not any(isinstance(cause, FaultError) for cause in causes):
                told = [cause.message for cause in causes if isinstance(cause, AnsibleError)]
                reason = f"cannot be evaluated: {' '.join(str(told[-1]).split()).rstrip('.')}"
                remedy = _DECRYPT if "decrypt" in reason else "define what it names, or correct it"
                self.faults.error(path, None, reason, remedy)
            return None
        return found if isinstance(found, str) else self.read(path, found, lambda item: item)

    def _note(self, path: str, value: Any) -> None:
        tag = Origin.get_tag(value) if Origin else None
        if tag is not None and tag.path and path not in self._origins:
            self._origins[path] = tag


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
