# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a change does to a host, in words: what each task of the roles is told, and how the matrix looks from there.

The first part of a path is a subject: ``matrix``, or the role; the second one of a role's tasks, ``MODULE NAME``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from .difference import Change
from .secrets import CONTENT, names_in
from .sentences import Sentence, Sentences, about, changed_secrets, count_of_lines, generic, shown, value_of

MATRIX = "matrix"

Said: TypeAlias = "str | tuple[str, str]"


def _role(change: Change) -> str:
    if change.kind == "added":
        return "is set up here from now on"
    return "is not set up here any more; what it has set up stays until it is removed by hand"


def _zone(change: Change) -> str:
    """That Cloudflare begins to obey, or ends."""
    if change.kind == "removed":
        return "the zone is left as it is from now on, for there is no token"
    records = ", ".join(name for zone in change.after.values() for name in zone["records"])
    return f"the zone obeys the data from now on: {records or 'no records'}"


def _file(change: Change) -> Said:
    """A file as a whole, or a part of it that is another."""
    path, part = change.path[3], change.path[4] if len(change.path) > 4 else ""
    if not part:
        if change.kind == "removed":
            return f"{path} is not written any more, and stays"
        return f"{path} is removed" if change.after.get("state") == "absent" else f"{path} is written, a new file"
    if part in ("content", "group", "mode", "owner", "state") and (change.kind != "changed" or part == "state"):
        gone = change.after == "absent" if part == "state" else change.kind == "removed"
        return f"{path} is {'removed' if gone else 'written, a new file'}"
    if part != "content":
        return about(f"{path}:", generic(change, 4))
    if CONTENT in names_in(str(change.after)):
        return f"{path} changes, and what it holds is secret"
    if secrets := changed_secrets(change):
        return f"{path}: {secrets}"
    return f"{path} changes, {count_of_lines(change)}"


def _way_of_activation(change: Change) -> Said:
    """What a commit does with its files, besides writing them."""
    return f"how the commit {_name(change.path[1])} is checked and put into effect changes:", change.path[2]


def _about(noun: str, start: int, come: str, gone: str) -> Sentence:
    """Says of something with a name, the part of the path at ``start``, that it comes, goes, or has changed in a field."""

    def sentence(change: Change) -> Said:
        what = f"{noun} {_name(change.path[start])}".strip()
        if len(change.path) > start + 1:
            return about(f"{what}:", generic(change, start + 1))
        return f"{what} {come if change.kind == 'added' else gone}"

    return sentence


def _after(subject: str, begin: int) -> Sentence:
    return lambda change: about(subject, generic(change, begin))


def _name(part: str) -> str:
    return part.partition(" ")[2] or part


def _variable(change: Change) -> str:
    """By name only: what a service is told may be a secret wherever it stands."""
    kind, name = change.path[2], change.path[3] if len(change.path) > 3 else ""
    verb = {"added": "is new", "removed": "goes", "changed": "changes", "reordered": "changes"}[change.kind]
    return " ".join(f"{_name(change.path[1])}: {kind} {name} {verb}".split())


def _package(change: Change) -> Said:
    if not change.nameless:
        return generic(change, 1)
    return ("installed is" if change.kind == "added" else "not asked for any more, and left there, is"), change.path[-1]


def _reach(change: Change) -> Said:
    """From where a role of the database may come."""
    verb = "may connect from" if change.kind == "added" else "may not connect any more from"
    return (f"role {change.path[3]} {verb}", change.path[-1]) if change.nameless else _DATABASE_ROLE(change)


def _rights(change: Change) -> Said:
    verb = "is granted" if change.kind == "added" else "is not granted any more"
    if not change.nameless:
        return _DATABASE_ROLE(change)
    return f"role {change.path[3]} {verb} {change.path[4]}", change.path[-1]


