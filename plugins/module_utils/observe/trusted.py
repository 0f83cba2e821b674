# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For which names this host's own web server shows no certificate that a proxy in front of it would accept."""

from __future__ import annotations

from collections.abc import Sequence

from ..certificates.trusted import without_certificate
from ..nginx.workers import acting_as_workers
from .run import Run


def observe(_run: Run, names: Sequence[str], authorities: str = "", address: str = "127.0.0.1", port: int = 443) -> list[str]:
    """The names, each with why; asked by the web server's own user."""
    with acting_as_workers():
        return without_certificate(dict.fromkeys(names, address), authorities, port)
