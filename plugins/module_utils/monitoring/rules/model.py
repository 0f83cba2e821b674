# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One alert as a rule, and what its annotations are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ...quoting.monitoring import go_template, promql

#: Whether somebody has to look now, or on the next working day.
Severity = Literal["page", "ticket"]

#: The label that names a host, in a template of an annotation.
HOST = "{{ $labels.host }}"


@dataclass(frozen=True)
class Rule:
    """An alert.

    ``summary`` and ``command`` are templates: values in them are put through :func:`text`. ``command`` looks into it.
    ``row`` is the row of the matrix that it belongs to.
    """

    name: str
    expr: str
    severity: Severity
    summary: str
    command: str = ""
    for_minutes: int = 0
    row: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As it stands in a file of rules."""
        annotations = {"summary": self.summary, "command": self.command, "row": self.row}
        return {
            "alert": self.name,
            "expr": self.expr,
            **({"for": f"{self.for_minutes}m"} if self.for_minutes else {}),
            "labels": {"severity": self.severity, **{name: text(value) for name, value in self.labels.items()}},
            "annotations": {name: value for name, value in annotations.items() if value},
        }


def text(value: object) -> str:
    """A value in an annotation, which is a template."""
    return go_template(value)


def matchers(**labels: str) -> str:
    """The inside of a selector: labels that have these values."""
    return ",".join(f"{name}={promql(value)}" for name, value in labels.items())


def either(*conditions: str) -> str:
    """An expression that holds where any of some hold."""
    return "\nor ".join(conditions)


def both(*conditions: str) -> str:
    """An expression that holds where all of some hold, with the first's value."""
    return "\nand ".join(conditions)


def share(percent: int) -> str:
    """A percentage as a part of one."""
    return f"{percent / 100:g}"


def doctor(host: str = HOST, symptom: str = "") -> str:
    """The command that examines a host."""
    asked = f" -e symptom={symptom}" if symptom else ""
    return f"ansible-playbook nostromo.networking.doctor --limit {host}{asked}"


def explain(source: str, destination: str, port: object) -> str:
    """The command that says by which row one may reach the other."""
    return f"ansible-playbook nostromo.networking.explain -e from={source} -e to={destination} -e port={port}"


VERIFY = "ansible-playbook nostromo.networking.verify"
