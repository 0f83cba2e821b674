# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Words that are sound and yet look like slips of the hand: almost what stands elsewhere, or what everybody writes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from ..document.certificate import LETS_ENCRYPT
from ..document.network import account_of
from ..document.variables import Document
from ..faults import Faults, show
from .model import HTTP, HTTPS, POSTGRESQL, SSH

#: Let's Encrypt's directories, for earnest and for trials.
ACME_SERVERS = (LETS_ENCRYPT, "https://acme-staging-v02.api.letsencrypt.org/directory")
_APPLICATIONS = (HTTP, HTTPS, POSTGRESQL, SSH)
# Of a URL, or what git takes in place of one.
_HOST = re.compile(r"(?:[a-z+]+://)?(?:[^@/]+@)?([^/:]+)")
_SHELLS = ("/bin/bash", "/bin/sh", "/usr/bin/bash", "/usr/sbin/nologin", "/bin/false", "/usr/bin/false")
#: What libpq and most programs for the web go by.
_VARIABLES = (
    "HOST", "NODE_ENV", "PORT", "PGAPPNAME", "PGDATABASE", "PGHOST", "PGHOSTADDR", "PGPASSWORD", "PGPORT", "PGREQUIREAUTH",
    "PGSSLMODE", "PGUSER",
)  # fmt: skip
_INTERPRETERS = ("bun", "deno", "node", "none", "python3")
_HEADERS = ("CF-Connecting-IP", "True-Client-IP", "X-Forwarded-For", "X-Real-IP")
# Of shorter words, one is soon like another.
_SHORTEST = 4


def check_words(document: Document, faults: Faults) -> None:
    """Note words that were probably meant to be others. Each may be right, so these are warnings."""
    told = set()
    for path, word, known in _words(document):
        meant = next((one for one in known if is_slip(word, one)), None) if word not in known else None
        if meant is not None and path not in told:
            told.add(path)
            faults.warning(path, word, f"{show(word)} is almost {meant}", f"did you mean {meant}?")


def _words(document: Document) -> Iterator[tuple[str, str, Collection[str]]]:
    """Path, word, and what it may have been meant to be."""
    served = [site.hostname for site in document.sites]
    domains = Counter((one.hostname or "").partition(".")[2] for one in document.components.values())
    for key, component in document.components.items():
        path = f"network_components.{key}"
        if component.user:
            yield f"{path}.user", component.user, [key]
        if component.hostname:
            label, _dot, domain = component.hostname.partition(".")
            yield f"{path}.hostname", component.hostname, served
            yield f"{path}.hostname", label, [key]
            usual = [one for one, times in domains.items() if times > domains[domain]]
            yield f"{path}.hostname", domain, [document.domain, *usual]
        if component.user and component.home and component.shell:
            yield f"{path}.home", component.home, [account_of(component.user)[0]]
            yield f"{path}.shell", component.shell, _SHELLS
        for index, listener in enumerate(component.listeners):
            yield f"{path}.ports[{index}].application", listener.application, _APPLICATIONS
    used = {end for row in (*document.flows, *document.baseline_flows) for end in (row.source, row.destination)}
    for zone in document.zones.keys() - used:
        yield f"network_zones.{zone}", zone, sorted(document.zones.keys() & used)
    for certificate in document.certificates:
        yield f"{certificate.path}.server", certificate.server, ACME_SERVERS
    if document.client_address:
        yield "network_client_address.header", document.client_address.header, _HEADERS
    for index, server in enumerate(document.dns.nameservers if document.dns else ()):
        yield f"network_dns.nameservers[{index}]", server.partition(".")[2], ["cloudflare.com"]
    for service, one in document.services.items():
        yield f"network_services.{service}.interpreter", one.interpreter, _INTERPRETERS
        for variable in (*one.environment, *one.secrets):
            yield f"network_services.{service}.environment.{variable}", variable, _VARIABLES
    for path, host in _hosts(document):
        yield path, host, [document.domain]
        yield path, host.partition(".")[2], [document.domain]


def _hosts(document: Document) -> Iterator[tuple[str, str]]:
    """Where else there may be a host of the domain."""
    for name, source in document.service_sources.items():
        for kind, address in (("git", source.git), ("archive", source.archive)):
            yield f"network_service_sources.{name}.{kind}", host[1] if (host := _HOST.match(address or "")) else ""
    yield "network_certificate_email", document.certificate_email.rpartition("@")[2]


def is_slip(word: str, meant: str) -> bool:
    """Whether fingers make one word of another: a letter is lost or doubled, or two are swapped."""
    return len(meant) >= _SHORTEST and word != meant and word in _slips(meant)


def _slips(meant: str) -> Iterator[str]:
    for at, letter in enumerate(meant):
        before, rest = meant[:at], meant[at + 1 :]
        yield before + rest[:1] + letter + rest[1:]
        # Numbers and a plural tell things apart.
        if not letter.isdigit() and (rest or letter != "s"):
            yield before + rest
            yield before + letter * 2 + rest
