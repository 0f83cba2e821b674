# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The accounts that a service needs on this host: the user that runs it and the one that builds it."""

from __future__ import annotations

import pwd

from .model import ServiceError


def missing_users(*names: str) -> list[str]:
    """Which of these users the host does not have."""
    known = {account.pw_name for account in pwd.getpwall()}
    return [name for name in names if name not in known]


def check_users(service_user: str, build_user: str) -> None:
    """:raises ServiceError: one of them is missing, or one would build what it then runs."""
    missing = missing_users(service_user, build_user)
    if missing:
        raise ServiceError(f"the host has no user {' and no user '.join(missing)}")
    if build_user == service_user:
        raise ServiceError(f"build_user: {service_user} runs the service; let another user build it")
