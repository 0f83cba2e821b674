# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Act as another user for a moment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext


@contextmanager
def acting_as(uid: int, gid: int) -> Iterator[None]:
    """Act as another user; sockets made meanwhile belong to it, and a firewall that looks at users sees it.

    For the whole process: nothing else may run beside it.
    """
    own_user, own_group = os.geteuid(), os.getegid()
    os.setegid(gid)
    try:
        os.seteuid(uid)
        try:
            yield
        finally:
            os.seteuid(own_user)
    finally:
        os.setegid(own_group)


def acting_for(ids: tuple[int, int] | None) -> AbstractContextManager[None]:
    """Act as the user of these ids (uid, gid); ``None``: as whoever acts already."""
    return acting_as(*ids) if ids else nullcontext()
