# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Limits that the user writes as plain directives, beside those that are declared as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..document.sites import Site
from ..faults import Faults
from ..fields import read_sequence

_ZONE = re.compile(r"\blimit_req_zone\s+(\S+)\s[^;]*?\bzone=([^\s:;]+)")
_USE = re.compile(r"\blimit_req\s[^;]*?\bzone=([^\s;]+)")


@dataclass(frozen=True)
class Written:
    """A ``limit_req_zone`` (with its ``key``) or a ``limit_req`` (``key`` is ``None``) in a directive at ``path``."""

    zone: str
    path: str
    key: str | None = None


def find_limits(value: object, path: str, faults: Faults) -> Iterator[Written]:
    """The limits in a list of directives."""
    for index, directive in enumerate(read_sequence(value, path, faults)):
        if isinstance(directive, str):
            where = f"{path}[{index}]"
            yield from (Written(zone, where, key) for key, zone in _ZONE.findall(directive))
            yield from (Written(zone, where) for zone in _USE.findall(directive))


def find_limits_of_sites(sites: Sequence[Site]) -> Iterator[Written]:
    """The limits in the ``directives`` of sites."""
    for site in sites:
        yield from find_limits(site.directives, f"{site.path}.directives", Faults())
