# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write one figure: its name, and the directory of the textfile collector."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from ...printable import printable
from ..proving import STATE
from .places import SETTINGS, FigureError, Places

#: Each is a module, of which a run loads no other.
FIGURES = ("proof", "counters", "certificates", "verify")


def main(words: Sequence[str], settings: str = SETTINGS, state: str = STATE) -> int:
    """The exit status; what is wrong is said on standard error."""
    if len(words) != 2 or words[0] not in FIGURES:
        sys.stderr.write(f"Say which figure to write ({', '.join(FIGURES)}) and into which directory\n")
        return 2
    figure, published = words
    try:
        import_module(f".{figure}", __package__).write(Places(settings, state, published))
    except (FigureError, OSError, ValueError) as error:
        sys.stderr.write(printable(f"{figure}: {error}") + "\n")
        return 1
    return 0
