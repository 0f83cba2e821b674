# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the site answers on its own host, where nobody outside may ask it."""

from __future__ import annotations

from typing import Any

from ..nginx.workers import acting_as_workers
from ..probe import whole_site
from .run import Run


def observe(_run: Run, address: str, **asked: Any) -> whole_site.WholeSite:
    """As :func:`..probe.whole_site.observe`, by the web server's own user."""
    with acting_as_workers():
        return whole_site.observe(address, **asked)
