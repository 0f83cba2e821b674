# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates of clients, as the README has one made."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool


@dataclass(frozen=True)
class Signed:
    """A certificate and its key, each in PEM, and a file with both."""

    certificate: str
    key: str
    file: Path


def signed_by_itself(directory: Path) -> Signed:
    """A new one."""
    certificate, key, both = (directory / name for name in ("origin-pulls.crt", "origin-pulls.key", "both.pem"))
    subprocess.run(
        [
            *(tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"),
            *("-days", "365", "-subj", "/CN=origin pulls", "-addext", "basicConstraints=critical,CA:FALSE"),
            *("-addext", "extendedKeyUsage=clientAuth", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    both.write_text(certificate.read_text() + key.read_text())
    return Signed(certificate.read_text(), key.read_text(), both)
