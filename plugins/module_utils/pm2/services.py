# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The services of a host, complete: what is declared of them, what the matrix says, and defaults for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..postgresql.connection import trust
from .check import script_fault

#: What can be limited of a service with all its processes.
LIMITS = ("memory_mebibytes", "tasks", "open_files")


def services(declared: Mapping[str, Any], view: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Name -> service with ``name``, ``user``, ``title``, ``home``, ``shell``, ``hosts`` and, if it listens, ``health``.

    The order of declaration is kept: services are deployed in it. With a host's view of the matrix only the components
    on that host remain; their accounts, listening addresses, health checks and ``hosts``, all on which they run, come from it,
    and in their environment how they know a database on another host.
    What a service declares itself wins, but for ``ports``, the only ones on which it may listen.

    :raises ValueError: a script is no file of a release, two services share a user, or a limit is none.
    """
    names = declared if view is None else [name for name in declared if name in view["components"]]
    faults = {name: script_fault(str(declared[name].get("script") or "")) for name in names}
    if any(faults.values()):
        raise ValueError("\n".join(f"pm2_services.{name}.script: {fault}" for name, fault in faults.items() if fault))
    found = {name: _complete(name, declared[name], view or {}) for name in names}
    users: dict[str, str] = {}
    for name, service in found.items():
        other = users.setdefault(service["user"], name)
        if other != name:
            raise ValueError(
                f"pm2_services.{name}.user: {service['user']!r} already runs {other!r}; give each service a user of its own"
            )
    return found


def _complete(name: str, declared: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    user = declared.get("user") or view.get("users", {}).get(name, name)
    account: Mapping[str, Any] = next((item for item in view.get("accounts", []) if item["name"] == user), {})
    service = {
        "name": name,
        "user": user,
        "title": account.get("title", name),
        "home": account.get("home", f"/var/lib/{user}"),
        "shell": account.get("shell", "/usr/sbin/nologin"),
        "hosts": view.get("hosts", {}).get(name, []),
        **declared,
    }
    for key, value in service.get("limits", {}).items():
        if key not in LIMITS:
            raise ValueError(f"pm2_services.{name}.limits.{key}: is no limit; there are {', '.join(LIMITS)}")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"pm2_services.{name}.limits.{key}: {value!r} is not a whole number from 1")
    listen = view.get("listen", {}).get(name)
    environment = declared.get("environment") or {}
    if view and (more := trust(view, environment)):
        service["environment"] = {**more, **environment}
    if view:
        service["ports"] = listen["ports"] if listen else []
    if listen and "health" not in declared:
        path = view.get("health", {}).get(name)
        service["health"] = {
            "address": listen["addresses"][0],
            "port": listen["port"],
            **({"path": path} if path else {}),
        }
    return service
