# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which certificate the web server shows for each name, held against the one on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from ..certificates.served import mismatches
from .run import Run


class Wanted(TypedDict):
    """A certificate in its ``directory``, to be shown for some ``names``."""

    directory: str
    names: Sequence[str]


def observe(
    _run: Run, certificates: Mapping[str, Wanted], port: int, address: str = "localhost"
) -> dict[str, list[str]]:
    """Certificate -> for which names another one is shown, or none, in words; nothing when it is the one on disk."""
    return {name: _mismatches(**wanted, address=address, port=port) for name, wanted in certificates.items()}


def _mismatches(directory: str, names: Sequence[str], address: str, port: int) -> list[str]:
    try:
        chain = (Path(directory) / "fullchain.pem").read_text(encoding="ascii", errors="replace")
        return mismatches(names, chain, address, port, patience_seconds=0)
    except (OSError, ValueError):
        return []  # that there is none is told by the observation of the certificate
