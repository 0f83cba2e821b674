# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of a build that come from its host, and those that forbid what it installs to run scripts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_HOST = Path("/etc/environment")
#: Variables that have npm, pnpm, yarn and pip run nothing of what they install.
NO_SCRIPTS: Mapping[str, str] = {
    "PIP_ONLY_BINARY": ":all:",
    "YARN_ENABLE_SCRIPTS": "false",
    "npm_config_ignore_scripts": "true",
}


def host_variables() -> dict[str, str]:
    """The variables that every login on this host gets, such as the certificates of a private package registry."""
    return variables(_HOST.read_text("utf-8")) if _HOST.is_file() else {}


def variables(text: str) -> dict[str, str]:
    """The variables of ``/etc/environment``, read as pam_env does: NAME=value, quotes around the value removed."""
    found = {}
    for raw in text.splitlines():
        line = raw.strip().removeprefix("export ")
        name, equals, value = line.partition("=")
        if equals and name.isidentifier():
            found[name] = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
    return found
