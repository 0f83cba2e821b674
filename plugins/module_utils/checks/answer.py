# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do the site's answers carry the promised headers, and is an old version of TLS refused?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..matrix.model import Host
from ..probe.site import Answer
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped
from .site import SITE, ask
from .web_server import WebServer


def needs(intent: Intent, host: Host) -> Needs:
    """What the site answers."""
    return ask(intent, host) if intent.web_server and intent.sites else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each site that answers, and one of TLS."""
    web = scene.intent.web_server or WebServer()
    for site in scene.intent.sites:
        answer = scene.seen[SITE]["answers"][site.hostname]["https"]
        if "headers" in answer:
            yield _headers(site.hostname, web.headers_of(site), answer)
    if not {"TLSv1", "TLSv1.1"} & web.tls_protocols:
        said = scene.seen[SITE]["old_tls"]
        title = "TLS 1.0 and 1.1 are refused"
        if said in ("refused", "spoken"):
            yield held(title, "" if said == "refused" else "a connection with one of them was made")
        else:
            yield skipped(title, said)


def _headers(name: str, promised: Mapping[str, str], answer: Answer) -> Finding:
    """Each promised header once, with its value."""
    wrong = []
    for header, value in promised.items():
        sent = [text for key, text in answer["headers"] if key == header.lower()]
        if sent != [value]:
            wrong.append(f"{header} is {' and '.join(sent) or 'not sent'}, not {value}")
    return held(f"https://{name} answers with the promised headers", "; ".join(wrong))


CHECK = Check("Headers and TLS versions of the answers", needs, judge, part="nginx")
