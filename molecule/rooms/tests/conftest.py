# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tests of this scenario begin with a host that is well, and know of it what they have to leave alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import place

#: What attacks leave in their own rooms, or outside where a wall is missing.
LEFT = """
rm -rf /tmp/rooms-* /var/tmp/rooms-* /dev/shm/rooms-* /dev/mqueue/rooms-* /run/lock/rooms-*
rm -rf /run/nostromo/pm2-rooms.lock /run/lock/nostromo.lock
rm -rf /var/lib/*/.ssh /var/lib/postgresql/rooms-* /root/canary
ipcs -m | awk '$5 == 65536 { print $2 }' | xargs -r -n1 ipcrm -m
"""


@pytest.fixture(scope="session", autouse=True)
def canary() -> Iterator[None]:
    """A file of root's that no room may read or change."""
    assert place.as_root("printf canary. >/root/canary; chmod 600 /root/canary").returncode == 0
    yield
    assert place.as_root(LEFT).returncode == 0
