# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authenticated origin pulls: the certificate by which the server knows that it is Cloudflare's zone that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults
from .kinds import Choice
from .pem import CERTIFICATES, ONE_CERTIFICATE, PRIVATE_KEY
from .record import Record, says


@dataclass(frozen=True)
class OriginPulls(Record):
    """What Cloudflare shows the server, and what the server makes of it."""

    certificate: str = says(
        "The certificate that Cloudflare shows, in PEM: one for clients, and not an authority's.",
        ONE_CERTIFICATE,
        required=True,
    )
    key: str = says(
        "Its private key in PEM, from the vault; needed until Cloudflare has the certificate.",
        PRIVATE_KEY,
        default="",
    )
    authority: str = says(
        "Certificates in PEM by which Nginx knows it: of the authority that signed it; empty where it signs itself.",
        CERTIFICATES,
        default="",
    )
    mode: Literal["disabled", "log", "required"] = says(
        "log: Cloudflare shows it, and Nginx logs who does not; required: Nginx refuses who does not; disabled: neither.",
        Choice("disabled", "log", "required"),
        default="log",
    )

    @classmethod
    def read(cls, value: object, path: str, faults: Faults) -> OriginPulls | None:
        """The record; what stands in its place may be a key, and is shown to nobody."""
        if not isinstance(value, Mapping):
            faults.error(path, None, "is not a mapping", "write a mapping with certificate and key")
            return None
        found = super().read(value, path, faults)
        if found is not None and not found.certificate:
            reason = "is empty, so there is nothing that Cloudflare could show"
            faults.error(f"{path}.certificate", None, reason, f"give one, or leave out {path}")
        return found
