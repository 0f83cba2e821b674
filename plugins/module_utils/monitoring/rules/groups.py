# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All rules as the file that Prometheus reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..watched import Watched
from . import hosts, itself, proof, reachable, requests
from .model import Rule

_SUBJECTS: Mapping[str, Callable[[Watched], Iterator[Rule]]] = {
    "requests": requests.rules,
    "reachable": reachable.rules,
    "hosts": hosts.rules,
    "proof": proof.rules,
    "itself": itself.rules,
}


def rule_groups(watched: Watched) -> dict[str, Any]:
    """The file as plain data, to be written as JSON, which is YAML: a group for each subject that has rules."""
    groups = {name: [rule.plain() for rule in rules(watched)] for name, rules in _SUBJECTS.items()}
    return {"groups": [{"name": name, "rules": rules} for name, rules in groups.items() if rules]}
