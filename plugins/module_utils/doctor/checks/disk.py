# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is there room?"""

from __future__ import annotations

from collections.abc import Iterator

from ...observe.disk import FileSystem
from ..model import CERTIFICATE, MONITORING, REFUSED, Check, Finding, Remedy, Scene
from ..words import size

#: Shares of a file system that are left. Below the first, programs already fail or are about to.
FULL, NEARLY_FULL = 0.01, 0.1
_DATABASE = "/var/lib/postgresql"
_ERRORS = ("No space left on device", "Read-only file system")
_METRICS = "/var/lib/prometheus"
_FIGURES = "/var/lib"
_CERTBOT = ("/etc/letsencrypt", "/var/log", "/var/lib")


def judge(scene: Scene) -> list[Finding]:
    """File systems that are full, nearly full or read-only."""
    return [finding for one in scene.seen["disk"] for finding in _look(scene, one)]


def summary(scene: Scene) -> str:
    """The fullest file system."""
    used, mount = max((1 - _share(one, "bytes"), one["mount"]) for one in scene.seen["disk"])
    return f"at most {used:.0%} used, at {mount}"


def _look(scene: Scene, one: FileSystem) -> Iterator[Finding]:
    mount = one["mount"]
    holds = f"{mount} holds {', '.join(one['paths'])}"
    follows = _follows(scene, mount, one["paths"])
    if one["read_only"]:
        remount = Remedy(f"sudo mount -o remount,rw {mount}")
        text = f"{mount} is read-only: nothing can be written."
        yield Finding("disk-read-only", mount, text, (holds,), (remount,), causes=follows)
    for unit, what in (("bytes", "room"), ("inodes", "inodes (files)")):
        share = _share(one, unit)
        if share >= NEARLY_FULL:
            continue
        left, all_ = _room(one, unit)
        figures = f"{size(left)} of {size(all_)}" if unit == "bytes" else f"{left} of {all_} inodes"
        evidence = (f"{figures} left on {mount}", holds, *(_large(one) if unit == "bytes" else ()))
        remedy = (Remedy(_search(mount, unit)), Remedy("sudo sh -c 'apt-get clean; journalctl --vacuum-size=100M'"))
        if share < FULL:
            text = f"{mount} is full: it has no {what} left, so whatever writes to it fails."
            yield Finding(f"disk-full-{unit}", mount, text, evidence, remedy, causes=follows)
        else:
            text = f"{mount} is nearly full: {share:.0%} of its {what} is left."
            yield Finding(f"disk-nearly-full-{unit}", mount, text, evidence, remedy, severity="warning")


def _share(one: FileSystem, unit: str) -> float:
    """What is left; all of it where the file system does not count them."""
    left, all_ = _room(one, unit)
    return left / all_ if all_ else 1.0


def _room(one: FileSystem, unit: str) -> tuple[int, int]:
    return (one["bytes_free"], one["bytes"]) if unit == "bytes" else (one["inodes_free"], one["inodes"])


def _large(one: FileSystem) -> tuple[str, ...]:
    return tuple(f"{size(file['bytes'])} in {file['path']}" for file in one["largest"])


def _search(mount: str, unit: str) -> str:
    """What shows where the room has gone. What may be removed, only a person knows."""
    return f"sudo du --one-file-system {'--inodes ' if unit == 'inodes' else ''}--max-depth=4 {mount} | sort -n | tail -n 15"


def _follows(scene: Scene, mount: str, paths: list[str]) -> tuple[str, ...]:
    """What needs this place; Nginx only if it says so itself."""
    follows = []
    if mount == "/" or _DATABASE in paths:
        follows.append(f"database-down:{scene.intent.database}")
    if mount == "/" or set(_CERTBOT) & set(paths):
        follows += scene.intent.of_certificates("renewal-failed")
    if scene.intent.monitoring and (mount == "/" or _METRICS in paths):
        follows += [f"monitoring-program:{unit}" for unit in scene.intent.monitoring.titles]
    if scene.intent.monitoring and (mount == "/" or _FIGURES in paths):
        follows += [f"monitoring-figures:{name}" for name in scene.intent.monitoring.figures]
    if any(error in fault for fault in scene.seen.get("nginx", {}).get("faults", ()) for error in _ERRORS):
        follows.append(f"nginx-invalid:{scene.intent.proxy}")
    return tuple(follows)


CHECK = Check(
    "disk", judge, summary, ("disk",), uses=("nginx",), symptoms=frozenset({REFUSED, CERTIFICATE, MONITORING})
)
