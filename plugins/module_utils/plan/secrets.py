# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets in trees of plain data: replaced by their names before anything is compared, so that nothing can show one.

In a secret's place stands a mark that differs as the secrets do, by a key that nobody keeps.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets as random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from ..faults import SECRET_KEYS

_BEGIN, _MIDDLE, _END = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"{_BEGIN}([^{_BEGIN}{_MIDDLE}{_END}]*){_MIDDLE}[0-9a-f]*{_END}")
#: What a file is called that is secret as a whole.
CONTENT = "its content"
#: Who is named in an address before its host: a token, or a user with a password.
_USERINFO = re.compile(r"(?<=://)([^/\s@'\"]+)(?=@)")
#: Wherever it stands, and whoever calls it secret.
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
#: A secret that is shorter is one only where it stands as a word.
_LONG = 8


class Secrets:
    """The secrets of some trees, each by its value."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._key = random.token_bytes(32)
        self._pattern: re.Pattern[str] | None = None

    def learn(self, value: Any, name: str) -> None:
        """Every text in a value is a secret of that name."""
        for text in _texts(value):
            if text:
                self._names.setdefault(text, name)
                self._pattern = None

    def learn_from(self, tree: Any, path: str = "") -> None:
        """Whatever a tree holds under keys whose values nobody is shown."""
        if isinstance(tree, Mapping):
            for key, value in tree.items():
                place = f"{path}.{key}" if path else str(key)
                if key in SECRET_KEYS:
                    self._learn_below(value, place)
                else:
                    self.learn_from(value, place)
        elif isinstance(tree, Sequence) and not isinstance(tree, (str, bytes)):
            for entry in tree:
                name = entry.get("name") if isinstance(entry, Mapping) else None
                self.learn_from(entry, f"{path}.{name}" if name else path)

    def learn_declared(self, tree: Any, options: Mapping[str, Mapping[str, Any]], path: str = "") -> None:
        """Whatever stands in a tree where its declaration, as options of Ansible, says ``no_log``."""
        if isinstance(tree, Mapping):
            for name, option in options.items():
                place = f"{path}.{name}" if path else name
                if option.get("no_log"):
                    self._learn_below(tree.get(name), place)
                elif name in tree:
                    self.learn_declared(tree[name], option.get("options") or {}, place)
        elif isinstance(tree, Sequence) and not isinstance(tree, (str, bytes)):
            for entry in tree:
                self.learn_declared(entry, options, path)

    def masked(self, tree: Any) -> Any:
        """A tree without secrets."""
        return self._masked(tree, self._replacing())

    def mark(self, value: str, name: str) -> str:
        """What stands in the place of a secret, the same for equal ones."""
        digest = hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        return f"{_BEGIN}{name}{_MIDDLE}{digest}{_END}"

    def _learn_below(self, value: Any, path: str) -> None:
        if isinstance(value, Mapping):
            for key, item in value.items():
                self._learn_below(item, f"{path}.{key}")
        else:
            self.learn(value, path)

    def _masked(self, tree: Any, replaced: Callable[[str], str]) -> Any:
        if isinstance(tree, Mapping):
            found = {key: self._masked(value, replaced) for key, value in tree.items()}
            if tree.get("sensitive") and isinstance(tree.get("content"), str):
                found["content"] = self.mark(tree["content"], CONTENT)
            return found
        if isinstance(tree, str):
            return replaced(tree)
        if isinstance(tree, Sequence) and not isinstance(tree, bytes):
            return [self._masked(value, replaced) for value in tree]
        return tree

    def _replacing(self) -> Callable[[str], str]:
        pattern = self._compiled()

        def replaced(text: str) -> str:
            if (name := self._names.get(text)) is not None:
                return self.mark(text, name)
            if pattern is not None:
                text = pattern.sub(lambda found: self.mark(found[0], self._names[found[0]]), text)
            if "PRIVATE KEY-----" in text:
                text = _PRIVATE_KEY.sub(lambda found: self.mark(found[0], "a private key"), text)
            if "://" in text:
                text = _USERINFO.sub(self._userinfo, text)
            return text

        return replaced

    def _userinfo(self, found: re.Match[str]) -> str:
        user, colon, password = found[1].partition(":")
        if _BEGIN in found[1] or (not colon and len(unquote(user)) < _LONG):
            return found[1]  # masked already, or a name such as git
        return f"{user}:{self.mark(password, 'a password')}" if colon else self.mark(user, "a token")

    def _compiled(self) -> re.Pattern[str] | None:
        if self._pattern is None and self._names:
            ordered = sorted(self._names, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(_expression, ordered)))
        return self._pattern


def without_marks(text: str) -> str:
    """A text for people: each secret by its name."""
    return _MARK.sub(lambda found: f"‹{found[1]}›", text)


def names_in(text: str) -> list[str]:
    """The names of the secrets in a text."""
    return list(dict.fromkeys(_MARK.findall(text)))


def _expression(secret: str) -> str:
    text = re.escape(secret)
    return text if len(secret) >= _LONG else rf"(?<![A-Za-z0-9_]){text}(?![A-Za-z0-9_])"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, Iterable)) and not isinstance(value, bytes):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
