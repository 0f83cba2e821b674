# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Monitoring that is well, as it is seen on a host, for what it should be there."""

from __future__ import annotations

from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.standing import Standing, standing

from .samples import matrix_of, monitoring


def standing_at(place: str, host: str, **changes: Any) -> Standing:
    """What should be on a host of a sample."""
    faults = Faults()
    document = Document.read_variables({"network_monitoring": monitoring(**changes)}, faults)
    found = standing(document, matrix_of(place), host)
    assert found is not None
    assert list(faults) == []
    return found


def seen_of(wanted: Standing) -> dict[str, Any]:
    """What is seen where everything is as it should be."""
    units = [one["unit"] for one in wanted.check["daemons"]]
    up = [{"job": one.job, "instance": one.instance, "health": "up", "error": ""} for one in wanted.asked]
    told = {"problem": "", "targets": up, "alerts": list(wanted.alerts), "unparsed": {}, "locked_out": [], "undelivered": []}
    return {
        "programs": {name: {"unit": running(), "wrong": "", "log": []} for name in units},
        "hashes": dict(wanted.contents),
        "prometheus": told if wanted.asked else None,
        "logs": {name: {"path": "/var/log/nginx/access.log", "is_read": True, "mode": "0640, of www-data"}
                 for name in units if name == "mtail.service"},
        "figures": {name: {"timed": True, "result": "success", "seconds": 20.0, "log": []} for name in wanted.figures},
    }  # fmt: skip


def running(**changes: Any) -> dict[str, Any]:
    """A unit that runs."""
    state = {"load": "loaded", "active": "active", "sub": "running", "enabled": "enabled", "pid": 50}
    return {**state, "result": "success", "since": "Wed 2026-11-25 03:34:27 UTC", **changes}
