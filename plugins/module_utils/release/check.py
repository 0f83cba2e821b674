# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a declared source cannot be fetched: one place, with what it needs. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ..faults import Faults
from ..fields import is_placeholder, note_placeholder
from .address import goes_over_ssh, is_repository

#: The checksum of an archive, and how to write one.
CHECKSUM = r"sha256:[0-9a-f]{64}"
CHECKSUM_REMEDY = "write it as sha256: and 64 hexadecimal digits"
_KINDS = ("git", "path", "archive")


def check_source(given: Mapping[str, object], path: str, faults: Faults) -> None:
    """Note what is wrong with the options of a source beside each other; ``path`` is where they stand."""
    kinds = [kind for kind in _KINDS if given.get(kind)]
    if len(kinds) != 1:
        faults.error(
            path, None, f"names {' and '.join(kinds) or 'no place'}", "give exactly one of git, path and archive"
        )
        return
    place = given[kinds[0]]
    note_placeholder(place, f"{path}.{kinds[0]}", faults, "where the code comes from")
    if kinds == ["git"] and not is_repository(str(place)) and not is_placeholder(place):
        reason = "is no address of a git repository"
        faults.error(f"{path}.git", None, reason, "use one such as https://HOST/PATH, ssh://git@HOST/PATH or git@HOST:PATH")
    if kinds == ["git"] and not given.get("version"):
        faults.error(f"{path}.version", None, "is missing", "say which branch, tag or commit of the repository")
    if isinstance(given.get("version"), bool):
        faults.error(f"{path}.version", given["version"], "is a boolean in YAML", "write the name in quotes")
    if given.get("deploy_key"):
        _check_key(given, path, faults)
    if kinds == ["archive"] and "://" in str(place):
        if not str(place).startswith("https://"):
            faults.error(f"{path}.archive", None, "is not an https address", "use one")
        if not given.get("checksum"):
            reason = "is missing: an archive from the network needs its checksum"
            faults.error(f"{path}.checksum", None, reason, CHECKSUM_REMEDY)


def _check_key(given: Mapping[str, object], path: str, faults: Faults) -> None:
    """A deploy key is for a repository that is fetched over SSH from a server that is known."""
    key = given["deploy_key"]
    if not goes_over_ssh(str(given.get("git") or "")):
        reason = "is for a git repository that is fetched over SSH"
        faults.error(f"{path}.deploy_key", None, reason, "write source.git as ssh://git@HOST/PATH")
    if isinstance(key, str) and not key.lstrip().startswith("-----BEGIN "):
        reason = "is no private key"
        faults.error(f"{path}.deploy_key", None, reason, "give the file's text, from -----BEGIN to -----END")
    if not str(given.get("known_hosts") or "").strip():
        remedy = "say by which keys the repository's server is known, as `ssh-keyscan HOST` prints them"
        faults.error(f"{path}.known_hosts", None, "is missing", remedy)
