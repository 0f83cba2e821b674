# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where sshd looks for a user's public keys, in what ``sshd -T -C user=…`` prints (sshd_config(5)). Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

#: sshd's default, for a host on which it is yet to be installed.
DEFAULT = (".ssh/authorized_keys", ".ssh/authorized_keys2")
#: From where a login is looked at (RFC 5737): Match blocks may ask.
_FROM = "host=unknown.invalid,addr=192.0.2.1"
#: What lets in keys that stand in no file of the user's.
_OTHERS = ("authorizedkeyscommand", "trustedusercakeys")


def question(user: str) -> list[str]:
    """The words after ``sshd`` that ask what it makes of its files for a user."""
    return ["-T", "-C", f"user={user},{_FROM}"]


def settings(printed: str) -> dict[str, str]:
    """Keyword (in lower case) -> value, of those that are said once."""
    return {keyword: value for keyword, _space, value in (line.partition(" ") for line in printed.splitlines())}


def patterns(told: Mapping[str, str]) -> tuple[str, ...]:
    """The values of ``AuthorizedKeysFile``; none where sshd looks at no file."""
    value = told.get("authorizedkeysfile", "")
    return () if value.lower() == "none" else tuple(value.split())


def other_sources(told: Mapping[str, str]) -> list[str]:
    """What else lets keys in, as ``keyword value``."""
    return [f"{name} {told[name]}" for name in _OTHERS if told.get(name, "none").lower() != "none"]


def paths(wanted: Sequence[str], user: str, uid: int, home: str) -> list[str]:
    """The patterns' files for a user: tokens expanded, relative ones below the home."""
    tokens = {"%%": "%", "%h": home, "%u": user, "%U": str(uid)}
    expanded = (re.sub("%[%huU]", lambda found: tokens[found[0]], pattern) for pattern in wanted)
    return list(dict.fromkeys(posixpath.join(home, path) for path in expanded))
