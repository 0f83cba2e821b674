# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long somebody waits until Cloudflare admits more requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..module_utils.cloudflare.api import UnreachedError

#: Who only looks does not wait for five minutes.
_PATIENCE_SECONDS = 10


def wait_and_tell(display: Any) -> Callable[[float, str], None]:
    """Wait, however long, and say why on Ansible's display."""

    def wait(seconds: float, reason: str) -> None:
        display.display(f"{reason}; going on in {seconds:g} s")
        time.sleep(seconds)

    return wait


def wait_a_little(seconds: float, reason: str) -> None:
    """Wait, unless it would take long. :raises UnreachedError: it would."""
    if seconds > _PATIENCE_SECONDS:
        raise UnreachedError(f"{reason}, for {seconds:g} s more")
    time.sleep(seconds)
