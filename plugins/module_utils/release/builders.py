# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which host builds a release for which others: of all that would make the same of it, one. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

#: What of a service makes its release another. Of its source, a key and whose host it is for do not.
_PARTS = ("build", "build_environment", "build_scripts", "migrate", "working_directory", "writable", "home")
_SOURCE = ("git", "version", "path", "exclude", "archive", "checksum", "strip_components", "submodules")


def made_of(services: Mapping[str, Mapping[str, Any]], platform: Sequence[str]) -> dict[str, str]:
    """Service of several hosts -> a digest of all that its release on this host is made of, but for a branch's commit.

    :param platform: texts that say for what hosts it can be used.
    """
    return {
        name: _digest([list(platform), [service.get(part) for part in _PARTS], _of_source(service)])
        for name, service in services.items()
        if len(service.get("hosts") or ()) > 1 and service.get("state") != "absent"
    }


def builder(service: Mapping[str, Any], host: str, own: str, known: Callable[[str], str | None]) -> str:
    """The host that builds a service for ``host``: the one that is declared, else the first, whose release is the same.

    :param own: what the host's own is made of.
    :param known: what that of another host is made of; one of which nothing is known is taken to be like this one.
    """
    declared = service.get("build_on")
    for candidate in (*([declared] if declared else ()), *service["hosts"]):
        if candidate == host or known(candidate) in (own, None):
            return str(candidate)
    return host


def _of_source(service: Mapping[str, Any]) -> list[Any]:
    source = service.get("source") or {}
    return [source.get(part) for part in _SOURCE]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
