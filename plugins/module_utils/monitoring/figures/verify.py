# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify has found, which hands it over on standard input: ``time`` and ``summary`` of its report."""

from __future__ import annotations

import json
import sys

from ..proof import verify_families
from ..textfile import publish
from .places import Places


def write(places: Places) -> None:
    """Take it over."""
    publish(places.published, "verify", verify_families(json.load(sys.stdin)))
