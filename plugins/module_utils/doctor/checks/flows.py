# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do the connections that the matrix allows get through, as the users that make them?"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from ...endpoint import endpoint
from ...observe.flows import Ended
from ...probe.connect import FILTERED, OPEN
from ..model import MONITORING, REFUSED, Check, Connection, Finding, HostIntent, Remedy, Scene
from ..sockets import listener
from ..words import holder, number
from .firewall import LOAD


def judge(scene: Scene) -> list[Finding]:
    """Connections that fail although somebody listens at the far end, or that lead to another host and fail."""
    return [finding for one, problem in _tried(scene) if problem for finding in _look(scene, one, problem)]


def summary(scene: Scene) -> str:
    """How many were made; where nobody listens is the finding of whoever should."""
    tried = _tried(scene)
    made = sum(not problem for _one, problem in tried)
    others = len(tried) - made
    rest = f"; {others} not, for nobody listens there" if others else ""
    return f"{number(made, 'connection')} made, each as its own user{rest}"


def _tried(scene: Scene) -> list[tuple[Connection, str]]:
    """Each connection with why it was not made; empty where it was."""
    return [(Connection(**one["probe"]), _words(one["outcomes"][0])) for one in scene.seen["flows"]]


def _words(ended: Ended) -> str:
    if ended["outcome"] in (OPEN, FILTERED):
        return "" if ended["outcome"] == OPEN else "no answer"
    code = getattr(errno, ended["detail"], 0)
    return os.strerror(code) if code else ended["detail"]


def _look(scene: Scene, one: Connection, problem: str) -> Iterator[Finding]:
    intent = scene.intent
    sender, receiver = intent.titles[one.component], intent.titles[one.destination]
    where = endpoint(one.address, one.port)
    socket = listener(scene, one.address, one.port) if one.local else None
    if one.local and socket is None:
        return  # nobody listens: that is the finding of whoever should
    if socket and one.owner and socket["user"] not in (one.owner, "root"):
        return  # the firewall lets nobody hear a stranger on the port: that is the finding of whose port it is
    subject = f"{one.component} to {one.destination}"
    evidence = [f"as {one.user}, connect to {where}: {problem}", f"{one.row} allows it"]
    unhealthy = (f"service-unhealthy:{one.component}",)
    if socket is not None:
        evidence.insert(1, f"{where} is listened on by {holder(socket)}")
        same = "firewall" in scene.seen and not (scene.seen["firewall"]["missing"] or scene.seen["firewall"]["surplus"])
        remedy = intent.tagged("firewall") if same else LOAD
        text = f"The firewall of this host refuses {sender} to {receiver} ({where}), which the matrix allows."
        yield Finding(
            "flow-refused", subject, text, tuple(evidence), (remedy,), "error", REFUSED, unhealthy, heals=True
        )
    else:
        text = f"{sender} does not get through to {receiver} on another host ({where})."
        hint = Remedy(f"sudo -u {one.user} timeout 3 bash -c '</dev/tcp/{one.address}/{one.port}'")
        yield Finding("flow-lost", subject, text, tuple(evidence), (hint,), "error", REFUSED, unhealthy)


def _applies(intent: HostIntent) -> bool:
    return bool(intent.connections)


CHECK = Check(
    "flows",
    judge,
    summary,
    ("flows", "sockets"),
    uses=("firewall",),
    symptoms=frozenset({REFUSED, MONITORING}),
    applies=_applies,
)
