# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records of the document: dataclasses whose fields say what they mean, of what kind they are and what they are by default."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, TypeVar

from ..faults import Faults
from ..fields import read_record
from .kinds import Kind
from .options import Option, Options
from .schema import Schema, record

Own = TypeVar("Own", bound="Record")


@dataclass(frozen=True)
class Declared:
    """What is declared of a field: the ``key`` under which the data have it, and a ``sentence`` for people."""

    key: str
    sentence: str
    kind: Kind[Any]
    required: bool
    default: Any
    empty: bool
    since: str

    def option(self) -> Option:
        """As an option of Ansible's."""
        found = {"description": self.sentence, **self.kind.option()}
        if self.required:
            found["required"] = True
        elif self.default is not None and not isinstance(self.default, Record):  # whose fields say theirs
            found["default"] = list(self.default) if isinstance(self.default, tuple) else self.default
        return {**found, **({"version_added": self.since} if self.since else {})}


def says(
    sentence: str,
    kind: Kind[Any],
    *,
    default: Any = None,
    required: bool = False,
    key: str = "",
    empty: bool = False,
    since: str = "",
) -> Any:
    """A field of a record.

    :param default: its value where the data do not have it, or have it wrong; a dict is copied.
    :param required: whether the data have to have it; without it, and without a default, there is no record.
    :param key: its name in the data, where it is not the field's.
    :param empty: whether it may stand there without a value, which means something.
    :param since: the version that brought it, where its record is older.
    """
    declared = {"declared": Declared(key, sentence, kind, required, default, empty, since)}
    if isinstance(default, dict):
        return field(  # pylint: disable=invalid-field-call
            default_factory=lambda: dict(default), metadata=declared, kw_only=True
        )
    return field(default=default, metadata=declared, kw_only=True)  # pylint: disable=invalid-field-call


@dataclass(frozen=True)
class Record:
    """A mapping of known keys, and no others. Is a kind itself: :meth:`read`, :meth:`schema`, :meth:`option`."""

    @classmethod
    def declared(cls) -> Mapping[str, Declared]:
        """What is declared of each field; fields that are not the user's to write are left out."""
        return _declared(cls)  # type: ignore[arg-type]  # mypy asks the instances whether the class can be hashed

    @classmethod
    def read(cls: type[Own], value: object, path: str, faults: Faults) -> Own | None:
        """The record; ``None`` if it is no mapping, or lacks what is required. Its field ``path`` says where it stands."""
        known, required, has_path = _keys(cls)  # type: ignore[arg-type]
        given = read_record(value, path, faults, known, required)
        if given is None:
            return None
        found: dict[str, Any] = {"path": path} if has_path else {}
        complete = True
        for name, one in cls.declared().items():
            raw = given.get(one.key)
            if raw is None and one.key in given and not (one.required or one.empty):
                faults.warning(f"{path}.{one.key}", None, "has no value", "give it one, or remove it")
            read = None if raw is None else one.kind.read(raw, f"{path}.{one.key}", faults)
            if read is not None:
                found[name] = read
            elif one.required and one.default is None:
                complete = False
        cls.check_together(given, path, faults)
        return cls(**found) if complete else None

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """Note what is wrong with values beside each other, whatever each of them is by itself."""

    @classmethod
    def schema(cls) -> Schema:
        """Its schema for editors."""
        declared = cls.declared().values()
        return record(
            {one.key: one.sentence for one in declared},
            {one.key: one.kind.schema() for one in declared},
            [one.key for one in declared if one.required],
            **cls.schema_together(),
        )

    @classmethod
    def schema_together(cls) -> Schema:
        """What the schema can say of :meth:`check_together`."""
        return {}

    @classmethod
    def options(cls) -> Options:
        """Its keys as options of Ansible."""
        return {one.key: one.option() for one in cls.declared().values()}

    @classmethod
    def option(cls) -> Option:
        """Its option."""
        return {"type": "dict", "options": cls.options()}


@cache
def _keys(cls: type[Record]) -> tuple[Collection[str], Collection[str], bool]:
    """The keys that it knows, those that it requires, and whether it is told where it stands."""
    declared = cls.declared().values()
    required = [one.key for one in declared if one.required]
    return [one.key for one in declared], required, any(one.name == "path" for one in fields(cls))


@cache
def _declared(cls: type[Record]) -> Mapping[str, Declared]:
    """Looked up once for each kind of record: there may be ten thousand of one."""
    return {
        one.name: replace(known, key=known.key or one.name)
        for one in fields(cls)
        if (known := one.metadata.get("declared")) is not None
    }
