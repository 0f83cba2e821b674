# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The last lines of logs: few, short, without secrets, and with nothing that acts on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..files import read
from ..printable import printable
from .run import Run

LINES = 8
_READ_BYTES = 32 * 1024
_LINE_LENGTH = 300
_HIDDEN = "********"
#: The password in a URL, RFC 3986, section 3.2.1.
_PASSWORD = re.compile(r"(://[^\s:/@]+:)[^\s/@]+@")
#: What follows the host in an address may be a secret as well.
_ADDRESS = re.compile(r"(https?://)(?:[^\s/@\"]*@)?([^\s/\"?]+)[^\s\"]*")
#: Shorter values would be found in every line, and are no secrets.
_SECRET_LENGTH = 4


def tail(path: str, secrets: Iterable[str] = (), lines: int = LINES) -> list[str]:
    """The last lines of a file; nothing if it cannot be read."""
    try:
        text = read(path, _READ_BYTES, tail=True).decode("utf-8", "replace")
    except OSError:
        return []
    return shown(text, secrets, lines)


def journal(run: Run, unit: str, secrets: Iterable[str] = (), lines: int = LINES) -> list[str]:
    """The last lines of a unit in the journal."""
    words = ["journalctl", "--quiet", "--no-pager", "--output=cat", f"--lines={lines}", f"--unit={unit}"]
    return shown(run(words).out, secrets, lines)


def shown(text: str, secrets: Iterable[str] = (), lines: int = LINES) -> list[str]:
    """The last lines of a text as they may be shown."""
    hidden = [secret for secret in secrets if len(secret) >= _SECRET_LENGTH]
    found = []
    for line in [line for line in text.splitlines() if line.strip()][-lines:] if lines else []:
        clean = _PASSWORD.sub(rf"\1{_HIDDEN}@", line.rstrip())
        for secret in hidden:
            clean = clean.replace(secret, _HIDDEN)
        clean = printable(clean)
        found.append(clean if len(clean) <= _LINE_LENGTH else clean[: _LINE_LENGTH - 1] + "…")
    return found


def without_addresses(lines: Iterable[str]) -> list[str]:
    """Lines in which addresses end with their host."""
    return [_ADDRESS.sub(r"\1\2/…", line) for line in lines]
