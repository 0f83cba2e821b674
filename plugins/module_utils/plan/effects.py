# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What follows from changes on a host: what is reloaded, restarted, built or asked for anew, as far as data say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .difference import Change

#: Commands that activate files -> what they do. What is not here is said as it stands.
_COMMANDS: Sequence[tuple[str, str]] = (
    (r"systemctl daemon-reload", ""),
    (r"systemctl (?:--quiet )?(?:enable --now|start) (.+)", r"\1 is started"),
    (r"systemctl (?:--quiet )?enable .*", ""),
    (r"usermod .*", ""),
    (r"systemctl reload-or-restart nostromo-firewall\.service", "the firewall's rules are loaded anew"),
    (r"systemctl (?:--quiet )?disable --now (.+)", r"\1 is stopped"),
    (r"systemctl (?:--quiet )?restart (.+)", r"\1 restarts"),
    (r"systemctl (?:--quiet )?(?:try-)?reload-or-restart (.+)", r"\1 reloads, or restarts if it cannot"),
    (r"systemctl (?:--quiet )?reload (.+)", r"\1 reloads"),
    (r"sh -ec .*nostromo-firewall-forwards.*", ""),
    (r"\S*systemd-(?:sysctl|sysusers|tmpfiles) .*", ""),
    (r".*/nginx/\S+/apply'?", "nginx reloads, or restarts if it cannot"),
    (r"\S*/nostromo-sshd activate", "sshd reloads"),
    (r"\S*/nostromo-postgresql activate \S+", "PostgreSQL reloads, or restarts for settings that need it"),
    (r"\S*/nostromo-postgresql restart \S+", "PostgreSQL restarts"),
    (r"\S*/nostromo-monitoring apply \S+", "programs of monitoring take up what changes for them"),
    (r"\S*/pm2-accounts \S+", ""),
    (r"apt-get update .*", "apt reads its sources"),
)
_AT_CLOUDFLARE = "Cloudflare is asked, and told what differs"
#: Of a commit, what changes with nothing that is activated.
_FILES = ("files", "directories")
#: Of a service, what its release is made of; its processes run all else.
_MADE_OF = frozenset({"source", "build", "build_scripts", "build_environment", "platform", "working_directory", "writable",
                      "migrate"})  # fmt: skip
#: Of a service, what only says how it is deployed.
_HOW = frozenset({"build_timeout", "build_memory", "build_tasks", "build_disk", "build_user", "git_protocols", "keep",
                  "health", "health_timeout", "migrate_timeout", "path"})  # fmt: skip


def effects(changes: Iterable[Change], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What follows, each once.

    :param changes: those of one role on a host; their paths begin with it.
    :param before: what the role's tasks were told; ``after``: what they are.
    """
    by_task: dict[str, list[Change]] = {}
    found: dict[str, None] = {}
    for change in changes:
        if len(change.path) > 1:
            by_task.setdefault(change.path[1], []).append(change)
        elif change.kind == "added":
            found[_AT_CLOUDFLARE if change.path[0] == "cloudflare" else f"{change.path[0]} is set up"] = None
    for task, own in by_task.items():
        module, _space, name = task.partition(" ")
        told = after.get(task)
        if module == "confirmed_commit":
            found |= dict.fromkeys(_of_commit(own, before.get(task) or {}, told) if told else ())
        elif module == "pm2_service":
            found |= dict.fromkeys(_of_service(name, own))
        elif module == "postgresql_certificate" and told:
            found["PostgreSQL reloads, or restarts for settings that need it"] = None
        elif module == "cloudflare_zone":
            found[_AT_CLOUDFLARE] = None
    return list(found)


def _of_commit(changes: Iterable[Change], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    old, new = ({file["path"]: file for file in told.get("files") or ()} for told in (before, after))
    commands: dict[str, None] = {}
    for change in changes:
        if len(change.path) == 2:
            paths: Iterable[str] = new
        elif change.path[2] == "files" and len(change.path) > 3:
            paths = [change.path[3]] if change.path[3] in new else []
        elif change.path[2] in _FILES:
            paths = []
        else:
            continue
        for path in paths:
            own = new[path].get("activate", after.get("activate"))
            if new[path] != old.get(path):
                commands |= dict.fromkeys(_as_list(own))
    return [words for command in commands if (words := in_words(command))]


def _of_service(name: str, changes: Sequence[Change]) -> list[str]:
    if len(changes[0].path) == 2:
        return [f"{name} is built and started"] if changes[0].kind == "added" else []
    fields = {change.path[2] for change in changes}
    if "state" in fields:
        return [f"{name} is {'stopped' if changes[0].after == 'absent' else 'built and started'}"]
    if fields & _MADE_OF:
        return [f"{name} is built anew, and its processes are replaced"]
    if fields == {"instances"}:
        return [f"{name} runs as another number of processes"]
    return [f"{name}'s processes are replaced"] if fields - _HOW else []


def in_words(command: str) -> str:
    """What a command does; empty where nobody would notice."""
    for pattern, words in _COMMANDS:
        if found := re.fullmatch(pattern, command.strip(), re.DOTALL):
            return found.expand(words)
    return f"runs {' '.join(command.split())}"


def _as_list(commands: Any) -> list[str]:
    if isinstance(commands, str):
        return [commands]
    return [str(command) for command in commands or ()]
