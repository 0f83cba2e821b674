# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The address ranges that Cloudflare tells, as plain data."""

from __future__ import annotations

from typing import TypedDict


class Told(TypedDict):
    """The ranges, or an ``error``."""

    addresses: list[str]
    error: str
