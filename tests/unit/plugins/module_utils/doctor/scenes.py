# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server that is well, and a way to make it ill: observations as the collectors return them."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.doctor.intent import host_intent
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.model import (
    Connection,
    Finding,
    HostIntent,
    Scene,
)
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.observe.flows import Ended, Flow
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import SOUND, matrix_of
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.monitoring.standings import (
    seen_of,
    standing_at,
)

NOW = 1_800_000_000.0
DAY = 86400
SITE = "ansible-playbook -i inventories/lab.yml site.yml"
#: Every program of monitoring, and what they see.
MONITORED = standing_at("single", "server")


def declared(data: dict[str, Any] = SOUND, **changes: Any) -> HostIntent:
    """The sound matrix' server; ``changes`` are arguments of ``host_intent``."""
    arguments: dict[str, Any] = {
        "services": {
            "orchestrator": {
                **_account("orchestrator", "Orchestrator"),
                "instances": 2,
                "secrets": {"PGPASSWORD": "hunter22"},
                "health": {"address": "127.0.0.1", "port": 8000, "path": "/health"},
            },
            "etl": {**_account("etl", "ETL"), "schedule": "*/15 * * * *"},
        },
        "sites": SOUND["network_sites"],
        "certificate": {
            "name": "app.nostromo.cl",
            "names": ["app.nostromo.cl", "www.nostromo.cl"],
            "directory": "/etc/letsencrypt/live/app.nostromo.cl",
            "renewal": {"method": "cron"},
        },
        "dns": {"proxied": False, "records": [{"name": "app", "type": "A", "value": "203.0.113.7"}]},
        "domain": "nostromo.cl",
        "external_address": "203.0.113.7",
        "proxies": "",
        "tolerated": [],
        "site": SITE,
        "monitoring": MONITORED,
    }
    return host_intent(parse_matrix(matrix_of(data)), "server", **{**arguments, **changes})


def unit(name: str = "", **changes: Any) -> dict[str, Any]:
    """A unit that runs."""
    state = {"load": "loaded", "active": "active", "sub": "running", "enabled": "enabled", "pid": 50}
    return {"name": name, **state, "result": "success", "since": "Wed 2026-11-25 03:34:27 UTC", **changes}


def stopped(name: str = "", **changes: Any) -> dict[str, Any]:
    return unit(name, **{"active": "inactive", "sub": "dead", "pid": 0, **changes})


def process(number: int = 0, name: str = "orchestrator", **changes: Any) -> dict[str, Any]:
    state = {"id": number, "name": name, "pid": 60 + number, "status": "online", "restarts": 0, "uptime_seconds": 7200}
    script = f"/srv/{name}/current/src/server.js"
    return {**state, "exit_code": None, "crashing": False, "script": script, **changes}


def socket(port: int, user: str, process: str = "", address: str = "127.0.0.1") -> dict[str, Any]:
    return {"protocol": "tcp", "address": address, "port": port, "process": process or user, "pid": 70, "user": user}


