# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What does Cloudflare answer in the site's place?"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from ...cloudflare.edge_errors import edge_error
from ...observe.edge import Through, leads_in_a_circle
from ..edge import kind_of
from ..model import CERTIFICATE, Check, Finding, HostIntent, Remedy, Scene


def judge(scene: Scene) -> list[Finding]:
    """Errors of Cloudflare's, and circles, of those names that lead there."""
    return [finding for name, answer in _there(scene) for finding in _judge(scene.intent, name, answer)]


def summary(scene: Scene) -> str:
    """How many names are answered."""
    answered = sum("status" in answer for _name, answer in _there(scene))
    return f"{answered} of {len(scene.intent.names)} names are answered through Cloudflare"


def _there(scene: Scene) -> Iterator[tuple[str, Through]]:
    for name, answer in scene.here["through"].items():
        address = answer.get("address", "")
        if address and any(ip_address(address) in network for network in scene.intent.expected):
            yield name, answer


def _judge(intent: HostIntent, name: str, answer: Through) -> Iterator[Finding]:
    if "error" in answer:
        if answer["distrusted"]:
            text = f"The certificate that Cloudflare shows for {name} is refused by browsers."
            hint = Remedy("see SSL/TLS, Edge Certificates in Cloudflare's dashboard", "dns")
            yield Finding("edge-certificate", name, text, (answer["error"],), (hint,), symptom=CERTIFICATE)
        return
    status = answer["status"]
    evidence = (f"from here: https://{name}/ at {answer['address']}: status {status}, cf-ray {answer['ray'] or 'not sent'}",)
    error = edge_error(status, intent.pulls)
    if error:
        text = f"Cloudflare answers {status} for {name}: {error.cause}."
        mend = intent.tagged(error.part) if error.part else Remedy("sudo tail /var/log/nginx/error.log")
        yield Finding(kind_of(status), name, text, evidence, (mend,), symptom=CERTIFICATE, heals=True)
    elif leads_in_a_circle(name, answer):
        text = f"{name} is redirected to itself for ever: Cloudflare asks over HTTP, which Nginx redirects to HTTPS."
        remedy = (Remedy("network_dns.ssl_mode: strict", "dns"), intent.tagged("cloudflare"))
        yield Finding("edge-circle", name, text, evidence, remedy, symptom=CERTIFICATE)


def _applies(intent: HostIntent) -> bool:
    return intent.has_sites and intent.proxied


CHECK = Check(
    "through Cloudflare", judge, summary, here=("through",), symptoms=frozenset({CERTIFICATE}), applies=_applies
)
