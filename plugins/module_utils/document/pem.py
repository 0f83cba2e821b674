# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates and keys of the document, in PEM."""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from ..faults import Faults
from ..pem import CERTIFICATE, blocks
from .options import Option, Plain
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


ONE_CERTIFICATE = Pem((CERTIFICATE,), "one certificate")
CERTIFICATES = Pem((CERTIFICATE,), "certificates", single=False)
PRIVATE_KEY = Pem(_KEYS, "one private key without a passphrase", secret=True)
