# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is who asks past Cloudflare, and shows no certificate, refused where one is demanded?"""

from __future__ import annotations

from collections.abc import Iterator

from ..matrix.model import Host
from ..matrix.web import site_ports
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held

_REFUSED = 400


def needs(intent: Intent, host: Host) -> Needs:
    """One request to each web server that demands a certificate."""
    web, front = intent.web_server, intent.matrix.proxy
    if web is None or web.client_certificate != "required" or front not in host.components or not intent.sites:
        return {}
    _http, https = site_ports(intent.matrix.components[front])
    return {"uncertified": {"name": intent.sites[0].hostname, "port": https}}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding of the answer."""
    status = scene.seen["uncertified"]
    wrong = "" if status == _REFUSED else f"status {status}, and not {_REFUSED}"
    yield held("who shows no certificate is refused by the web server", wrong, f"status {status}")


CHECK = Check("Requests without a certificate", needs, judge, part="nginx")
