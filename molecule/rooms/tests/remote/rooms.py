# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an attacker may know of a host: who runs what, in which unit, with which sockets and logs."""

from __future__ import annotations

import glob
import os
import pwd
import re
import subprocess
from pathlib import Path


def main(components):
    """Component -> ``user``, ``uid``, ``home``, ``unit``, ``pid``, ``sockets``, ``log``; given are their users."""
    listening = subprocess.run(["ss", "-Hlxp"], capture_output=True, text=True).stdout
    found = {}
    for name, user in components.items():
        account = pwd.getpwnam(user)
        pids = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if is_of(pid, account.pw_uid)]
        unit = next((unit for unit in map(unit_of, pids) if unit), "")
        held = [re.findall(rf" (/\S+) .*pid={pid}\b", listening) for pid in pids]
        found[name] = {
            "user": user,
            "uid": account.pw_uid,
            "home": account.pw_dir,
            "unit": unit,
            "pid": min(pids, default=0),
            "sockets": sorted({path for paths in held for path in paths}),
            "definition": next(iter(glob.glob(f"/etc/pm2/{name}.json")), ""),
            "release": os.path.realpath(f"/srv/{name}/current") if os.path.exists(f"/srv/{name}/current") else "",
        }
    return found


def is_of(pid, uid):
    try:
        return int(re.search(r"^Uid:\t(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1]) == uid
    except OSError:
        return False


def unit_of(pid):
    try:
        found = re.search(r"/((?:pm2-|nginx|postgresql@)[^/]*\.service)", Path(f"/proc/{pid}/cgroup").read_text())
    except OSError:
        return ""
    return found[1] if found else ""
