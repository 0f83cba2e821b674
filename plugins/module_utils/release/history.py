# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who had which release deployed when, and what became of it: a file beside the releases, as JSON lines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..files import UnsafeError, directory

#: The outcome of a deployment whose release serves.
SERVES = "serves"
_FILE = "history.jsonl"
#: How many deployments are kept.
_KEPT = 200


@dataclass(frozen=True)
class Entry:
    """One deployment: when (UTC, ISO 8601), by whom, which release of which source, why, and whether it serves."""

    time: str
    by: str
    release: str
    source: str
    reasons: tuple[str, ...]
    outcome: str

    def __str__(self) -> str:
        source = f" of {self.source}" if self.source else ""
        return f"{self.time}  {self.release}{source}, by {self.by or 'somebody'}: {self.outcome}"


def now() -> str:
    """The time of an entry that is made now."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class History:
    """The deployments of a service, in its directory; root's."""

    def __init__(self, place: str | Path) -> None:
        self._place = place

    def entries(self) -> list[Entry]:
        """All that are kept, the oldest first."""
        try:
            with directory(self._place) as root:
                lines = root.read(_FILE).splitlines()
        except (FileNotFoundError, NotADirectoryError, UnsafeError):
            return []
        return [entry for line in lines if (entry := _entry(line))]

    def add(self, entry: Entry) -> None:
        """Note a deployment."""
        entries = [*self.entries(), entry][-_KEPT:]
        text = "".join(f"{json.dumps(asdict(one), ensure_ascii=False)}\n" for one in entries)
        with directory(self._place) as root:
            root.write(f".{_FILE}", text.encode())
            root.rename(f".{_FILE}", _FILE)


def _entry(line: bytes) -> Entry | None:
    """An entry; ``None`` for a line that is none."""
    try:
        found = json.loads(line)
        return Entry(**{**found, "reasons": tuple(found["reasons"])})
    except (ValueError, TypeError, LookupError):
        return None
