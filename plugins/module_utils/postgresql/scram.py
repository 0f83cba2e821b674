# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SCRAM-SHA-256 verifiers as PostgreSQL stores them (RFC 5802, RFC 7677; ``scram-common.c``).

``SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>``. A password can be compared with a stored verifier, and a
new verifier made, without the password itself ever being sent to the server.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re

ITERATIONS = 4096  # RFC 7677 and PostgreSQL's default
SALT_BYTES = 16
#: More than that are not computed, and count as another password: who stored them could keep us busy for hours.
MOST_ITERATIONS = 100_000

_VERIFIER = re.compile(r"SCRAM-SHA-256\$([1-9][0-9]{0,8}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)")


def check_password(password: str) -> None:
    """:raises ValueError: the password is empty, or not printable ASCII, which SASLprep (RFC 4013) would have to rewrite."""
    if not password:
        raise ValueError("the password is empty")
    if not all(" " <= character <= "~" for character in password):
        raise ValueError("the password has characters other than printable ASCII")


def verifier(password: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    """What PostgreSQL stores for a password. :raises ValueError: see :func:`check_password`."""
    check_password(password)
    salt = os.urandom(SALT_BYTES) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    shown = (base64.b64encode(part).decode("ascii") for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(iterations, *shown)


def matches(password: str, stored: str | None) -> bool:
    """Whether a stored verifier was made from the password. False for MD5 hashes and for roles without a password."""
    found = _VERIFIER.fullmatch(stored or "")
    if not found or int(found[1]) > MOST_ITERATIONS:
        return False
    try:
        salt = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        return False
    return hmac.compare_digest(verifier(password, salt, int(found[1])), found[0])
