# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The SSH settings that are in force, not those that some file asks for."""

from __future__ import annotations

import pwd
from typing import TypedDict

from ..files import directory
from .run import Run, output

#: A user that no host has, for what holds for everybody else.
UNKNOWN = "nostromo-unknown"
#: From where a login is looked at (RFC 5737).
_FROM = "host=unknown.invalid,addr=192.0.2.1"
_NO_LOGIN = ("/nologin", "/false", "/sync")


class Settings(TypedDict):
    """Keyword (in lower case) -> values, as ``sshd -T`` prints them, and what is otherwise for a user (sshd(8))."""

    settings: dict[str, list[str]]
    users: dict[str, dict[str, list[str]]]


def observe(run: Run) -> Settings:
    """The settings for everybody, and for each user with a shell, and for a user that there is not, what differs from them."""
    with directory("/run/sshd", make=True):  # sshd asks for it; gone while systemd listens in its place
        pass
    settings = read_settings(output(run, "sshd", "-T"))
    users = {}
    for user in people():
        own = read_settings(output(run, "sshd", "-T", "-C", f"user={user},{_FROM}"))
        users[user] = {keyword: values for keyword, values in own.items() if values != settings.get(keyword)}
    return {"settings": settings, "users": users}


def read_settings(printed: str) -> dict[str, list[str]]:
    """The settings in what ``sshd -T`` prints."""
    settings: dict[str, list[str]] = {}
    for line in printed.splitlines():
        keyword, _space, value = line.partition(" ")
        settings.setdefault(keyword, []).append(value)
    return settings


def people() -> list[str]:
    """Everybody with a shell, and a user that there is not."""
    accounts = pwd.getpwall()
    return [*(one.pw_name for one in accounts if one.pw_shell and not one.pw_shell.endswith(_NO_LOGIN)), UNKNOWN]
