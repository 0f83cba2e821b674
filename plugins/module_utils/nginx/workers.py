# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The user of Nginx' workers, whom every matrix lets reach Nginx on its own host."""

from __future__ import annotations

import os
import pwd
from contextlib import AbstractContextManager

from ..acting import acting_for

#: As whom Nginx connects to what is behind it, as the role sets it up.
WORKERS = "www-data"


def acting_as_workers() -> AbstractContextManager[None]:
    """Connect to this host's own web server as its own user: where the sites are locked, no other may.

    Whoever is not root, and a host without that user, act as before. See :func:`..acting.acting_as`.
    """
    try:
        account = pwd.getpwnam(WORKERS)
    except KeyError:
        return acting_for(None)
    return acting_for((account.pw_uid, account.pw_gid) if os.geteuid() == 0 else None)
