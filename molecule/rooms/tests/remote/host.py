# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What attacks are judged by, as root sees it on the host: root's files, setuid files, processes outside of units, units."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import subprocess
from pathlib import Path

#: Root's own: nothing here changes by what a room does.
ROOTS = (
    "/etc",
    "/root",
    "/usr/local",
    "/usr/bin",
    "/usr/sbin",
    "/opt",
    "/srv",
    "/var/spool/cron",
    "/var/lib/systemd/linger",
)
#: What changes by itself.
PASSING = re.compile(r"/root/\.(ansible|cache|npm)|/etc/(letsencrypt|mtab)|/usr/local/share/ca-certificates|\.pyc$")
#: So much of a file is read; the rest is told by its size.
HASHED_BYTES = 1 << 18
WRITABLE = ("/home", "/srv", "/var", "/tmp", "/run", "/dev/shm", "/dev/mqueue", "/opt", "/etc", "/usr/local")


def main(users):
    """``files`` (path -> what it is), ``setuid`` (paths), ``outside`` (processes), ``units`` (name -> state)."""
    return {
        "files": dict(files()),
        "setuid": sorted(setuid()),
        "outside": sorted(outside(users)),
        "units": units(),
    }


def files():
    """Path -> owner, mode and content of everything of root's."""
    for root in ROOTS:
        for directory, below, names in os.walk(root):
            if PASSING.search(f"{directory}/"):
                below.clear()
                continue
            for name in ["", *names, *(one for one in below if os.path.islink(f"{directory}/{one}"))]:
                path = f"{directory}/{name}".rstrip("/")
                if not PASSING.search(path):
                    try:
                        yield path, described(path)
                    except FileNotFoundError:
                        continue


def described(path):
    """Mode, owner, and what is in a file or where a link leads."""
    status = os.lstat(path)
    about = f"{status.st_mode:o} {status.st_uid}:{status.st_gid}"
    if os.path.islink(path):
        return f"{about} -> {os.readlink(path)}"
    if os.path.isfile(path) and not path.startswith(("/usr/bin", "/usr/sbin", "/opt", "/srv")):
        with open(path, "rb") as file:
            return f"{about} {status.st_size} {hashlib.sha256(file.read(HASHED_BYTES)).hexdigest()[:16]}"
    if path.endswith("/history.jsonl"):  # each deployment is noted there
        return about
    return f"{about} {status.st_size if os.path.isfile(path) else ''}"


def setuid():
    """Files that run as their owner, where somebody might have put some."""
    done = subprocess.run(["find", *WRITABLE, "-xdev", "-type", "f", "-perm", "/6000"], capture_output=True, text=True)
    return done.stdout.split()


def outside(users):
    """Processes of these users that no unit of theirs holds."""
    uids = {pwd.getpwnam(user).pw_uid: user for user in users}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            uid = int(re.search(r"^Uid:\t(\d+)", (path / "status").read_text(), re.MULTILINE)[1])
            if uid in uids and not re.search(
                r"/(pm2-|nginx|postgresql@|mtail|prometheus|release-|nostromo-room)[^/]*\.service", (path / "cgroup").read_text()
            ):
                yield f"{uids[uid]}: {(path / 'cmdline').read_bytes().decode(errors='replace')!r}"
        except OSError:
            continue


def units():
    """Unit -> its main process and how often it was restarted."""
    names = ("pm2-*", "nginx.service", "postgresql@*", "ssh.service", "ssh.socket")
    show = ["systemctl", "show", "--property=Id,ActiveState,MainPID,NRestarts", *names]
    done = subprocess.run(show, capture_output=True, text=True)
    found = {}
    for paragraph in done.stdout.strip().split("\n\n"):
        values = dict(line.split("=", 1) for line in paragraph.splitlines())
        found[values["Id"]] = ", ".join(values.get(key, "") for key in ("ActiveState", "MainPID", "NRestarts"))
    return found
