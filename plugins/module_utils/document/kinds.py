# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a value of the document may be. Each kind reads a raw value (YAML), gives its schema for editors and its option."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, Literal, Protocol, TypeVar

from ..faults import Faults, show
from ..fields import PLACEHOLDER, note_placeholder, read_mapping, read_sequence
from ..quoting.characters import UNWRITABLE, UnquotableError
from ..quoting.kinds import quoted
from .options import Option, Plain, option_of_many
from .schema import Schema, choice, either, integer, mapping, matching, sequence, text

Value = TypeVar("Value")
Read_co = TypeVar("Read_co", covariant=True)
Word = TypeVar("Word", bound=str)

# So many words can be listed; among more of them a similar one is looked for.
_FEW = 4


class Kind(Protocol[Read_co]):
    """What a value may be; a class of records is one as well."""

    def read(self, value: object, path: str, faults: Faults) -> Read_co | None:
        """The value as the program uses it, or ``None``: it is wrong, which is noted. Never asked for an absent one."""

    def schema(self) -> Schema:
        """What editors allow, never stricter than :meth:`read`."""

    def option(self) -> Option:
        """The same as an option of Ansible's, without what it means."""


class Named:
    """A record that has a name in a mapping."""

    def named(self, name: str) -> Named:
        """The record under its name, with what follows from it."""
        raise NotImplementedError


class Anything(Plain):
    """Any value, as it stands."""

    ansible_type = "raw"

    def read(self, value: object, path: str, faults: Faults) -> object | None:
        """Reads it."""
        return value

    def schema(self) -> Schema:
        """Its schema."""
        return {}


class Text(Plain):
    """A text of characters that a file can show; ``examples`` are what editors propose."""

    def __init__(self, least: int = 0, examples: Sequence[str] = ()) -> None:
        self._least = least
        self._examples = examples

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        if not isinstance(value, str):
            faults.error(path, value, f"{show(value)} is not a text", "write it in quotes")
        elif found := UNWRITABLE.search(value):
            reason = f"holds the character U+{ord(found[0]):04X}, which no file can show"
            faults.error(path, value, reason, "remove it")
        elif len(value) < self._least:
            faults.error(path, value, "is empty", "fill it in, or leave it out")
        else:
            return value
        return None

    def schema(self) -> Schema:
        """Its schema."""
        least = {"minLength": self._least} if self._least else {}
        return text(**least, **({"examples": list(self._examples)} if self._examples else {}))


