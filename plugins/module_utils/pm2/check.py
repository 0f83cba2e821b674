# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What cannot work of a declared service, before anything is touched. Pure."""

from __future__ import annotations

import re

from ..faults import Faults
from .mode import check_together
from .model import Service, ServiceError

_RECORD = """
    args autorestart autostart axm_actions axm_dynamic axm_monitor axm_options created_at cron_restart cwd env
    exec_interpreter exec_mode exit_code filter_env instance_var instances kill_timeout km_link listen_timeout
    max_memory_restart merge_logs name namespace node_args node_version pm_cwd pm_err_log_path pm_exec_path
    pm_id pm_out_log_path pm_pid_path pm_uptime pmx prev_restart_delay restart_time script status treekill
    unique_id unstable_restarts username version versioning vizion vizion_running wait_ready watch windowsHide
"""
#: PM2 spreads a service's variables over its own record of the process, so these names would overwrite its state.
RESERVED = frozenset(_RECORD.split())
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z")
#: A path inside a release, without . and .. on the way.
INSIDE = r"(?!\.{1,2}(/|$))[A-Za-z0-9_.@-]+(/(?!\.{1,2}(/|$))[A-Za-z0-9_.@-]+)*"


#: What people start applications with, and no release holds as a file.
COMMANDS = frozenset({
    "bash", "bun", "bunx", "cargo", "corepack", "deno", "gunicorn", "java", "make", "node", "nodejs", "npm", "npx", "php",
    "pip", "pm2", "pnpm", "poetry", "python", "python3", "ruby", "sh", "sudo", "ts-node", "tsx", "uv", "uvicorn", "yarn",
})  # fmt: skip
_STARTERS = {"bun", "npm", "pnpm", "yarn"}


def script_fault(script: str) -> str | None:
    """Why a script cannot be one, as far as that shows before there is a release: it has to be a file of it."""
    if script.startswith("/") or ".." in script.split("/"):
        return f"{script!r} is not a path inside the release"
    command = script.split(" ")[0]
    if command not in COMMANDS:
        return None
    starts = f"what `{command} start` runs stands in package.json, scripts.start; " if command in _STARTERS else ""
    return (
        f"{script!r} is a command, and a script is a file of the release, such as dist/server.js; {starts}"
        "options go into args, and what runs the file is the interpreter"
    )


def check(service: Service) -> None:
    """Raise :class:`ServiceError` with every fault of a declaration, one a line."""
    faults: list[str] = []
    for label, value in (("name", service.name), ("user", service.user)):
        if not _NAME.match(value):
            faults.append(f"{label}: {value!r} is not lower-case letters, digits, '-' and '_', beginning with a letter")
    for label, variables in (("environment", service.environment), ("secrets", service.secrets)):
        for name in variables:
            if not _VARIABLE.match(name):
                faults.append(f"{label}.{name}: not a name of an environment variable")
            elif name in RESERVED or name == service.name:
                faults.append(
                    f"{label}.{name}: PM2 keeps its own state under this name; choose another, such as {name.upper()}"
                )
    for label, paths in (("working_directory", (service.working_directory,)), ("writable", service.writable)):
        for path in filter(None, paths):
            if not re.fullmatch(INSIDE, path):
                faults.append(f"{label}: {path!r} is not a path inside the release, such as packages/web")
    for name in sorted(set(service.environment) & set(service.secrets)):
        faults.append(f"secrets.{name}: also in environment; keep it in one of them")
    if service.instances < 1:
        faults.append(f"instances: {service.instances} is less than 1")
    together = Faults()
    check_together(vars(service), service.instances > 1, "", together)
    faults += map(str, together)
    if fault := script_fault(service.script):
        faults.append(f"script: {fault}")
    if faults:
        raise ServiceError("\n".join(faults))
