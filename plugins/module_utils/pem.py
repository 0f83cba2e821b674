# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Texts in PEM (RFC 7468) that hold nothing else."""

from __future__ import annotations

import re
from typing import NamedTuple

CERTIFICATE = "CERTIFICATE"
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s+[A-Za-z0-9+/=\s]+-----END \1-----", re.ASCII)


class Block(NamedTuple):
    """What stands between BEGIN and END, with these lines."""

    label: str
    text: str


def blocks(text: str) -> list[Block]:
    """Its blocks; none where there is anything beside them."""
    return [] if _BLOCK.sub("", text).strip() else [Block(one[1], one[0]) for one in _BLOCK.finditer(text)]
