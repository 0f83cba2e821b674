# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Metrics in a file, as the node exporter's textfile collector takes them (Prometheus' text format, version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ..files import directory
from ..quoting.monitoring import exposition_label

#: What is on the disk already belongs to everybody who may read metrics.
_READABLE = 0o644


@dataclass(frozen=True)
class Family:
    """A metric and its samples, each a value with its labels. No two samples have the same.

    The collector refuses a family of which two files say something else in ``meaning``, and in silence takes one of two files
    that have the same samples: a family is in one file.
    """

    name: str
    kind: Literal["counter", "gauge"]
    meaning: str
    samples: tuple[tuple[Mapping[str, str], float], ...]


def exposition(families: Iterable[Family]) -> str:
    """The text. Families without samples are left out. :raises UnquotableError: a label's value is not of one line."""
    lines: list[str] = []
    for family in families:
        if family.samples:
            lines += [f"# HELP {family.name} {family.meaning}", f"# TYPE {family.name} {family.kind}"]
            lines += [f"{family.name}{_labels(labels)} {_number(value)}" for labels, value in family.samples]
    return "".join(f"{line}\n" for line in lines)


def publish(path: str, name: str, families: Iterable[Family]) -> None:
    """Put families in a file of the collector's directory, in one step: it never reads a half one.

    :param name: of the file, without ``.prom``.
    :raises OSError: it cannot be written, or others than root could turn the path elsewhere.
    """
    text = exposition(families)
    with directory(path) as place:
        place.write(f".{name}", text.encode(), _READABLE)
        place.rename(f".{name}", f"{name}.prom")


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{name}={exposition_label(value)}" for name, value in labels.items()) + "}" if labels else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