def _database_certificate(change: Change) -> Said:
    part = change.path[2] if len(change.path) > 2 else ""
    if part.startswith("ca_"):
        return "the database gets a certificate of another authority"
    if part:
        return about("the database's certificate:", generic(change, 2))
    if change.kind == "added":
        return "the database gets a certificate, and who comes over the network is admitted over TLS alone"
    return "the database's certificate is not renewed any more, and stays"


def _listening(change: Change) -> Said:
    component = change.path[2]
    if not change.nameless:
        return about(f"{component}:", generic(change, 3))
    return f"{component} {'listens on' if change.kind == 'added' else 'does not listen any more on'}", change.path[-1]


def _carries(change: Change) -> Said:
    if not change.nameless:
        return generic(change, 1)
    return ("carries" if change.kind == "added" else "does not carry any more"), change.path[-1]


def _set(change: Change) -> Said:
    """A set of addresses that rules name."""
    if len(change.path) > 4 or change.kind in ("changed", "reordered"):
        return about("firewall: zone", generic(change, 3))
    if change.kind == "added":
        return f"firewall: rules name the zone {change.path[3]}: {shown(change.after)}"
    return "firewall: no rule names any more the zone", change.path[3]


def _record(change: Change) -> Said:
    """A record at Cloudflare."""
    if len(change.path) > 4:
        return about(f"record {change.path[3]}:", generic(change, 4))
    return f"record {change.path[3]} is {'made' if change.kind == 'added' else 'deleted'}"


def _rule(change: Change) -> Said:
    """Which rows have other rules; how these read stands in the file that is loaded."""
    value: Any = value_of(change)
    if change.path[2] == "gateway":
        ways = {"added": "hosts behind it get out by way of it", "removed": "nobody gets out by way of it any more"}
        whole = len(change.path) == 4 and change.kind in ways
        return ways[change.kind] if whole else "firewall: what hosts behind it may send to the outside is another"
    if len(change.path) < 4:
        return f"firewall: {change.path[2]} has its rules in another order"
    name = value["name"] if change.nameless and isinstance(value, Mapping) and "name" in value else change.path[3]
    return f"firewall: {change.path[2]} has other rules of", str(name)


def _user(change: Change) -> Said:
    if change.kind not in ("added", "removed"):
        return generic(change, 1)
    value: Any = value_of(change)
    name = value if isinstance(value, str) else change.path[2]
    return ("runs as users of its own" if change.kind == "added" else "does not need any more the users"), name


_DATABASE_ROLE = _about("role", 3, "is made", "is not looked after any more, and stays in the database")

#: The first whose pattern fits speaks.
SENTENCES: Sentences = (
    ("matrix.firewall.sets.**", _set),
    ("matrix.firewall.*.**", _rule),
    ("matrix.listen.*.addresses.*", _listening),
    ("matrix.listen.*", _about("", 2, "listens", "does not listen here any more")),
    ("matrix.components.*", _carries),
    ("matrix.accounts.*", _user),
    ("matrix.users.*", _user),
    ("cloudflare", _zone),
    ("*", _role),
    ("*.confirmed_commit *.files.*.**", _file),
    ("*.confirmed_commit *.directories.**", _after("directory", 3)),
    ("*.confirmed_commit *.*.**", _way_of_activation),
    ("*.admin_users *.admins.*.**", _about("admin", 3, "is made", "is no admin any more")),
    ("*.pm2_service *.environment.**", _variable),
    ("*.pm2_service *.build_environment.**", _variable),
    ("*.pm2_service *.secrets.**", _variable),
    ("*.pm2_service *.**", _about("", 1, "is deployed", "is not looked after any more, and runs on")),
    ("*.postgresql_certificate *.**", _database_certificate),
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
    ("*.cloudflare_zone *.records.*.**", _record),
    ("*.cloudflare_zone *.settings.*.**", _after("setting", 3)),
    ("*.cloudflare_zone *.origin_pulls.*.**", _after("authenticated origin pulls:", 3)),
    ("*.apt *.name.*", _package),
    ("*.**", lambda change: generic(change, 1)),
)
