# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Words that are sound and yet look like slips of the hand: almost what stands elsewhere, or what everybody writes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from ..document.network import account_of
from ..document.variables import Document
from ..faults import Faults, show
from ..release.model import BUILD_USER
from .customary import (
    ACME_SERVERS,
    APPLICATIONS,
    BRANCHES,
    BUILD_WORDS,
    CLIENT_HEADERS,
    DATABASE_ROLES,
    HEALTH,
    INTERPRETERS,
    NAME_SERVERS,
    NO_HOME,
    PROBED,
    PROCESSES,
    SHELLS,
    SITE_HEADERS,
    VARIABLES,
)
from .link_local import METADATA

# Of a URL, or what git takes in place of one.
_HOST = re.compile(r"(?:[a-z+]+://)?(?:[^@/]+@)?([^/:]+)")
_BETWEEN_WORDS = re.compile(r"[\s/=;&|]+")
_METADATA = tuple(str(network.network_address) for network in METADATA)
# Of shorter words, one is soon like another.
_SHORTEST = 3


def check_words(document: Document, faults: Faults) -> None:
    """Note words that were probably meant to be others. Each may be right, so these are warnings."""
    told = set()
    for path, word, known in _words(document):
        meant = next((one for one in known if is_slip(word, one)), None) if word not in known else None
        if meant is not None and path not in told:
            told.add(path)
            faults.warning(path, word, f"{show(word)} is almost {meant}", f"did you mean {meant}?")


#: Path, word, and what it may have been meant to be.
_Word = tuple[str, str, Collection[str]]


def _words(document: Document) -> Iterator[_Word]:
    yield from _words_of_components(document)
    yield from _words_of_zones(document)
    yield from _words_of_sites(document)
    yield from _words_of_services(document)
    for certificate in document.certificates:
        yield f"{certificate.path}.server", certificate.server, ACME_SERVERS
        yield f"{certificate.path}.name", certificate.name, certificate.names
    for user in document.database_users:
        yield from ((f"{user.path}.member_of[{index}]", role, DATABASE_ROLES) for index, role in enumerate(user.member_of))
    for index, server in enumerate(document.dns.nameservers if document.dns else ()):
        label, _dot, domain = server.partition(".")
        yield f"network_dns.nameservers[{index}]", domain, ["cloudflare.com"]
        yield f"network_dns.nameservers[{index}]", label, NAME_SERVERS
    for index, listener in enumerate(document.tolerated_listeners):
        yield f"network_tolerated_listeners[{index}].process", listener.process or "", PROCESSES
    domains: Counter[str] = Counter()
    for path, host in _hosts(document):
        domains.update((host, host.partition(".")[2]))
        yield path, host, [document.domain]
        yield path, host.partition(".")[2], [document.domain]
    yield "network_domain", document.domain, [one for one, times in domains.items() if times > 1]


def _words_of_components(document: Document) -> Iterator[_Word]:
    served = [site.hostname for site in document.sites]
    domains = Counter((one.hostname or "").partition(".")[2] for one in document.components.values())
    for key, component in document.components.items():
        path = f"network_components.{key}"
        if component.user:
            names = (key, key.replace("_", "-"), component.title.lower().replace(" ", "-"))
            yield f"{path}.user", component.user, [*names, BUILD_USER]
        if component.hostname:
            label, _dot, domain = component.hostname.partition(".")
            yield f"{path}.hostname", component.hostname, served
            yield f"{path}.hostname", label, [key]
            usual = [one for one, times in domains.items() if times > domains[domain]]
            yield f"{path}.hostname", domain, [document.domain, *usual]
        if component.user and component.home and component.shell:
            yield f"{path}.home", component.home, [account_of(component.user)[0], NO_HOME]
            yield f"{path}.shell", component.shell, SHELLS
        yield f"{path}.health", component.health or "", HEALTH
        for index, listener in enumerate(component.listeners):
            yield f"{path}.ports[{index}].application", listener.application, APPLICATIONS


def _words_of_zones(document: Document) -> Iterator[_Word]:
    used = {end for row in (*document.flows, *document.baseline_flows) for end in (row.source, row.destination)}
    for zone in document.zones.keys() - used:
        yield f"network_zones.{zone}", zone, sorted(document.zones.keys() & used)
    if document.client_address:
        yield "network_client_address.header", document.client_address.header, CLIENT_HEADERS
    for zone, targets in document.probe_targets.items():
        for index, target in enumerate(targets):
            yield f"network_probe_targets.{zone}[{index}]", target, PROBED


def _words_of_sites(document: Document) -> Iterator[_Word]:
    limited = [limit.location for limit in document.rate_limits.values()]
    times = Counter([*limited, *(route for site in document.sites for route in site.routes)])
    for site in document.sites:
        for route in site.routes:
            usual = [one for one, count in times.items() if count > times[route]]
            yield f"{site.path}.routes[{show(route)}]", route, usual
        for header in site.headers:
            yield f"{site.path}.headers.{header}", header, SITE_HEADERS


def _words_of_services(document: Document) -> Iterator[_Word]:
    for name, service in document.services.items():
        path = f"network_services.{name}"
        yield f"{path}.interpreter", service.interpreter, INTERPRETERS
        for index, command in enumerate(service.build):
            yield from ((f"{path}.build[{index}]", word, BUILD_WORDS) for word in _BETWEEN_WORDS.split(command))
        yield from ((f"{path}.script", word, BUILD_WORDS) for word in (service.script or "").split("/"))
        for variable in (*service.environment, *service.secrets):
            yield f"{path}.environment.{variable}", variable, VARIABLES
            for word in variable.split("_"):
                yield f"{path}.environment.{variable}", word.lower(), document.components.keys()
    for name, source in document.service_sources.items():
        path = f"network_service_sources.{name}"
        yield f"{path}.git", (source.git or "").rpartition("/")[2], [name, f"{name}.git"]
        yield f"{path}.version", str(source.version or ""), BRANCHES


def _hosts(document: Document) -> Iterator[tuple[str, str]]:
    """Where else there may be a host of the domain."""
    for name, source in document.service_sources.items():
        for kind, address in (("git", source.git), ("archive", source.archive)):
            yield f"network_service_sources.{name}.{kind}", host[1] if (host := _HOST.match(address or "")) else ""
    yield "network_certificate_email", document.certificate_email.rpartition("@")[2]


def is_slip(word: str, meant: str) -> bool:
    """Whether fingers make one word of another: a letter is lost or doubled, or two are swapped."""
    close = len(meant) >= _SHORTEST and abs(len(word) - len(meant)) <= 1 and word != meant
    return close and word in _slips(meant)


def metadata_meant(address: str) -> str:
    """The address of a cloud's metadata service that fingers make another of; empty if there is none."""
    return next((one for one in _METADATA if address not in _METADATA and address in _slips(one, numbers=True)), "")


def _slips(meant: str, *, numbers: bool = False) -> Iterator[str]:
    for at, letter in enumerate(meant):
        before, rest = meant[:at], meant[at + 1 :]
        yield before + rest[:1] + letter + rest[1:]
        # Numbers and a plural tell things apart.
        if numbers or (not letter.isdigit() and (rest or letter != "s")):
            yield before + rest
            yield before + letter * 2 + rest
