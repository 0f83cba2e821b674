# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a change does to a host, in words: what each task of the roles is told, and how the matrix looks from there.

The first part of a path is a subject: ``matrix``, or the role; the second one of a role's tasks, ``MODULE NAME``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .difference import Change
from .sentences import Sentence, changed_secrets, count_of_lines, generic, is_entry, shown

MATRIX = "matrix"


def _role(change: Change) -> str:
    if change.kind == "added":
        return "is set up here from now on"
    return "is not set up here any more; what it has set up stays until it is removed by hand"


def _file(change: Change) -> str:
    path, told = change.path[3], change.after if change.kind == "added" else change.before
    if change.kind == "removed":
        return f"{path} is not written any more, and stays"
    return f"{path} is removed" if told.get("state") == "absent" else f"{path} is written, a new file"


def _content(change: Change) -> str:
    path = change.path[3]
    if secrets := changed_secrets(change):
        return f"{path}: {secrets}"
    if change.kind != "changed":
        return f"{path} is {'written' if change.kind == 'added' else 'not written any more'}"
    return f"{path} changes, {count_of_lines(change)}"


def _state(change: Change) -> str:
    gone = change.after == "absent"
    return f"{change.path[3]} is {'removed' if gone else 'written'}"


def _about(noun: str, start: int, come: str, gone: str) -> Sentence:
    """Says of something with a name, the part of the path at ``start``, that it comes, goes, or has changed in a field."""

    def sentence(change: Change) -> str:
        name = _name(change.path[start])
        what = f"{noun} {name}".strip()
        if len(change.path) > start + 1:
            return f"{what}: {generic(change, start + 1)}"
        return f"{what} {come if change.kind == 'added' else gone}"

    return sentence


def _name(part: str) -> str:
    return part.partition(" ")[2] or part


def _variable(change: Change) -> str:
    """By name only: what a service is told may be a secret wherever it stands."""
    kind, name = change.path[2], change.path[3] if len(change.path) > 3 else ""
    verb = {"added": "is new", "removed": "goes", "changed": "changes", "reordered": "changes"}[change.kind]
    return f"{_name(change.path[1])}: {kind} {name} {verb}".replace("  ", " ")


def _package(change: Change) -> str:
    name = change.path[-1]
    return f"package {name} is installed" if change.kind == "added" else f"package {name} is not asked for any more, and stays"


def _reach(change: Change) -> str:
    """From where a role of the database may come."""
    verb = "may connect from" if change.kind == "added" else "may not connect any more from"
    return f"role {change.path[3]} {verb} {change.path[-1]}" if is_entry(change) else _DATABASE_ROLE(change)


def _rights(change: Change) -> str:
    verb = "is granted" if change.kind == "added" else "is not granted any more:"
    if not is_entry(change):
        return _DATABASE_ROLE(change)
    return f"role {change.path[3]} {verb} {change.path[4]} {change.path[-1]}"


def _listening(change: Change) -> str:
    component, address = change.path[2], change.path[-1]
    if not is_entry(change):
        return f"{component}: {generic(change, 3)}"
    return f"{component} {'listens on' if change.kind == 'added' else 'does not listen any more on'} {address}"


def _carries(change: Change) -> str:
    if not is_entry(change):
        return generic(change, 1)
    return f"{'carries' if change.kind == 'added' else 'does not carry any more'} {change.path[-1]}"


def _set(change: Change) -> str:
    """A set of addresses that rules name."""
    if len(change.path) > 4 or change.kind in ("changed", "reordered"):
        return f"firewall: zone {generic(change, 3)}"
    if change.kind == "added":
        return f"firewall: rules name the zone {change.path[3]}: {shown(change.after)}"
    return f"firewall: no rule names the zone {change.path[3]} any more"


def _record(change: Change) -> str:
    """A record at Cloudflare."""
    if len(change.path) > 4:
        return f"record {change.path[3]}: {generic(change, 4)}"
    return f"record {change.path[3]} is {'made' if change.kind == 'added' else 'deleted'}"


def _rule(change: Change) -> str:
    way = change.path[2]
    value: dict[str, Any] = change.after if change.kind == "added" else change.before
    if change.kind == "reordered" or not isinstance(value, dict):
        return f"firewall: rules of {way} stand in another order"
    told = {key: item for key, item in value.items() if key not in ("name", "rows") and item not in ("", "any", [], ())}
    return f"firewall: {way} {'gains' if change.kind == 'added' else 'loses'} a rule of {value['name']}: {shown(told)}"


_DATABASE_ROLE = _about("role", 3, "is made", "is not looked after any more, and stays in the database")

#: The first whose pattern fits speaks.
SENTENCES: Sequence[tuple[str, Sentence]] = (
    ("matrix.firewall.sets.**", _set),
    ("matrix.firewall.*.**", _rule),
    ("matrix.listen.*.addresses.*", _listening),
    ("matrix.listen.*", _about("", 2, "listens", "does not listen here any more")),
    ("matrix.components.*", _carries),
    ("matrix.**", lambda change: generic(change, 1)),
    ("*", _role),
    ("*.confirmed_commit *.files.*", _file),
    ("*.confirmed_commit *.files.*.content", _content),
    ("*.confirmed_commit *.files.*.state", _state),
    ("*.confirmed_commit *.files.*.**", lambda change: f"{change.path[3]}: {generic(change, 4)}"),
    ("*.pm2_service *.environment.**", _variable),
    ("*.pm2_service *.build_environment.**", _variable),
    ("*.pm2_service *.secrets.**", _variable),
    ("*.pm2_service *.**", _about("", 1, "is deployed", "is not looked after any more, and runs on")),
    ("*.postgresql_access *.users.*.addresses.*", _reach),
    ("*.postgresql_access *.users.*.privileges.*", _rights),
    ("*.postgresql_access *.users.*.member_of.*", _rights),
    ("*.postgresql_access *.users.*.**", _DATABASE_ROLE),
    (
        "*.postgresql_access *.databases.*.**",
        _about("database", 3, "is made", "is not looked after any more, and stays"),
    ),
    (
        "*.certbot_certificate *.**",
        _about("certificate", 1, "is asked for", "is not renewed by us any more, and stays"),
    ),
    ("*.cloudflare_zone *.records.**", _record),
    ("*.cloudflare_zone *.settings.*", lambda change: f"setting {generic(change, 3)}"),
    ("*.apt *.name.*", _package),
    ("*.**", lambda change: generic(change, 1)),
)
