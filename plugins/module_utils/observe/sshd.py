# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The SSH settings that are in force, not those that some file asks for."""

from __future__ import annotations

from ..files import directory
from .run import Run, output


def observe(run: Run) -> dict[str, list[str]]:
    """Keyword (in lower case) -> values, as ``sshd -T`` prints them (sshd(8))."""
    with directory("/run/sshd", make=True):  # sshd asks for it; gone while systemd listens in its place
        pass
    return read_settings(output(run, "sshd", "-T"))


def read_settings(printed: str) -> dict[str, list[str]]:
    """The settings in what ``sshd -T`` prints."""
    settings: dict[str, list[str]] = {}
    for line in printed.splitlines():
        keyword, _space, value = line.partition(" ")
        settings.setdefault(keyword, []).append(value)
    return settings
