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
_PLACE = re.compile(r"\[([0-9]+)\]")
_ENDS = re.compile(r"(?=[.\[])|$")
_COPY = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)\s*\}\}")


class Given:
    """Evaluates variables. An expression that fails is a fault of its own, and the values beside it are still there."""

    def __init__(self) -> None:
        self.faults = Faults()
        #: The expressions that were evaluated, each with the path where it stands.
        self.expressions: list[tuple[str, str]] = []
        self._found: dict[str, list[Any]] = {}
        self._unread: list[str] = []
        self._copies: dict[str, str] = {}

    def read(self, path: str, value: Any, template: Callable[[Any], Any]) -> Any:
        """The value of a variable, or of a part of it, at ``path``.

        :param template: evaluates one expression.
        """
        self._found.setdefault(path, []).append(value)
        return self._read(path, value, template)

    def origin(self, path: str) -> str:
        """File and line of the value at a path, or of what holds it; empty if they are unknown."""
        while path:
            if (tag := self._tag(path)) is not None:
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
        if isinstance(value, str):
            self.expressions.append((path, value))
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
        parts = isinstance(found, (Mapping, Sequence)) and not isinstance(found, str)
        return self.read(path, found, lambda item: item) if parts else found

    def _read(self, path: str, value: Any, template: Callable[[Any], Any]) -> Any:
        if _is_plain(value):
            return value  # whole: there may be ten thousand rows without an expression
        if isinstance(value, Mapping):
            return {key: self._read(f"{path}.{key}", item, template) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._read(f"{path}[{index}]", item, template) for index, item in enumerate(value)]
        return self._evaluate(path, value, template)

    def _tag(self, path: str) -> Any:
        """Where the value at a path stands, as Ansible has tagged it; of an expression's value, where the expression does."""
        ways = ((values, path.removeprefix(root)) for root, values in self._found.items() if path.startswith(root))
        tags = (_tag_at(value, way) for values, way in ways if not way or way[0] in ".[" for value in values)
        return next((tag for tag in tags if tag is not None), None)


def _is_plain(value: Any) -> bool:
    """Whether nothing in a value is to be evaluated."""
    if isinstance(value, str):
        return "{" not in value
    if isinstance(value, _PLAIN):
        return True
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.values()))
    return isinstance(value, Sequence) and all(map(_is_plain, value))


def _tag_at(value: Any, way: str, key: Any = None) -> Any:
    """The tag of what a way (``.key[3]``) leads to from a value, or of the key under which it stands."""
    if not way:
        return _tag_of(value) or _tag_of(key)
    if isinstance(value, Mapping):
        tags = (_tag_at(value[name], rest, name) for name, rest in _steps(value, way))
        return next((tag for tag in tags if tag is not None), None)
    if isinstance(value, Sequence) and not isinstance(value, str) and (place := _PLACE.match(way)):
        index = int(place[1])
        return _tag_at(value[index], way[place.end() :]) if index < len(value) else None
    return None


def _steps(value: Mapping[Any, Any], way: str) -> Iterator[tuple[Any, str]]:
    """The keys with which a way may begin, written as ``.key`` or ``["key"]``, and the rest of it: a key may hold dots."""
    for end in _ENDS.finditer(way, 1):
        if way[0] == "." and way[1 : end.start()] in value:
            yield way[1 : end.start()], way[end.start() :]
    for name in value if way[0] == "[" else ():
        if way.startswith(form := f"[{show(name)}]"):
            yield name, way[len(form) :]


def origin_of(value: Any) -> str:
    """The file in which a value stands; empty if that is unknown."""
    tag = _tag_of(value)
    return str(tag.path) if tag is not None else ""


def _tag_of(value: Any) -> Any:
    tag = Origin.get_tag(value) if Origin else None
    return tag if tag is not None and tag.path else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
