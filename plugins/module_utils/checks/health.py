# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does each component say that it is healthy?"""

from __future__ import annotations

from collections.abc import Iterator

from ..matrix.compile import EVERYWHERE, LOOPBACK, listen_address
from ..matrix.model import Host
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held


def needs(intent: Intent, host: Host) -> Needs:
    """The health checks of the host's components, asked as their own users."""
    services = {}
    for key in sorted(host.components):
        component = intent.matrix.components[key]
        if component.health and component.user and component.listeners:
            address = listen_address(intent.matrix, host, component)[0]
            services[key] = {
                "user": component.user,
                "address": LOOPBACK if address in EVERYWHERE else address,
                "port": component.listeners[0].port,
                "path": component.health,
            }
    return {"health": {"services": services}} if services else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """An answer says what is wrong, if anything."""
    for component, wrong in sorted(scene.seen["health"].items()):
        yield held(f"{component} is healthy", wrong, f"{component}: {wrong or 'healthy'}", destination=component)


CHECK = Check("Health of the services", needs, judge)
