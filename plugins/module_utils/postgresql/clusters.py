# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which PostgreSQL clusters a Debian host has (``pg_lsclusters``), and what has to come before ``main`` of a version is one.

Debian keeps a cluster's configuration in ``/etc/postgresql/VERSION/NAME``, its data in ``/var/lib/postgresql/VERSION/NAME``.
The package makes ``main`` when it is installed, and never again: not if there was no room, or no such locale, or something of
that name was there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..files import read
from .sql import literal

CONFIGURATIONS = Path("/etc/postgresql")
DATA = Path("/var/lib/postgresql")
#: The file by which the role postgresql is known to have set a cluster up.
OURS = "conf.d/99-nostromo.conf"
MAIN = "main"
_MOST_BYTES = 1024 * 1024
_VERSION = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
_DATA_DIRECTORY = re.compile(r"^\s*data_directory\s*=?\s*'((?:[^']|'')*)'", re.MULTILINE)


class ClusterError(Exception):
    """The cluster cannot be had without somebody's decision; the text says which."""


@dataclass(frozen=True)
class Found:
    """A cluster, or what is left of one. ``holds`` is the version whose data its directory holds, empty without."""

    version: str
    name: str
    data: str
    configured: bool = False
    leftover: bool = False
    filled: bool = False
    holds: str = ""
    ours: bool = False

    def __str__(self) -> str:
        return f"{self.version}/{self.name} ({self.data})"


@dataclass(frozen=True)
class Step:
    """What has to be done: put the configuration aside that is left, and make the cluster or, of its data, configure it."""

    aside: bool
    initialise: bool


def look(configurations: Path = CONFIGURATIONS, data: Path = DATA) -> list[Found]:
    """All clusters and what is left of some, by version and name."""
    names = {pair for place in (configurations, data) for pair in _pairs(place)}
    return [_found(configurations / version / name, data, version, name) for version, name in sorted(names)]


def step(found: Iterable[Found], version: str) -> Step | None:
    """How to come to the cluster ``main`` of a version; ``None``: it is there.

    :raises ClusterError: the data is in another cluster, or in the way.
    """
    clusters = list(found)
    main = next((one for one in clusters if (one.version, one.name) == (version, MAIN)), None)
    others = [one for one in clusters if one.holds and one.version != version and (one.name == MAIN or one.ours)]
    if main and main.configured and main.holds == version:
        if not main.ours:
            _refuse([one for one in others if one.ours], version)
        return None
    if main and main.holds and main.holds != version:
        raise ClusterError(
            f"{main.data} holds the data of PostgreSQL {main.holds}, not of {version}; look, and move it away"
        )
    if main and main.filled and not main.holds:
        raise ClusterError(f"{main.data} holds files and no cluster (no PG_VERSION); look, and move them away")
    if not (main and main.holds):
        _refuse(others, version)
    return Step(aside=bool(main and main.leftover), initialise=not (main and main.holds))


def configuration(version: str, data: str) -> dict[str, str]:
    """The files that make data a cluster ``main`` again, by name; addresses and client rules come from elsewhere."""
    own = f"{CONFIGURATIONS}/{version}/{MAIN}"
    settings = {
        "data_directory": data,
        "hba_file": f"{own}/pg_hba.conf",
        "ident_file": f"{own}/pg_ident.conf",
        "external_pid_file": f"/var/run/postgresql/{version}-{MAIN}.pid",
        "unix_socket_directories": "/var/run/postgresql",
        "cluster_name": f"{version}/{MAIN}",
        "include_dir": "conf.d",
    }
    lines = [
        "# Managed by Ansible (nostromo.networking.postgresql_cluster): the data was there without a configuration."
    ]
    lines += [f"{name} = {literal(value)}" for name, value in settings.items()]
    return {"postgresql.conf": "\n".join(lines) + "\n", "start.conf": "auto\n", "environment": "", "pg_ctl.conf": ""}


def _refuse(others: list[Found], version: str) -> None:
    if not others:
        return
    first = others[0]
    raise ClusterError(
        f"the data is in the cluster {' and '.join(map(str, others))}, and PostgreSQL {version} has none of it. Move it "
        f"(if {version}/{MAIN} exists and is empty, pg_dropcluster --stop {version} {MAIN}; then pg_upgradecluster "
        f"{first.version} {first.name}), or go on with it (postgresql_version: '{first.version}'); if it is not needed any "
        f"more, pg_dropcluster --stop {first.version} {first.name}"
    )


def _pairs(place: Path) -> Iterable[tuple[str, str]]:
    for version in _names(place):
        if _VERSION.fullmatch(version):
            yield from ((version, name) for name in _names(place / version))


def _names(place: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(place) if entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _found(configuration: Path, data: Path, version: str, name: str) -> Found:
    settings = _text(configuration / "postgresql.conf")
    declared = _DATA_DIRECTORY.search(settings)
    place = Path(declared[1].replace("''", "'")) if declared else data / version / name
    return Found(
        version=version,
        name=name,
        data=str(place),
        configured=bool(settings),
        leftover=os.path.lexists(configuration),
        filled=place.is_dir() and any(os.scandir(place)),
        holds=_text(place / "PG_VERSION").strip()[:20],
        ours=(configuration / OURS).exists(),
    )


def _text(path: Path) -> str:
    try:
        return read(path, _MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
