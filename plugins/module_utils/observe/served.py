# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificate the web server shows for each name, held against the one on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..certificates.served import mismatches
from .run import ObservationError, Run


def observe(_run: Run, directory: str, names: Sequence[str], port: int, address: str = "localhost") -> list[str]:
    """For which names another certificate is shown, or none, in words; nothing when it is the one on disk."""
    try:
        chain = (Path(directory) / "fullchain.pem").read_text(encoding="ascii", errors="replace")
        return mismatches(names, chain, address, port, patience_seconds=0)
    except OSError as error:
        raise ObservationError(f"there is no certificate: {error.filename}: {error.strerror}") from None
    except ValueError as error:
        raise ObservationError(f"{directory}/fullchain.pem cannot be read: {error}") from None
