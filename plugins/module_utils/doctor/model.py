# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the doctor knows, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from ..document.certificate import Certificate
from ..matrix.model import Network, Protocol
from ..matrix.origin_lock import OriginLock
from ..monitoring.standing import Standing
from ..observe.edge import Through
from ..observe.names import Resolved
from ..observe.seen import Seen

Severity = Literal["error", "warning"]
Place = Literal["host", "here", "dns"]

#: The two entries of the document's troubleshooting and what is wrong with monitoring, by the name that one asks by.
SYMPTOMS = {"econnrefused": "ECONNREFUSED", "certificate": "ERR_CERT_DATE_INVALID", "monitoring": "monitoring"}
REFUSED, CERTIFICATE, MONITORING = SYMPTOMS.values()


@dataclass(frozen=True)
class Remedy:
    """What puts something right: a command on the ``host``, or ``here`` on the controller, or a record for the ``dns``."""

    text: str
    place: Place = "host"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong (``error``) or will be (``warning``).

    ``kind`` and ``subject`` name it for programs. ``evidence`` is what was seen, a line each; ``remedy`` is done in its
    order. ``symptom`` is the document's entry that it explains, if any. ``causes`` holds the keys of findings that
    surely follow from this one, should they be there as well. As a consequence it ``heals`` by itself with its cause, or
    has a remedy of its own.
    """

    kind: str
    subject: str
    text: str
    evidence: tuple[str, ...] = ()
    remedy: tuple[Remedy, ...] = ()
    severity: Severity = "error"
    symptom: str = ""
    causes: tuple[str, ...] = ()
    heals: bool = False

    @property
    def key(self) -> str:
        """What names it in ``causes``."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True)
class Connection:
    """A connection that the matrix allows a component on this host; ``row`` names the row that does, ``owner`` is the
    user of the component that should listen. It is tried as it is: see :func:`..observe.flows.observe`.
    """

    component: str
    user: str
    destination: str
    address: str
    port: int
    row: str
    local: bool
    owner: str = ""
    protocol: Protocol = "tcp"


@dataclass(frozen=True)
class HostIntent:
    """What a host should be. ``proxy`` and ``database`` are the components that serve the sites and hold the databases, here
    or elsewhere; ``expected`` are the addresses to which the site's names may lead, as networks; ``pulls``: Nginx asks Cloudflare
    for a certificate; ``lock`` is the origin lock, if there is one; ``site`` is the command that puts everything back in order,
    and takes ``--tags``.
    """

    host: str
    titles: Mapping[str, str] = field(default_factory=dict)
    components: frozenset[str] = frozenset()
    proxy: str = ""
    database: str = ""
    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    listen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    connections: tuple[Connection, ...] = ()
    names: tuple[str, ...] = ()
    records: Mapping[str, str] = field(default_factory=dict)
    certificates: tuple[Certificate, ...] = ()
    external_address: str = ""
    http_port: int = 0
    https_port: int = 0
    proxied: bool = False
    pulls: bool = False
    expected: tuple[Network, ...] = ()
    lock: OriginLock | None = None
    tolerated: tuple[str, ...] = ()
    monitoring: Standing | None = None
    site: str = "ansible-playbook site.yml"

    @property
    def has_sites(self) -> bool:
        """Whether this host serves the sites, if there are any."""
        return self.proxy in self.components and bool(self.names)

    @property
    def has_certificates(self) -> bool:
        """Whether this host holds the sites' certificates, if there are any."""
        return self.proxy in self.components and bool(self.certificates)

    def of_certificates(self, kind: str) -> tuple[str, ...]:
        """The keys of a kind of finding, of each certificate."""
        return tuple(f"{kind}:{one.name}" for one in self.certificates)

    def proven_over_http(self) -> tuple[str, ...]:
        """The keys of a renewal that failed, of each certificate for which Let's Encrypt has to reach the site (HTTP-01)."""
        return tuple(f"renewal-failed:{one.name}" for one in self.certificates if one.challenge == "http")

    def tagged(self, tag: str) -> Remedy:
        """The run that puts a part back as it is declared."""
        return Remedy(f"{self.site} --tags {tag}", "here")


class Here(TypedDict, total=False):
    """What the controller saw by itself: ``asked`` and ``answered``, between which the host was looked at; where ``names``
    lead, and what is answered ``through`` Cloudflare there; what is wrong with ``ports``, empty where they answer; and which of
    these are ``unseen``, and why.
    """

    asked: float
    answered: float
    names: dict[str, Resolved]
    through: dict[str, Through]
    ports: dict[int, str]
    unseen: dict[str, str]


@dataclass(frozen=True)
class Scene:
    """Everything that there is to judge: what was seen of the host, what not and why, and what ``here``; ``now`` is the
    controller's time.
    """

    intent: HostIntent
    seen: Seen = field(default_factory=Seen)
    unseen: Mapping[str, str] = field(default_factory=dict)
    here: Here = field(default_factory=Here)
    now: float = 0.0


@dataclass(frozen=True)
class Check:
    """A part of the system. ``needs`` are the observations without which it cannot be judged, ``uses`` further ones;
    ``here`` says that it needs none of the host, but what the controller sees. ``summary`` says in a few words what was seen
    when nothing was found.
    """

    name: str
    judge: Callable[[Scene], Sequence[Finding]]
    summary: Callable[[Scene], str]
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    symptoms: frozenset[str] = frozenset()
    applies: Callable[[HostIntent], bool] = lambda _intent: True


@dataclass(frozen=True)
class Traced:
    """A finding with the finding from which it follows, if it is a consequence."""

    finding: Finding
    cause: Finding | None = None

    @property
    def remedy(self) -> tuple[Remedy, ...]:
        """What is to be done about it, once its cause is gone."""
        return () if self.cause and self.finding.heals else self.finding.remedy


@dataclass(frozen=True)
class Diagnosis:
    """The findings, causes before consequences; what ``passed`` and what was ``skipped``: check -> words."""

    host: str
    findings: tuple[Traced, ...] = ()
    passed: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)

    def of(self, severity: Severity) -> int:
        """How many findings of a severity there are."""
        return sum(traced.finding.severity == severity for traced in self.findings)
