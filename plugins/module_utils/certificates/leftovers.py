# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What earlier attempts left under a lineage's name in certbot's directory.

Certbot makes a lineage only where nothing of its name is, and finds that out after the certificate was issued: it then
fails, or keeps what it got as ``NAME-0001`` (certbot/_internal/storage.py, ``RenewableCert.new_lineage``). Each attempt more
counts against the authority's limits.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from ..files import Directory, directory

#: Where left-overs are kept, in certbot's directory.
ASIDE = "left-over"
_ARCHIVE, _LIVE, _RENEWAL = "archive", "live", "renewal"
_FILES = ("cert", "chain", "fullchain", "privkey")
_MOST_BYTES = 1024 * 1024


class Leftovers:
    """Those of the lineage ``name`` in certbot's directory ``state``."""

    def __init__(self, state: Path, name: str) -> None:
        self._state = state
        self._name = name

    def parts(self) -> list[str]:
        """What has the lineage's name, relative to certbot's directory; of a lineage that is whole, all of it."""
        return [
            f"{place}/{entry}" for place, entry in _places(self._name) if os.path.lexists(self._state / place / entry)
        ]

    def numbered(self) -> list[str]:
        """Lineages that certbot has numbered because the name was taken, the latest first."""
        pattern = re.compile(rf"{re.escape(self._name)}-[0-9]{{4}}\.conf")
        try:
            with directory(self._state / _RENEWAL) as renewal:
                found = [name.removesuffix(".conf") for name in renewal.names() if pattern.fullmatch(name)]
        except FileNotFoundError:
            return []
        return sorted(found, reverse=True)

    def set_aside(self, stamp: str) -> None:
        """Keep what has the name under ``left-over/NAME-STAMP``, where neither certbot nor a renewal looks."""
        self._move(self._kept(stamp), aside=True)

    def put_back(self, stamp: str) -> None:
        """The other way round, for nothing came of the attempt; what that left goes."""
        for place, entry in _places(self._name):
            if os.path.lexists(self._kept(stamp) / place):
                with directory(self._state / place) as above:
                    above.remove(entry)
        self._move(self._kept(stamp), aside=False)

    def adopt(self, numbered: str) -> None:
        """Give a numbered lineage its name; nothing may have that any more. :raises ValueError: it is not whole."""
        with directory(self._state / _ARCHIVE) as archive:
            with archive.open(numbered) as files:
                latest = _latest(files)
            archive.rename(numbered, self._name)
        with directory(self._state / _LIVE) as live:
            live.mkdir(self._name, 0o700)
            with live.open(self._name) as links:
                for kind in _FILES:
                    links.symlink(f"{kind}.pem", f"../../{_ARCHIVE}/{self._name}/{kind}{latest}.pem")
            live.remove(numbered)
        with directory(self._state / _RENEWAL) as renewal:
            text = renewal.read(f"{numbered}.conf", _MOST_BYTES).decode("utf-8", "surrogateescape")
            renewal.write(
                f"{self._name}.conf", renamed(text, numbered, self._name).encode("utf-8", "surrogateescape"), 0o644
            )
            renewal.unlink(f"{numbered}.conf")

    def _kept(self, stamp: str) -> Path:
        return self._state / ASIDE / f"{self._name}-{stamp}"

    def _move(self, kept: Path, aside: bool) -> None:
        with directory(kept, make=True) as held:
            os.fchmod(held.fd, stat.S_IRWXU)
            for place, entry in _places(self._name):
                with directory(self._state / place, make=True) as above:
                    if aside and above.lstat(entry) is not None:
                        above.rename(entry, place, held)
                    elif not aside and held.lstat(place) is not None:
                        held.rename(place, entry, above)


def renamed(renewal: str, old: str, new: str) -> str:
    """A renewal file whose paths lead to another lineage."""
    return re.sub(rf"(/(?:{_ARCHIVE}|{_LIVE})/){re.escape(old)}(?=/|\s|$)", lambda found: found[1] + new, renewal)


def _places(name: str) -> list[tuple[str, str]]:
    """Directory and entry of each part, the one by which certbot knows a lineage first."""
    return [(_RENEWAL, f"{name}.conf"), (_LIVE, name), (_ARCHIVE, name)]


def _latest(files: Directory) -> int:
    """The highest number of which all files are there. :raises ValueError: of none."""
    names = set(files.names())
    numbers = [int(found[1]) for name in names if (found := re.fullmatch(r"cert([0-9]{1,9})\.pem", name))]
    whole = [number for number in numbers if all(f"{kind}{number}.pem" in names for kind in _FILES)]
    if not whole:
        raise ValueError(f"{files.path} holds no certificate with its key and chain")
    return max(whole)