def service(name: str, *processes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    script = f"/srv/{name}/current/src/server.js"
    seen = {"unit": unit(f"pm2-{name}.service"), "daemon": 50, "processes": list(processes), "problem": ""}
    return {**seen, "declared": {"instances": 1, "schedule": None, "script": script}, "log": [], **changes}


def cluster(**changes: Any) -> dict[str, Any]:
    numbers = {"used": 12, "most": 100, "reserved": 3, "recovery": False, "sessions": []}
    seen = {"version": "17", "port": 5432, "unit": unit("postgresql@17-main.service"), "starts_at_boot": True}
    return {**seen, "log": [], "problem": "", **numbers, **changes}


def file_system(mount: str = "/", **changes: Any) -> dict[str, Any]:
    room = {"bytes": 100 * 2**30, "bytes_free": 60 * 2**30, "inodes": 1000, "inodes_free": 900}
    return {"mount": mount, "paths": [mount], **room, "read_only": False, "largest": [], **changes}


def on_disk(names: list[str], **changes: Any) -> dict[str, Any]:
    """A certificate that is valid for 80 days more."""
    dates = {"not_before": NOW - 10 * DAY, "not_after": NOW + 80 * DAY}
    return {"fingerprint": "ab", "names": names, **dates, "key_mode": "0600", **changes}


def renewed(**changes: Any) -> dict[str, Any]:
    """How the last renewal ended."""
    return {"time": "2027-01-15 00:00:02", "outcome": "not due", "errors": [], "path": "/var/log/le.log", **changes}


def well(ours: HostIntent | None = None, **changes: Any) -> Scene:
    """Everything as it should be, but for some observations; ``here_…`` are those of the controller."""
    ours = ours or declared()
    names = {name: {"addresses": ["203.0.113.7"], "problem": "", "hosts_file": []} for name in ours.names}
    seen: dict[str, Any] = {
        "disk": [file_system()],
        "clock": {"now": NOW, "synchronised": True, "container": ""},
        "names": {"names": names, "resolvers": [{"address": "192.0.2.53", "problem": ""}]},
        "firewall": {"unit": unit(), "loaded": True, "missing": [], "surplus": [], "services": [], "tables": {}, "forwards": []},
        "database": [cluster()],
        "services": {
            "orchestrator": service("orchestrator", process(0), process(1)),
            "etl": service("etl", process(0, "etl", status="stopped", exit_code=0)),
        },
        "health": {"orchestrator": ""},
        "sockets": [
            socket(22, "root", "sshd", "0.0.0.0"),
            socket(80, "root", "nginx", "0.0.0.0"),
            socket(443, "root", "nginx", "0.0.0.0"),
            socket(80, "root", "nginx", "::"),
            socket(443, "root", "nginx", "::"),
            socket(4321, "sevastopol", "node"),
            socket(5432, "postgres"),
            socket(8000, "orchestrator", "node"),
        ],
        "flows": [tried(one) for one in ours.connections],
        "nginx": {"unit": unit(), "faults": [], "workers_started": NOW - DAY, "changed": []},
        "certificate": {one.name: on_disk(list(one.names)) for one in ours.certificates},
        "served": {one.name: [] for one in ours.certificates},
        "renewal": {
            "cron": [{"schedule": "0 0 * * *", "user": "root", "command": "certbot renew --quiet"}],
            "cron_active": True,
            "timer_active": False,
            "lineages": {},
        },
        "renewal_log": {one.name: renewed() for one in ours.certificates},
        "monitoring": seen_of(ours.monitoring) if ours.monitoring else {},
        "ssh_refusals": {"since": NOW - DAY, "clients": {}, "others": {}},
    }
    here = {"names": deepcopy(names), "through": {}, "ports": {80: "", 443: ""}, "unseen": {}}
    here |= {"asked": NOW - 1, "answered": NOW + 1}
    for key, value in changes.items():
        into, name = (here, key.removeprefix("here_")) if key.startswith("here_") else (seen, key)
        into[name] = {**into[name], **value} if isinstance(value, dict) else value
    return Scene(ours, seen, {}, here, NOW)


def tried(connection: Connection, outcome: str = "open", detail: str = "") -> Flow:
    """What became of a connection."""
    ended = Ended(outcome=outcome, local="127.0.0.1", peer=connection.address, detail=detail)
    return Flow(probe=asdict(connection), outcomes=[ended])


def brief(finding: Finding) -> tuple[str, str, str, list[str]]:
    """What tables of findings compare: severity, key, text, commands."""
    remedy = [remedy.text if remedy.place == "host" else f"{remedy.place}: {remedy.text}" for remedy in finding.remedy]
    return finding.severity, finding.key, finding.text, remedy


def without(sockets: list[dict[str, Any]], port: int) -> list[dict[str, Any]]:
    return [one for one in sockets if one["port"] != port]


def _account(name: str, title: str) -> dict[str, Any]:
    return {"name": name, "user": name, "home": f"/var/lib/{name}", "title": title}


def squeezed(text: str) -> str:
    """Several lines of a table as one."""
    return re.sub(r"\s+", " ", text).strip()
