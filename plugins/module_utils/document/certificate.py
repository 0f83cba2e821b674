# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one certificate of all sites, and how it is renewed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults
from .kinds import Choice, Many, Matching, Text
from .options import Plain
from .record import Record, says
from .renewal import command_fault, schedule_fault
from .schema import Schema, text
from .words import ABSOLUTE_PATH, CERTIFICATE_NAME, DNS_NAME, EMAIL, HTTPS_URL

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
    """A certificate of Let's Encrypt."""

    name: str = says("Name of the certificate.", CERTIFICATE_NAME, required=True, default="")
    names: tuple[str, ...] = says(
        "Host names that it holds: every host name of network_sites.", Many(_NAME), required=True, default=()
    )
    directory: str = says("Where certbot keeps it; by default /etc/letsencrypt/live/NAME.", ABSOLUTE_PATH, default="")
    server: str | None = says("Directory of the ACME server; by default Let's Encrypt's.", HTTPS_URL)
    email: str = says("Where notices about the certificate go; empty for none.", EMAIL, default="")
    renewal: Renewal | None = says("How the certificate is renewed; by default every night by cron.", Renewal)
