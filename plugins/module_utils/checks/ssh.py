# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Are the SSH settings in force those of the data, for everybody?"""

from __future__ import annotations

from collections.abc import Iterator

from ..matrix.model import Host
from ..observe.sshd import Settings
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held


def needs(_intent: Intent, _host: Host) -> Needs:
    """Every host has an sshd."""
    return {"sshd": {}}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each documented directive of sshd_config(5): nobody has an exception to it."""
    for directive, value in scene.intent.ssh.items():
        wanted = [str(one).lower() for one in (value if isinstance(value, list) else [value])]
        yield _directive(directive, wanted, scene.seen["sshd"])


def _directive(directive: str, wanted: list[str], seen: Settings) -> Finding:
    keyword = directive.lower()
    found = {"": seen["settings"].get(keyword, [])}
    found |= {user: own[keyword] for user, own in seen["users"].items() if keyword in own}
    told = {user: [one.lower() for one in values] for user, values in found.items()}
    wrong = [
        f"in force is {', '.join(values) or 'nothing'}" + (f" for {user}" if user else "")
        for user, values in told.items()
        if values != wanted
    ]
    evidence = [
        f"sshd -T{f' -C user={user}' if user else ''}: {keyword} {' '.join(values)}" for user, values in told.items()
    ]
    return held(f"{directive} is {', '.join(wanted)}", "; ".join(wrong), *evidence)


CHECK = Check("SSH settings in force", needs, judge, part="ssh")
