# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether services answer, asked as their own users: the firewall refuses everybody else on loopback."""

from __future__ import annotations

import pwd
from collections.abc import Mapping
from typing import Any

from ..pm2.model import Health
from ..pm2.probe import probe
from .run import Run


def observe(_run: Run, services: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Component -> what is wrong, empty when it is healthy. Each service has ``user``, ``address``, ``port`` and ``path``."""
    return {name: _ask(service) for name, service in sorted(services.items())}


def _ask(service: Mapping[str, Any]) -> str:
    try:
        account = pwd.getpwnam(service["user"])
    except KeyError:
        return f"the host has no user {service['user']}"
    health = Health(service["address"], service["port"], service["path"])
    return probe(health, account.pw_uid, account.pw_gid) or ""
