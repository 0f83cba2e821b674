# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults in the user's data: where, what is wrong, and what would be right. They are collected before any is raised."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning", "information"]

_SHOWN_LENGTH = 60
#: Keys of the document whose values nobody is shown, wherever they stand.
SECRET_KEYS = ("password", "secrets", "deploy_key", "webhooks", "heartbeat", "token", "certbot_token")
# Similar names are looked for among all known ones, which costs too much to do it for every one of thousands of faults.
_SUGGESTIONS = 20


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong (``error``), doubtful (``warning``) or good to know (``information``).

    ``path`` leads to it in the user's variables (``network_flows[3].port``); ``reason`` and ``remedy`` are clauses
    without a full stop. ``origin`` is the file and line where it stands, if that is known.
    """

    path: str
    value: object
    reason: str
    remedy: str
    severity: Severity = "error"
    origin: str = ""

    def __str__(self) -> str:
        where = f"{self.path} ({self.origin})" if self.origin else self.path
        return f"{where}: {self.reason}; {self.remedy}"


class FaultError(ValueError):
    """Data that cannot be used. ``faults`` holds every error that was found, in the order of the data."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(listing(self.faults))


class Faults:
    """Collects faults."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._suggestions_left = _SUGGESTIONS

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __len__(self) -> int:
        return len(self._faults)

    def error(self, path: str, value: object, reason: str, remedy: str) -> None:
        """Note that the value at ``path`` cannot be used."""
        self._faults.append(Fault(path, value, reason, remedy))

    def warning(self, path: str, value: object, reason: str, remedy: str) -> None:
        """Note that the value at ``path`` can be used but is doubtful."""
        self._faults.append(Fault(path, value, reason, remedy, "warning"))

    def information(self, path: str, value: object, reason: str, remedy: str) -> None:
        """Note what is good to know of the value at ``path``."""
        self._faults.append(Fault(path, value, reason, remedy, "information"))

    def unknown(self, path: str, name: str, reason: str, known: Iterable[str]) -> None:
        """Note that ``name`` is none of the ``known`` names, and which of them it may have been meant to be."""
        names = sorted(known)
        similar: list[str] = []
        if self._suggestions_left:
            self._suggestions_left -= 1
            similar = get_close_matches(name, names, n=1)
        if similar:
            remedy = f"did you mean {similar[0]}?"
        elif not names:
            remedy = "none is declared"
        else:
            remedy = "use one of " + ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
        self.error(path, name, reason, remedy)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Take over faults that were noted elsewhere."""
        self._faults.extend(faults)

    def locate(self, origin: Callable[[str], str]) -> None:
        """Note where each fault stands. ``origin`` tells the file and line of a path, empty if it is unknown."""
        self._faults = [replace(fault, origin=origin(fault.path)) for fault in self._faults]

    def drop(self, unwanted: Callable[[Fault], bool]) -> None:
        """Forget the faults that say nothing new."""
        self._faults = [fault for fault in self._faults if not unwanted(fault)]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that forbid using the data."""
        return tuple(fault for fault in self._faults if fault.severity == "error")

    @property
    def notes(self) -> tuple[Fault, ...]:
        """What is good to know."""
        return tuple(fault for fault in self._faults if fault.severity == "information")

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that don't."""
        return tuple(fault for fault in self._faults if fault.severity == "warning")

    def summary(self) -> str:
        """The errors as a readable list."""
        return listing(self.errors)


def show(value: object) -> str:
    """A value as the user would write it in YAML, on one line, shortened, and without what is secret in it."""
    text = json.dumps(_without_secrets(value), ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"


def _without_secrets(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: "…" if key in SECRET_KEYS else _without_secrets(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_secrets(item) for item in value]
    return value


def report(faults: Faults) -> dict[str, list[dict[str, object]]]:
    """What a module returns: all ``faults``, and apart from them all ``doubts`` (warnings), as plain data."""
    return {
        "faults": [asdict(fault) for fault in faults.errors],
        "doubts": [asdict(fault) for fault in faults.warnings],
    }


def listing(faults: Iterable[Fault]) -> str:
    """Faults as a readable list, one to a line, under a heading with their number."""
    lines = [f"  - {fault}" for fault in faults]
    return "\n".join([f"{len(lines)} fault{'' if len(lines) == 1 else 's'}:", *lines])
