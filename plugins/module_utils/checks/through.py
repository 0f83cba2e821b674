# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does Cloudflare answer for the sites, and does it get through to the server?"""

from __future__ import annotations

from collections.abc import Iterator

from ..cloudflare.edge_errors import edge_error
from ..observe.edge import Through, leads_in_a_circle
from .edge import EDGE, look_from_outside
from .model import Check, Finding, Scene, held, skipped
from .public_name import leads_to_cloudflare


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each name."""
    for name, answer in scene.seen[EDGE]["through"].items():
        yield _judge(scene, name, answer)


def _judge(scene: Scene, name: str, answer: Through) -> Finding:
    title = f"https://{name} is answered through Cloudflare"
    if not answer.get("address"):
        return skipped(title, answer["error"])
    if not leads_to_cloudflare(scene.intent.matrix, answer["address"]):
        return skipped(title, f"from here it leads to {answer['address']}, which is not Cloudflare's")
    if "error" in answer:
        return held(title, answer["error"]) if answer["distrusted"] else skipped(title, answer["error"])
    site, error = scene.intent.site, edge_error(answer["status"], scene.intent.pulls)
    evidence = f"{answer['address']}: status {answer['status']}, cf-ray {answer['ray'] or 'not sent'}"
    if error:
        part = error.part and f"{site} --tags {error.part}"
        return held(title, f"status {answer['status']}: {error.cause}", evidence, remedy=(part,) if part else ())
    if leads_in_a_circle(name, answer):
        reason = "it is redirected to itself: Cloudflare asks the server over HTTP (ssl_mode flexible or off), which redirects it"
        return held(title, reason, evidence, remedy=(f"{site} --tags cloudflare",))
    return held(title, "" if answer["ray"] else "whoever answers there is not Cloudflare: no cf-ray is sent", evidence)


CHECK = Check("Sites through Cloudflare", look_from_outside, judge)
