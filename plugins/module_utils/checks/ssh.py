# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Are the SSH settings in force those of the data, for everybody?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..matrix.model import SERVER, Host
from ..observe.sshd import Settings
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held

#: The directives of which one that is "no" means that nobody logs in with a password.
_PASSWORDS = ("PasswordAuthentication", "KbdInteractiveAuthentication")
_KEY_ONLY = ["publickey"]


def needs(intent: Intent, host: Host) -> Needs:
    """What the files of its sshd say, and what the one that runs offers."""
    listeners = intent.matrix.components[SERVER].listeners
    addresses = ["127.0.0.1", "::1", *map(str, host.addresses)]
    asked = {"ssh_offers": {"port": listeners[0].port, "addresses": addresses}} if listeners else {}
    return {"sshd": {}, **(asked if _keys_only(intent) else {})}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each documented directive of sshd_config(5): nobody has an exception to it."""
    for directive, value in scene.intent.ssh.items():
        wanted = [str(one).lower() for one in (value if isinstance(value, list) else [value])]
        yield _directive(directive, wanted, scene.seen["sshd"])
    if "ssh_offers" in scene.seen:
        yield _offered(scene.seen["ssh_offers"])


def _keys_only(intent: Intent) -> bool:
    return any(intent.ssh.get(directive) in ("no", False) for directive in _PASSWORDS)


def _offered(found: Mapping[str, list[str]]) -> Finding:
    """Asked of the daemon that runs, which may have been started with other files."""
    wrong = [f"it offers {', '.join(methods)} to {user}" for user, methods in found.items() if methods != _KEY_ONLY]
    evidence = [f"{user} is offered {', '.join(methods)}" for user, methods in found.items()]
    title = "the sshd that runs lets nobody in but by a key"
    return held(title, "; ".join(wrong), *evidence, remedy=("sudo sshd -t && sudo systemctl restart ssh",))


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
