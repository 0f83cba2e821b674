"""Reads the source: CSV files with a header line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

#: The sources that come with the package.
DATA = Path(__file__).parent / "data"


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield each row of a CSV file as column -> text. Raises OSError or UnicodeDecodeError when it cannot be read."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
