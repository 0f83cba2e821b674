# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does Nginx run, with the configuration that is on disk?"""

from __future__ import annotations

from collections.abc import Iterator

from ...endpoint import endpoint
from ...observe.nginx import UNIT
from ..edge import DOWN, answered
from ..model import CERTIFICATE, REFUSED, Check, Finding, HostIntent, Remedy, Scene
from ..sockets import listener
from ..words import holder, moment, unit

_PROGRAM = "nginx"
_RELOAD = Remedy("sudo nginx -t && sudo systemctl reload nginx")
_START = Remedy("sudo nginx -t && sudo systemctl restart nginx")


def judge(scene: Scene) -> list[Finding]:
    """The unit, the files, the sockets."""
    return list(_look(scene))


def summary(_scene: Scene) -> str:
    """What was compared."""
    return "runs with the configuration on disk, which is valid"


def _look(scene: Scene) -> Iterator[Finding]:
    seen, intent = scene.seen["nginx"], scene.intent
    state = unit(UNIT, seen["unit"])
    running = seen["unit"]["active"] == "active"
    ports = intent.listen[intent.proxy]["ports"]
    unserved = (*(f"front-closed:{port}" for port in ports), *answered(intent, *DOWN))
    if seen["faults"]:
        end = "it runs on with the one from before, and will not start again" if running else "it cannot start"
        text = f"Nginx' configuration on disk is not valid: {end}."
        faults = tuple(f"nginx -t: {fault}" for fault in seen["faults"])
        follows: tuple[str, ...] = (f"nginx-down:{intent.proxy}", f"nginx-stale:{intent.proxy}")
        yield Finding("nginx-invalid", intent.proxy, text, faults, (intent.tagged("nginx"),), causes=follows)
    if not running:
        follows = (
            *unserved,
            *intent.of_certificates("certificate-not-served"),
            *intent.proven_over_http(),
        )
        others = [
            f"{endpoint(address, port)} is held by {holder(socket)}"
            for port in ports
            for address in intent.listen[intent.proxy]["addresses"]
            if (socket := listener(scene, address, port)) and socket["process"] != _PROGRAM
        ]
        text = "Nginx does not run: the site cannot be reached."
        yield Finding("nginx-down", intent.proxy, text, (state, *others), (_START,), causes=follows, symptom=REFUSED)
    elif not seen["workers_started"]:
        yield Finding("nginx-down", intent.proxy, "Nginx has no workers: nobody is served.", (state,), (_START,))
    else:
        missing = [
            endpoint(address, port)
            for port in ports
            for address in intent.listen[intent.proxy]["addresses"]
            if "sockets" in scene.seen and listener(scene, address, port) is None
        ]
        if missing:
            text = f"Nginx does not listen on {', '.join(missing)}, where the matrix wants it."
            remedy = (intent.tagged("nginx"),)
            yield Finding("nginx-deaf", intent.proxy, text, (state,), remedy, "error", REFUSED, unserved)
    if running and seen["changed"]:
        evidence = (
            f"its newest worker took up its configuration at {moment(seen['workers_started'])}",
            *(f"{one['path']} was changed at {moment(one['time'])}" for one in seen["changed"]),
        )
        text = "Nginx does not run with the configuration on disk: that was changed and not loaded."
        yield Finding("nginx-stale", intent.proxy, text, evidence, (_RELOAD,), "warning")
    if seen["unit"]["enabled"] != "enabled":
        remedy = (Remedy("sudo systemctl enable nginx"),)
        yield Finding(
            "nginx-not-enabled", intent.proxy, "Nginx would not start at the next boot.", (state,), remedy, "warning"
        )


def _applies(intent: HostIntent) -> bool:
    return intent.proxy in intent.components


CHECK = Check(
    "nginx",
    judge,
    summary,
    ("nginx",),
    uses=("sockets",),
    symptoms=frozenset({REFUSED, CERTIFICATE}),
    applies=_applies,
)
