# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is declared, as options of Ansible: of modules (their argument specs and documentation) and of roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

#: An option as argument_specs.yml of a role has it.
Option = dict[str, Any]
Options = dict[str, Option]

# What only people need.
_TOLD = ("description", "version_added")


class Plain:
    """A kind of value that is one of Ansible's own types."""

    ansible_type: ClassVar[str] = "str"

    def option(self) -> Option:
        """Its option."""
        return {"type": self.ansible_type}


def option_of_many(item: Option) -> Option:
    """A list. Its choices are left to the domain, which tells each wrong one with its place."""
    return {
        "type": "list",
        "elements": item["type"],
        **{key: value for key, value in item.items() if key not in ("type", "choices")},
    }


def argument_spec(options: Mapping[str, Option]) -> Options:
    """Options as an ``AnsibleModule`` takes them."""
    return {name: _argument(option) for name, option in options.items()}


def _argument(option: Option) -> Option:
    kept = {key: value for key, value in option.items() if key not in _TOLD}
    return {**kept, "options": argument_spec(kept["options"])} if "options" in kept else kept


def documentation(options: Mapping[str, Option]) -> Options:
    """Options as the documentation of a module has them."""
    return {name: _documented(option) for name, option in options.items()}


def _documented(option: Option) -> Option:
    kept = {key: value for key, value in option.items() if key not in ("no_log", "options")}
    return {**kept, "suboptions": documentation(option["options"])} if "options" in option else kept
