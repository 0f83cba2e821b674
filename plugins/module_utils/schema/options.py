# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the options of a role or module, as Ansible documents them, to the shape of a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .shapes import SCALAR, SWITCH, Schema, choice, either, mapping, record, sequence, text

Options = Mapping[str, Mapping[str, Any]]

_DIGITS = re.compile(r"^-?[0-9]+$")
# Marks in Ansible's documentation: C(code), O(option), V(value), and so on.
_MARK = re.compile(r"\b[A-Z]\(([^)]*)\)")


def record_of(options: Options, required: tuple[str, ...] = ()) -> Schema:
    """The record whose keys are some options, ``required`` besides those that are in any case."""
    always = [name for name, option in options.items() if option.get("required") or name in required]
    return record(
        {name: description(option) for name, option in options.items()},
        {name: _shape(option) for name, option in options.items()},
        always,
    )


def description(option: Mapping[str, Any]) -> str:
    """An option's description as plain text."""
    told = option.get("description", "")
    return _MARK.sub(r"\1", told if isinstance(told, str) else " ".join(told))


def _shape(option: Mapping[str, Any]) -> Schema:
    if "choices" in option and option.get("type", "str") == "str":
        return choice(option["choices"])
    nested = option.get("options", option.get("suboptions"))
    match option.get("type", "str"):
        case "dict":
            return record_of(nested) if nested else mapping({})
        case "list":
            elements = {**option, "type": option.get("elements", "raw")}
            return sequence(_shape(elements))
        case "int":
            return either({"type": "integer"}, text(pattern=_DIGITS.pattern))
        case "bool":
            return SWITCH
        case "str" | "path":
            return SCALAR
        case _:
            return {}
