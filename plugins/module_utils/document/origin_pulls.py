# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authenticated origin pulls: the certificate by which the server knows that it is Cloudflare's zone that asks."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults
from ..pem import CERTIFICATE, blocks
from .kinds import Choice
from .options import Option, Plain
from .record import Record, says
from .schema import Schema, text

#: A key without a passphrase: of any kind, or as OpenSSL before 3.0 writes it.
_KEYS = ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")


class Pem(Plain):
    """Blocks of PEM with one of these labels; one alone where ``single``. Empty for none."""

    def __init__(self, labels: Sequence[str], what: str, single: bool = True, secret: bool = False) -> None:
        self._labels = labels
        self._what = what
        self._single = single
        self._secret = secret

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it, as lines that end in a line break; no fault tells what it is."""
        if isinstance(value, str) and self._is_right(value.strip()):
            return f"{value.strip()}\n" if value.strip() else ""
        reason = f"is not {self._what} in PEM (-----BEGIN {self._labels[0]}-----)"
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
        found = blocks(given)
        if not found or (self._single and len(found) > 1):
            return not given
        return all(one.label in self._labels and (one.label != CERTIFICATE or _decodes(one.text)) for one in found)


def _decodes(certificate: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificate)
    except ssl.SSLError:
        return False
    return True


@dataclass(frozen=True)
class OriginPulls(Record):
    """What Cloudflare shows the server, and what the server makes of it."""

    certificate: str = says(
        "The certificate that Cloudflare shows, in PEM: one for clients, and not an authority's.",
        Pem((CERTIFICATE,), "one certificate"),
        required=True,
    )
    key: str = says(
        "Its private key in PEM, from the vault; needed until Cloudflare has the certificate.",
        Pem(_KEYS, "one private key without a passphrase", secret=True),
        default="",
    )
    authority: str = says(
        "Certificates in PEM by which Nginx knows it: of the authority that signed it; empty where it signs itself.",
        Pem((CERTIFICATE,), "certificates", single=False),
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
