# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Can the site be reached from the controller; or, behind an origin lock, can it not?"""

from __future__ import annotations

from ipaddress import ip_address

from ...endpoint import endpoint
from ..model import CERTIFICATE, REFUSED, Check, Finding, HostIntent, Remedy, Scene
from ..sockets import listener
from ..words import holder
from .firewall import LOAD


def judge(scene: Scene) -> list[Finding]:
    """Ports of Nginx at the external address that do not answer, or should not. By that for HTTP certificates are proven."""
    found = []
    for number, problem in scene.here["ports"].items():
        port = int(number)
        if problem and not _is_locked(scene, port):
            found.append(_closed(scene, port, problem))
        elif not problem and _is_locked(scene, port):
            found.append(_open(scene, port))
    return found


def summary(scene: Scene) -> str:
    """Which answer."""
    ports = [int(port) for port in scene.here["ports"]]
    told = " and ".join(map(str, ports))
    if all(_is_locked(scene, port) for port in ports):
        return f"{scene.intent.external_address} answers nobody but Cloudflare on {told}"
    return f"{scene.intent.external_address} answers on {told}"


def _is_locked(scene: Scene, port: int) -> bool:
    """Whether the controller should be refused; at which address it is seen, the host knows."""
    lock, client = scene.intent.lock, scene.seen.get("client", "")
    return lock is not None and not (client and lock.lets_in(ip_address(client), port))


def _open(scene: Scene, port: int) -> Finding:
    where = endpoint(scene.intent.external_address, port)
    text = f"Port {port} of the site answers from here: the origin is open beside Cloudflare."
    rows = ", ".join(f"{row.path} ({row.name})" for row in scene.intent.lock.rows) if scene.intent.lock else ""
    evidence = (f"from here: {where} answers", f"the rows let in Cloudflare alone: {rows}")
    return Finding("origin-open", str(port), text, evidence, (LOAD,))


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
    follows = intent.proven_over_http() if port == intent.http_port else ()
    symptom = CERTIFICATE if port == intent.http_port else REFUSED
    return Finding("front-closed", str(port), text, tuple(evidence), (remedy,), "error", symptom, follows, heals=True)


def _applies(intent: HostIntent) -> bool:
    return intent.has_sites


CHECK = Check(
    "from here",
    judge,
    summary,
    uses=("client", "sockets"),
    here=("ports",),
    symptoms=frozenset({REFUSED, CERTIFICATE}),
    applies=_applies,
)
