# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service in PM2's words: the file that it is started from at boot, and the record that PM2 then holds of it."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from .model import Health, Service

_MEBIBYTE = 1024 * 1024
#: First pause before a crashed service is started again, in milliseconds; it grows to 15 s, and PM2 never gives up.
_BACKOFF = 100
#: What the role's module for Node.js takes for the unit's journal, which has no path to be opened.
_JOURNAL = "/dev/stdout"


def environment(service: Service, path: str) -> dict[str, str]:
    """The whole environment that a service runs in; nothing comes from whoever starts it."""
    return {
        "HOME": service.home,
        "LANG": "C.UTF-8",
        "LOGNAME": service.user,
        "NODE_ENV": "production",
        "PATH": path,
        "USER": service.user,
        **service.environment,
        **service.secrets,
    }


def application(service: Service, path: str) -> dict[str, Any]:
    """The service as PM2 reads it from an ecosystem file."""
    app: dict[str, Any] = {
        "name": service.name,
        "cwd": service.place,
        "script": service.script,
        "args": list(service.args),
        "interpreter": service.interpreter,
        "interpreter_args": list(service.interpreter_args),
        "exec_mode": service.mode,
        "instances": service.instances,
        "env": environment(service, path),
        # Drops every variable of the process that starts PM2 (all names contain the empty string).
        "filter_env": [""],
        "out_file": _JOURNAL,
        "error_file": _JOURNAL,
        "merge_logs": True,
        "kill_timeout": service.stop_timeout * 1000,
        "listen_timeout": service.start_timeout * 1000,
        "pmx": False,
        "vizion": False,
    }
    if service.schedule:
        app.update({"autorestart": False, "cron_restart": service.schedule})
    else:
        app["exp_backoff_restart_delay"] = _BACKOFF
    if service.max_memory:
        app["max_memory_restart"] = f"{service.max_memory}M"
    return app


def ecosystem(service: Service, path: str, release: str) -> str:
    """The ecosystem file: what boots is what is declared. ``release`` is the one that ``current`` then leads to."""
    health = asdict(service.health) if service.health else None
    content = {"release": release, "health": health, "apps": [application(service, path)]}
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


def declared(content: str, service: Service) -> tuple[str, Service] | None:
    """The release and the service that an ecosystem file of this service describes; ``None`` if it can't be read."""
    try:
        data = json.loads(content)
        app = data["apps"][0]
        return str(data["release"]), replace(
            service,
            script=app["script"],
            args=tuple(app["args"]),
            interpreter=app["interpreter"],
            interpreter_args=tuple(app["interpreter_args"]),
            mode=app["exec_mode"],
            instances=app["instances"],
            # Which of them were secret is not written down; so all of them are kept from sight.
            environment={},
            secrets=app["env"],
            schedule=app.get("cron_restart"),
            health=Health(**data["health"]) if data["health"] else None,
            stop_timeout=app["kill_timeout"] // 1000,
            start_timeout=app["listen_timeout"] // 1000,
            working_directory=app["cwd"].removeprefix(service.current).strip("/"),
            max_memory=int(app["max_memory_restart"].removesuffix("M")) if "max_memory_restart" in app else None,
        )
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def record(service: Service, path: str) -> dict[str, Any]:
    """What PM2 holds of a service started from :func:`ecosystem` (the fields of ``pm2_env``)."""
    wanted: dict[str, Any] = {
        "name": service.name,
        "pm_cwd": service.place,
        "pm_exec_path": posixpath.join(service.place, service.script),
        "args": list(service.args),
        "exec_interpreter": service.interpreter,
        "node_args": list(service.interpreter_args),
        "exec_mode": f"{service.mode}_mode",
        "env": environment(service, path),
        "pm_out_log_path": _JOURNAL,
        "pm_err_log_path": _JOURNAL,
        "kill_timeout": service.stop_timeout * 1000,
        "listen_timeout": service.start_timeout * 1000,
        "pmx": False,
        "autorestart": service.schedule is None,
        "cron_restart": service.schedule,
        "exp_backoff_restart_delay": None if service.schedule else _BACKOFF,
        "max_memory_restart": service.max_memory * _MEBIBYTE if service.max_memory else None,
    }
    return wanted


def update(wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, Any]:
    """The ``current_conf`` that turns PM2's record of a process into the wanted one at its next start.

    PM2 replaces the fields that it is given and deletes those that are the text ``null``. It also spreads the variables
    over the record, from where removed ones would reach the process for ever: they are deleted there as well.
    """
    removed = set(actual.get("env", {})) - set(wanted["env"]) - {"unique_id"}
    fields = {name: "null" if value is None else value for name, value in wanted.items()}
    kept = {"unique_id": actual["env"]["unique_id"]} if "unique_id" in actual.get("env", {}) else {}
    return {**dict.fromkeys(sorted(removed), "null"), **fields, "env": {**wanted["env"], **kept}}