class Writable(Plain):
    """A text that a kind of file can hold (:mod:`..quoting.kinds`)."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        try:
            quoted(value, self._kind)
        except UnquotableError as error:
            faults.error(path, value, f"{show(value)} {error.reason}", error.remedy)
            return None
        return str(value)

    def schema(self) -> Schema:
        """Its schema."""
        return {"type": ["string", "number"]}


class Matching(Plain):
    """A text that matches a pattern as a whole; the pattern keeps to what Python and ECMAScript both understand.

    :param what: what it is, as in ``is not WHAT``.
    :param but: words that match and yet are not it -> why not, and what would be right.
    :param meant: what belongs there, if the shipped files have a placeholder such as ADMIN_IPS in its place.
    """

    def __init__(
        self,
        pattern: str,
        what: str,
        remedy: str,
        but: Mapping[str, tuple[str, str]] | None = None,
        meant: str = "",
    ) -> None:
        self.pattern = re.compile(pattern)
        self.what = what
        self.remedy = remedy
        self._but = but or {}
        self._meant = meant

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        if self._meant and note_placeholder(value, path, faults, self._meant):
            return None
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            faults.error(path, value, f"{show(value)} is not {self.what}", self.remedy)
            return None
        if value in self._but:
            reason, remedy = self._but[value]
            faults.error(path, value, reason, remedy)
            return None
        return value

    def schema(self) -> Schema:
        """Its schema."""
        patterns = (self.pattern, PLACEHOLDER) if self._meant else (self.pattern,)
        return matching(*patterns, remedy=self.remedy, but="|".join(sorted(self._but)))


class Reference(Plain):
    """A name that is declared elsewhere. Whether it is, is judged with the whole document.

    :param names: what such a name looks like.
    """

    def __init__(self, names: Matching, remedy: str) -> None:
        self._names = names
        self._remedy = remedy

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        if isinstance(value, str):
            return value
        faults.error(path, value, f"{show(value)} is not a name", self._remedy)
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return self._names.schema()


class Choice(Generic[Word]):
    """One of a few words."""

    def __init__(self, *words: Word) -> None:
        self.words = words

    def read(self, value: object, path: str, faults: Faults) -> Word | None:
        """Reads it."""
        for word in self.words:
            if value == word:
                return word
        reason = f"{show(value)} is not a known value"
        if len(self.words) > _FEW:
            faults.unknown(path, str(value), reason, self.words)
        else:
            faults.error(path, value, reason, f"use {' or '.join(self.words)}")
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return choice(self.words)

    def option(self) -> Option:
        """Its option."""
        return {"type": "str", "choices": list(self.words)}


class Switch(Plain):
    """A real boolean."""

    ansible_type = "bool"

    def read(self, value: object, path: str, faults: Faults) -> bool | None:
        """Reads it."""
        if isinstance(value, bool):
            return value
        faults.error(path, value, f"{show(value)} is not a boolean", "use true or false, without quotes")
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return {"type": "boolean"}


class Unless(Generic[Value]):
    """What another kind is, or ``false`` for none of it, where there is some by default."""

    def __init__(self, kind: Kind[Value]) -> None:
        self._kind = kind

    def read(self, value: object, path: str, faults: Faults) -> Value | Literal[False] | None:
        """Reads it."""
        return False if value is False else self._kind.read(value, path, faults)

    def schema(self) -> Schema:
        """Its schema."""
        return either(choice([False]), self._kind.schema())

    def option(self) -> Option:
        """Its option, for which Ansible has no type of its own."""
        return {**self._kind.option(), "type": "raw"}


class Count(Plain):
    """A whole number within bounds, both included; as a text of digits too, as command lines and templates give them."""

    ansible_type = "int"

    def __init__(self, lowest: int, highest: int, what: str = "a whole number") -> None:
        self._lowest, self._highest = lowest, highest
        self._what = what

    def read(self, value: object, path: str, faults: Faults) -> int | None:
        """Reads it."""
        digits = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
        if re.fullmatch(r"0|[1-9][0-9]{0,9}", digits) and self._lowest <= int(digits) <= self._highest:
            return int(digits)
        remedy = f"use one from {self._lowest} to {self._highest}"
        faults.error(path, value, f"{show(value)} is not {self._what}", remedy)
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return either(integer(self._lowest, self._highest), text(pattern=r"^[0-9]+$"))


class Scalar(Plain):
    """A text, a number or a boolean, as a variable of a program can be given."""

    def read(self, value: object, path: str, faults: Faults) -> str | int | float | bool | None:
        """Reads it."""
        if isinstance(value, str):
            return Text().read(value, path, faults)
        if isinstance(value, (int, float)):
            return value
        faults.error(path, value, f"{show(value)} is not a text", "write it in quotes")
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return {"type": ["string", "number", "boolean"]}


class Many(Generic[Value]):
    """A list.

    :param empty: why it may not be empty, and what would be right.
    :param lone: whether a lone value may stand for a list of one.
    """

    def __init__(self, item: Kind[Value], empty: tuple[str, str] | None = None, *, lone: bool = False) -> None:
        self._item = item
        self._empty = empty
        self._lone = lone

    def read(self, value: object, path: str, faults: Faults) -> tuple[Value, ...] | None:
        """Reads it; items that are wrong are left out."""
        if value is None and not self._empty:
            faults.warning(path, None, "has no value", "give it one, or remove it")
        if self._lone and isinstance(value, str):
            value = [value]
        items = read_sequence(value, path, faults)
        if not items and isinstance(value, (list, tuple, type(None))) and self._empty:
            faults.error(path, value, *self._empty)
            return None
        read = (self._item.read(item, f"{path}[{index}]", faults) for index, item in enumerate(items))
        return tuple(item for item in read if item is not None)

    def schema(self) -> Schema:
        """Its schema."""
        item = self._item.schema()
        several = sequence(item, least=1 if self._empty else 0)
        return either(item, several) if self._lone else several

    def option(self) -> Option:
        """Its option."""
        return {"type": "raw"} if self._lone else option_of_many(self._item.option())


class MapOf(Generic[Value]):
    """A mapping from names that the user chooses.

    :param names: what a name may be.
    :param known: names whose values are of another kind.
    :param quoted: whether paths show the name in brackets, as it may hold dots.
    """

    def __init__(
        self,
        value: Kind[Value],
        names: Matching | None = None,
        known: Mapping[str, Kind[Value]] | None = None,
        *,
        quoted: bool = False,
    ) -> None:
        self._value = value
        self._names = names
        self._known = known or {}
        self._quoted = quoted

    def read(self, value: object, path: str, faults: Faults) -> dict[str, Value] | None:
        """Reads it; what is wrong is left out."""
        return dict(self._read(value, path, faults))

    def _read(self, value: object, path: str, faults: Faults) -> Iterator[tuple[str, Value]]:
        for name, item in read_mapping(value, path, faults).items():
            where = f"{path}[{show(name)}]" if self._quoted else f"{path}.{name}"
            if name not in self._known and self._names and self._names.read(name, where, faults) is None:
                continue
            found = self._known.get(name, self._value).read(item, where, faults)
            if found is not None:
                yield name, found.named(name) if isinstance(found, Named) else found  # type: ignore[misc]

    def schema(self) -> Schema:
        """Its schema."""
        item = self._value.schema()
        known = {name: {"description": kind.__doc__, **kind.schema()} for name, kind in self._known.items()}
        names = self._names.schema() if self._names else None
        return mapping(item, names, **known)

    def option(self) -> Option:
        """Its option, which says nothing of what is in it but whether that is secret."""
        return {"type": "dict", **{key: told for key, told in self._value.option().items() if key == "no_log"}}
