# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where figures come from and where they go."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What the role monitoring has written.
SETTINGS = "/etc/nostromo/monitoring"
_PATIENCE_SECONDS = 10


class FigureError(Exception):
    """A figure cannot be had; the text says which, why and what to do."""


@dataclass(frozen=True)
class Places:
    """Where what is looked at stands, where sums are kept from one run to the next, and where the collector looks."""

    settings: str
    state: str
    published: str

    def setting(self, name: str) -> Any:
        """What the role has written. :raises FigureError: it is not there, or no JSON."""
        path = Path(self.settings, name)
        try:
            return json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise FigureError(f"{path} cannot be read ({error}); the role monitoring writes it") from error


def printed(*command: str) -> str:
    """What a command prints. :raises FigureError: it fails, or does not end."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FigureError(f"{' '.join(command)} failed: {error}") from error
    if done.returncode != 0:
        raise FigureError(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return done.stdout
