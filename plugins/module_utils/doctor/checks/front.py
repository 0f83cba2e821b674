# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Can the site be reached from the controller?"""

from __future__ import annotations

from ...endpoint import endpoint
from ..model import CERTIFICATE, REFUSED, Check, Finding, HostIntent, Remedy, Scene
from ..sockets import listener
from ..words import holder
from .firewall import LOAD


def judge(scene: Scene) -> list[Finding]:
    """Ports of Nginx that do not answer at the external address. That for HTTP is where certificates are proven."""
    return [_closed(scene, int(port), problem) for port, problem in scene.here["ports"].items() if problem]


def summary(scene: Scene) -> str:
    """Which answer."""
    ports = " and ".join(str(port) for port in scene.here["ports"])
    return f"{scene.intent.external_address} answers on {ports}"


def _closed(scene: Scene, port: int, problem: str) -> Finding:
    intent = scene.intent
    where = endpoint(intent.external_address, port)
    evidence = [f"from here: {problem}"]
    socket = listener(scene, "0.0.0.0", port) if "sockets" in scene.seen else None
    scheme = "https" if port == intent.https_port else "http"
    remedy = Remedy(f"curl --verbose --insecure --max-time 5 --head {scheme}://{where}/", "here")
    if socket:
        evidence.append(f"on the host, {endpoint(socket['address'], port)} is listened on by {holder(socket)}")
        remedy = LOAD
    text = f"Port {port} of the site does not answer from here."
    follows = intent.of_certificates("renewal-failed") if port == intent.http_port else ()
    symptom = CERTIFICATE if port == intent.http_port else REFUSED
    return Finding("front-closed", str(port), text, tuple(evidence), (remedy,), "error", symptom, follows, heals=True)


def _applies(intent: HostIntent) -> bool:
    return intent.has_sites


CHECK = Check(
    "from here",
    judge,
    summary,
    uses=("sockets",),
    here=("ports",),
    symptoms=frozenset({REFUSED, CERTIFICATE}),
    applies=_applies,
)
