# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service, and what PM2 says of it when all is well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.pm2.compare import Actual, Unit
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.definition import ecosystem, record
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Health, Process, Service

PATH = "/usr/bin:/bin"
RELEASE = "aaaaaaaaaaaa-000001"

API = Service(
    name="api",
    user="api",
    home="/var/lib/api",
    directory="/srv/api",
    script="src/server.js",
    mode="cluster",
    instances=2,
    environment={"PORT": "8000"},
    secrets={"PGPASSWORD": "hush"},
    health=Health("127.0.0.1", 8000, "/health"),
)
JOB = replace(API, mode="fork", instances=1, health=None, schedule="*/15 * * * *")


def process(service: Service = API, number: int = 0, **changes: Any) -> Process:
    """A process as PM2 reports it; ``changes`` go into its record."""
    held = record(service, PATH)
    held = {name: value for name, value in held.items() if value is not None}
    held["env"] = {**held["env"], "unique_id": "0-0", "PM2_HOME": service.pm2_home, service.name: "{}"}
    held |= {"status": "online", "restart_time": 0, "pm_uptime": 2_000_000} | changes
    return Process.from_pm2(
        {"pm_id": number, "name": changes.get("name", service.name), "pid": 100 + number, "pm2_env": held}
    )


def healthy(service: Service = API, **changes: Any) -> Actual:
    """The service deployed, running, unchanged."""
    actual = Actual(
        unit=Unit(active=True, enabled=True, pid=10, started=1000.0, changed=900.0),
        daemon=10,
        processes=tuple(process(service, number) for number in range(service.instances)),
        release=RELEASE,
        switched=1500.0,
        definition=ecosystem(service, PATH, RELEASE),
    )
    return replace(actual, **changes)
