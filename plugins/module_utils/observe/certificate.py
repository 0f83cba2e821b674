# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The certificates on the disk."""

from __future__ import annotations

import hashlib
import os
import ssl
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, final

from ..certificates.lineage import read_certificate
from .run import ObservationError, Run, output


@final
class Certificate(TypedDict):
    """``fingerprint`` (SHA-256 of the first certificate in ``fullchain.pem``, hexadecimal), ``names``, ``not_before`` and
    ``not_after`` (seconds since the epoch) and ``key_mode`` (permissions of ``privkey.pem``, octal).
    """

    fingerprint: str
    names: list[str]
    not_before: float
    not_after: float
    key_mode: str


class Absent(TypedDict):
    """Why there is none that can be read."""

    error: str


def observe(run: Run, directories: Mapping[str, str]) -> dict[str, Certificate | Absent]:
    """Certificates by their names, each in a directory of certbot's."""
    return {name: _look(run, directory) for name, directory in directories.items()}


def _look(run: Run, directory: str) -> Certificate | Absent:
    try:
        return _read(run, directory)
    except ObservationError as error:
        return {"error": str(error)}


def _read(run: Run, directory: str) -> Certificate:
    chain = Path(directory) / "fullchain.pem"
    try:
        text = chain.read_text(encoding="ascii", errors="replace")
        mode = stat.S_IMODE(os.stat(Path(directory) / "privkey.pem").st_mode)
    except OSError as error:
        raise ObservationError(f"there is no certificate: {error.filename}: {error.strerror}") from None
    shown = output(
        run, "openssl", "x509", "-in", str(chain), "-noout", "-ext", "subjectAltName", "-startdate", "-enddate"
    )
    try:
        names, not_before, not_after = read_certificate(shown)
        fingerprint = fingerprint_of(text)
    except ValueError as error:
        raise ObservationError(f"{chain} cannot be read: {error}") from None
    return {
        "fingerprint": fingerprint,
        "names": list(names),
        "not_before": not_before,
        "not_after": not_after,
        "key_mode": f"{mode:04o}",
    }


def fingerprint_of(chain: str) -> str:
    """SHA-256 of the first certificate of a chain (PEM). :raises ValueError: there is none."""
    if ssl.PEM_FOOTER not in chain:
        raise ValueError("it holds no certificate")
    first = chain[: chain.index(ssl.PEM_FOOTER) + len(ssl.PEM_FOOTER)]
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest()
