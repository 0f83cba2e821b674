# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On which distributions the roles work."""

from __future__ import annotations

#: Distribution -> its major versions on which every run of the tests is made.
SUPPORTED = {"Debian": (12, 13)}
#: Distribution -> its first major version that has all that the roles ask for, which nobody has tried them on.
UNTESTED_FROM = {"Debian": 14, "Ubuntu": 24}


class PlatformError(Exception):
    """The roles cannot work there."""


def doubt(distribution: str, version: str) -> str:
    """What is to be said of a distribution before anything is changed; empty where it is supported.

    :param version: its major version; empty for one that has none yet, as Debian testing.
    :raises PlatformError: it is too old, or another.
    """
    here = f"{distribution or 'unknown'} {version}".strip()
    supported = ", ".join(f"{name} {' and '.join(map(str, versions))}" for name, versions in SUPPORTED.items())
    number = int(version) if version.isdecimal() else None
    if number in SUPPORTED.get(distribution, ()):
        return ""
    first = UNTESTED_FROM.get(distribution)
    if first is None or (number is not None and number < first):
        raise PlatformError(f"supported: {supported}; this is {here}")
    return f"untested: this is {here}; supported: {supported}"
