# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The certificates of the sites, and how they are renewed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ..faults import Faults
from .kinds import Choice, Many, Matching, Text
from .options import Option, Plain
from .record import Record, says
from .renewal import command_fault, schedule_fault
from .schema import Schema, text
from .words import ABSOLUTE_PATH, CERTIFICATE_NAME, DNS_NAME, EMAIL, HTTPS_URL

LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"
#: Where certbot keeps certificates, each in a directory of its name.
LIVE = "/etc/letsencrypt/live"
_DAILY, _COMMAND = "0 0 * * *", "certbot renew --quiet"
_NAME = Matching(DNS_NAME.pattern.pattern, "a host name", "use one such as app.example.org", meant="a host name")


class Judged(Plain):
    """A text that a function finds no fault with; ``example`` is one."""

    def __init__(self, fault: Callable[[str], str | None], example: str) -> None:
        self._fault = fault
        self._example = example

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        found = Text().read(value, path, faults)
        if found is not None and (reason := self._fault(found)):
            faults.error(path, value, reason, f"use one such as {self._example}")
            return None
        return found

    def schema(self) -> Schema:
        """Its schema."""
        return text(examples=[self._example])


@dataclass(frozen=True)
class Renewal(Record):
    """How the certificate is renewed."""

    method: Literal["cron", "timer"] = says(
        "By cron or by certbot's own timer.", Choice("cron", "timer"), required=True
    )
    schedule: str = says("When cron renews, in its five fields.", Judged(schedule_fault, _DAILY), default=_DAILY)
    command: str = says("What cron runs.", Judged(command_fault, _COMMAND), default=_COMMAND)


@dataclass(frozen=True)
class Certificate(Record):
    """A certificate of Let's Encrypt, at ``path`` in the data."""

    path: str = ""
    name: str = says("Name of the certificate.", CERTIFICATE_NAME, required=True)
    names: tuple[str, ...] = says(
        "Host names that it holds; every host name of network_sites is in one certificate.",
        Many(_NAME),
        required=True,
        default=(),
    )
    directory: str = says("Where certbot keeps it; by default /etc/letsencrypt/live/NAME.", ABSOLUTE_PATH, default="")
    challenge: Literal["http", "dns"] = says(
        "How its names are proven: http by port 80, dns by records that certbot makes at Cloudflare; wildcards need dns.",
        Choice("http", "dns"),
        default="http",
    )
    server: str = says("Directory of the ACME server; by default Let's Encrypt's.", HTTPS_URL, default=LETS_ENCRYPT)
    email: str | None = says(
        "Where notices about the certificate go, by default to network_certificate_email; empty for none.", EMAIL
    )
    renewal: Renewal = says(
        "How the certificate is renewed; by default every night by cron. All that a host holds are renewed in one way.",
        Renewal,
        default=Renewal(method="cron"),
    )

    @classmethod
    def read(cls, value: object, path: str, faults: Faults) -> Certificate | None:
        """The record, with the directory in which certbot keeps it."""
        found = super().read(value, path, faults)
        return replace(found, directory=found.directory or f"{LIVE}/{found.name}") if found else None

    def plain(self, email: str) -> dict[str, Any]:
        """Everything that is said of it, for templates; ``email`` is where notices go of which it says nothing."""
        return {
            **{key: value for key, value in asdict(self).items() if key != "path"},
            "email": email if self.email is None else self.email,
            "names": list(self.names),
            "hook": self.hook,
        }

    @property
    def hook(self) -> str:
        """What puts it into service once it is issued or renewed."""
        return f"/etc/letsencrypt/deploy-{self.name}"


class OneOrSeveral(Many[Certificate]):
    """A certificate as it stands, or a list of several."""

    def read(self, value: object, path: str, faults: Faults) -> tuple[Certificate, ...] | None:
        """Reads them."""
        if not isinstance(value, Mapping):
            return super().read(value, path, faults)
        only = Certificate.read(value, path, faults)
        return (only,) if only else ()

    def schema(self) -> Schema:
        """Their schema: what it says of a mapping holds for that alone, and likewise of a list."""
        return {**super().schema(), **Certificate.schema(), "type": ["object", "array"]}

    def option(self) -> Option:
        """Their option."""
        return {"type": "raw"}


CERTIFICATES = OneOrSeveral(Certificate)


def certificate_of(hostname: str, certificates: Iterable[Certificate]) -> Certificate | None:
    """The certificate with which a site is served: the one that holds its name, or else the wildcard one label above."""
    wildcard, every = f"*.{hostname.partition('.')[2]}", list(certificates)
    return next((one for name in (hostname, wildcard) for one in every if name in one.names), None)
