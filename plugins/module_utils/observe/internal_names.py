# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where names of components lead on this host, asked as a user without rights: services look them up as well."""

from __future__ import annotations

import os
import pwd
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ..acting import acting_for
from .names import HOSTS_FILE, Name, hosts_lines, resolve, text_of
from .run import Run

_USER = "nobody"


def observe(_run: Run, names: Sequence[str]) -> dict[str, Name]:
    """Each name, and what is found. The host's own file answers at once, a resolver may not answer at all."""
    hosts = text_of(HOSTS_FILE)
    "".encode("idna")  # which look-ups use; Python loads it while its own files can be read for certain
    with acting_for(_ids()), ThreadPoolExecutor(max_workers=16) as pool:
        return {
            name: {**found, "hosts_file": hosts_lines(hosts, name)}
            for name, found in zip(names, pool.map(resolve, names), strict=True)
        }


def _ids() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    try:
        account = pwd.getpwnam(_USER)
    except KeyError:
        return None
    return account.pw_uid, account.pw_gid
