# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is anybody else heard on a component's port, as it would be while the component is down?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..matrix.compile import EVERYWHERE, listen_address
from ..matrix.model import Host
from ..observe.impostors import IMPOSTOR, UNBOUND
from ..probe.connect import FILTERED, OPEN
from .intent import Intent
from .model import Check, Finding, Needs, Scene, Verdict

_OUTCOMES: Mapping[str, tuple[Verdict, str]] = {
    OPEN: ("failed", "whoever takes it while the component is down is believed: the firewall does not guard it"),
    FILTERED: ("passed", ""),
    UNBOUND: ("skipped", "the port cannot be taken beside it: something listens on every address"),
}


def needs(intent: Intent, host: Host) -> Needs:
    """The ports to take: not those of a public component, which listens on every address, 127.0.0.2 too."""
    matrix = intent.matrix
    ports = {
        key: {"user": component.user, "port": listener.port}
        for key in sorted(host.components)
        if (component := matrix.components[key]).user and listen_address(matrix, host, component) != EVERYWHERE
        for listener in component.listeners[:1]
        if listener.protocol == "tcp"
    }
    return {"impostors": {"ports": ports}} if ports else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each component in whose place a stranger tried to answer."""
    for component, outcome in sorted(scene.seen["impostors"].items()):
        verdict, reason = _OUTCOMES.get(outcome, ("skipped", f"it could not be tried: {outcome}"))
        title = f"no other user is heard on the port of {component}"
        evidence = (f"{IMPOSTOR} on the port of {component}: {outcome}",)
        yield Finding(title, verdict, reason, evidence, destination=component)


CHECK = Check("Ports of services that are down", needs, judge, part="firewall")
