# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do the site's names lead where they should, asked on the host and from the controller, and do resolvers answer?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from ...document.certificate import certificate_of
from ...observe.names import Resolved
from ..model import CERTIFICATE, Check, Finding, HostIntent, Remedy, Scene

_RENEWAL = "renewal-failed"


def judge_host(scene: Scene) -> list[Finding]:
    """As the host sees them: its certbot and its services use these."""
    return [*_resolvers(scene), *_names(scene)]


def summary_host(scene: Scene) -> str:
    """Where they lead."""
    return f"on the host {_lead(scene.intent)}; resolvers answer"


def judge_here(scene: Scene) -> list[Finding]:
    """As the controller's resolver sees them, which clients may well share."""
    return [
        _wrong(scene.intent, name, one, "from here", ())
        for name, one in scene.here["names"].items()
        if not _right(scene, one)
    ]


def summary_here(scene: Scene) -> str:
    """Where they lead."""
    return f"from here {_lead(scene.intent)}"


def _lead(intent: HostIntent) -> str:
    return f"{len(intent.names)} names lead to {'the proxy in front' if intent.proxied else intent.external_address}"


def _resolvers(scene: Scene) -> Iterator[Finding]:
    resolvers = scene.seen["names"]["resolvers"]
    evidence = tuple(f"{one['address']}: {one['problem'] or 'answers'}" for one in resolvers)
    remedy = (Remedy("cat /etc/resolv.conf; resolvectl status"),)
    host = scene.intent.host
    if not any(not one["problem"] for one in resolvers):
        text = "No resolver answers: this host can look up no name." if resolvers else "The host has no resolver."
        follows = (
            *(f"name-wrong:{name} on the host" for name in scene.intent.names),
            *scene.intent.of_certificates(_RENEWAL),
        )
        yield Finding("resolver-down", host, text, evidence, remedy, causes=follows)
    elif resolvers[0]["problem"]:
        text = f"The first resolver, {resolvers[0]['address']}, does not answer: every lookup waits for the second."
        yield Finding("resolver-slow", host, text, evidence, remedy, "warning")


def _names(scene: Scene) -> Iterator[Finding]:
    for name, one in scene.seen["names"]["names"].items():
        if not _right(scene, one):
            yield _wrong(scene.intent, name, one, "on the host", one["hosts_file"])


def _right(scene: Scene, one: Resolved) -> bool:
    """Whether a name leads where it should, and nowhere else."""
    intent = scene.intent
    found = [ip_address(address) for address in one["addresses"]]
    there = all(any(address in net for net in intent.expected) for address in found)
    return there and (bool(found) if intent.proxied else ip_address(intent.external_address) in found)


def _wrong(intent: HostIntent, name: str, one: Resolved, where: str, hosts_file: Iterable[str]) -> Finding:
    certificate = certificate_of(name, intent.certificates)
    renewal = f"{_RENEWAL}:{certificate.name}" if certificate else ""
    wanted = "the proxy's addresses" if intent.proxied else intent.external_address
    leads = f"leads to {', '.join(one['addresses'])}" if one["addresses"] else f"cannot be resolved ({one['problem']})"
    lines = tuple(hosts_file)
    if lines:
        pattern = name.replace(".", r"\.")
        remedy = Remedy(rf"sudo sed -i '/\b{pattern}\b/d' /etc/hosts")
    else:
        record = intent.records.get(name, f"{name} A {intent.external_address}")
        remedy = Remedy(f"{record}, proxied" if intent.proxied else record, "dns")
    return Finding(
        "name-wrong",
        f"{name} {where}",
        f"{name} {leads} {where}, not to {wanted}." if one["addresses"] else f"{name} {leads} {where}.",
        tuple(f"/etc/hosts: {line}" for line in lines) or (f"{name}: {', '.join(one['addresses']) or one['problem']}",),
        (remedy,),
        symptom=CERTIFICATE,
        causes=(renewal,) if renewal in intent.proven_over_http() else (),
        heals=True,
    )


def _applies(intent: HostIntent) -> bool:
    return intent.has_sites


_SYMPTOMS = frozenset({CERTIFICATE})
HOST = Check("names", judge_host, summary_host, ("names",), symptoms=_SYMPTOMS, applies=_applies)
HERE = Check("names from here", judge_here, summary_here, here=("names",), symptoms=_SYMPTOMS, applies=_applies)
