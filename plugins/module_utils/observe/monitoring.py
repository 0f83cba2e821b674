# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs of monitoring: whether they run with what they are told, read what they should, and what Prometheus says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from ..monitoring.daemons import Daemon, problems
from .figures import Figure, figures_of
from .logs import journal, without_addresses
from .open_logs import Log, logs_of
from .run import Run
from .targets import Told, ask
from .units import Unit, states

#: In the name of the unit that asks the database.
EXPORTER = "postgres"


class Program(TypedDict):
    """``unit`` as systemd has it, what is ``wrong`` (empty if nothing is), and then the last lines of its ``log``."""

    unit: Unit
    wrong: str
    log: list[str]


class Monitored(TypedDict):
    """``programs`` by unit; ``hashes`` of files (SHA-256, hexadecimal; empty if there is none); ``prometheus``, where it runs
    here; ``logs`` by unit of who reads them; ``figures`` by unit, of timers that the host has.
    """

    programs: dict[str, Program]
    hashes: dict[str, str]
    prometheus: Told | None
    logs: dict[str, Log]
    figures: dict[str, Figure]


def observe(
    run: Run, daemons: Sequence[Mapping[str, Any]], asker: str, hashed: Sequence[str], figures: Sequence[str]
) -> Monitored:
    """What is so right now.

    :param daemons: see :class:`..monitoring.daemons.Daemon`.
    :param asker: the user whom the matrix lets ask them; empty where nobody on this host may.
    :param figures: services that timers of the same name run.
    """
    known = [Daemon(**one) for one in daemons]
    units = states(run, *(one.unit for one in known)) if known else {}
    wrong = {unit: one.reason for unit, one in problems(known, asker).items()}
    prometheus = next((one.url for one in known if one.jobs), "")
    told = ask(prometheus, asker) if prometheus else None
    talking = {*wrong}
    if told and told["undelivered"]:
        talking |= {one.unit for one in known if one.metric.startswith("alertmanager")}
    if told and told["locked_out"]:
        talking |= {one.unit for one in known if EXPORTER in one.unit}
    return {
        "programs": {
            unit: {
                "unit": state,
                "wrong": wrong.get(unit, ""),
                "log": without_addresses(journal(run, unit)) if unit in talking else [],
            }
            for unit, state in units.items()
        },
        "hashes": {path: _hash(path) for path in hashed},
        "prometheus": told,
        "logs": {unit: log for unit, state in units.items() if state["pid"] for log in logs_of(state["pid"])},
        "figures": figures_of(run, figures),
    }


def _hash(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
