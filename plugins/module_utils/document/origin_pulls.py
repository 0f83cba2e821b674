# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authenticated origin pulls: the certificate by which the server knows that it is Cloudflare's zone that asks."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults
from .kinds import Choice
from .options import Option, Plain
from .record import Record, says
from .schema import Schema, text

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s+[A-Za-z0-9+/=\s]+-----END \1-----")


class Pem(Plain):
    """Blocks of PEM (RFC 7468) of one label, such as ``CERTIFICATE``; one alone where ``single``. Empty for none."""

    def __init__(self, label: str, what: str, single: bool = True, secret: bool = False) -> None:
        self._label = label
        self._what = what
        self._single = single
        self._secret = secret

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it, as lines that end in a line break; no fault tells what it is."""
        if isinstance(value, str) and self._is_right(value.strip()):
            return f"{value.strip()}\n" if value.strip() else ""
        reason = f"is not {self._what} in PEM (-----BEGIN {self._label}-----)"
        remedy = "give its text, not its path: from a file with lookup('ansible.builtin.file', PATH)"
        faults.error(path, None, reason, remedy)
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return text()

    def option(self) -> Option:
        """Its option."""
        return {"type": "str", **({"no_log": True} if self._secret else {})}

    def _is_right(self, given: str) -> bool:
        blocks = list(_BLOCK.finditer(given))
        if _BLOCK.sub("", given).strip() or (self._single and len(blocks) > 1):
            return False
        return all(one[1].endswith(self._label) and self._decodes(one[0]) for one in blocks)

    def _decodes(self, block: str) -> bool:
        if self._label != "CERTIFICATE":
            return True
        try:
            return bool(ssl.PEM_cert_to_DER_cert(block))
        except ValueError:
            return False


@dataclass(frozen=True)
class OriginPulls(Record):
    """What Cloudflare shows the server, and what the server makes of it."""

    certificate: str = says(
        "The certificate that Cloudflare shows, in PEM: one for clients, and not an authority's.",
        Pem("CERTIFICATE", "one certificate"),
        required=True,
    )
    key: str = says(
        "Its private key in PEM, from the vault; needed until Cloudflare has the certificate.",
        Pem("PRIVATE KEY", "one private key without a passphrase", secret=True),
        default="",
    )
    authority: str = says(
        "Certificates in PEM by which Nginx knows it: of the authority that signed it; empty where it signs itself.",
        Pem("CERTIFICATE", "certificates", single=False),
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
