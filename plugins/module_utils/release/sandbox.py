# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a command of a build sees and may do, as properties of a transient systemd unit (systemd.exec(5))."""

from __future__ import annotations

import os
from pathlib import Path

from .model import Limits, Workplace

#: Where every build finds its home and its service's cache.
HOME = "/home/build"
CACHE = "/var/cache/build"
#: The first systemd that can start a unit in a PID namespace of its own.
_PRIVATE_PIDS = 257
#: ``ProcSubset=pid`` is missing: without /proc/cpuinfo, Node.js' os.cpus() is empty, and bundlers start no worker.
_CONFINED = (
    "AmbientCapabilities=",
    "CapabilityBoundingSet=",
    "DevicePolicy=closed",
    "KeyringMode=private",
    "LockPersonality=yes",
    "NoNewPrivileges=yes",
    "PrivateDevices=yes",
    "PrivateIPC=yes",
    "PrivateUsers=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHome=tmpfs",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "ProtectSystem=strict",
    "RemoveIPC=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallErrorNumber=EPERM",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@keyring @privileged @resources",
    "UMask=0077",
    # Metadata of clouds, which hands out keys to whoever asks.
    "IPAddressDeny=169.254.0.0/16",
    "InaccessiblePaths=-/etc/letsencrypt -/etc/pm2 -/etc/postgresql -/etc/ssl/private -/boot -/media -/mnt",
    "InaccessiblePaths=-/dev/ptmx -/dev/pts",
    # Other software's files and sockets: nothing is there but what is put there.
    "TemporaryFileSystem=/run:ro /srv:ro /var:ro",
    "TemporaryFileSystem=/dev/shm:mode=1777,size=25%",
    # Nobody is left when a command has ended.
    "KillMode=control-group",
    "KillSignal=SIGKILL",
    "LimitCORE=0",
    "LimitNOFILE=16384",
)


def properties(limits: Limits, seconds: float, systemd: int, resolver: str = "/etc/resolv.conf") -> list[str]:
    """How every command is confined; ``seconds`` is what is left of the time, ``systemd`` the host's version."""
    target = os.path.realpath(resolver)
    return [
        *_CONFINED,
        *(["PrivatePIDs=yes"] if systemd >= _PRIVATE_PIDS else []),
        *([f"BindReadOnlyPaths=-{target}"] if target.startswith("/run/") else []),
        f"LimitFSIZE={limits.disk_mebibytes}M",
        f"LimitNPROC={limits.tasks}",
        f"MemoryMax={limits.memory_mebibytes}M",
        "MemorySwapMax=0",
        f"RuntimeMaxSec={max(1, round(seconds))}",
        f"TasksMax={limits.tasks}",
    ]


def paths(place: Workplace, cache: Path) -> list[str]:
    """Where a command can write: its release, at the path that it will have, a home, temporary files and the cache."""
    return [
        f"TemporaryFileSystem={place.release.parent.parent}:ro",
        f"BindPaths={place.tree}:{place.release}",
        f"BindPaths={place.home}:{HOME}",
        f"BindPaths={place.temporary}:/tmp {place.temporary}:/var/tmp",
        f"BindPaths={cache}:{CACHE}",
    ]


def environment(user: str) -> dict[str, str]:
    """The variables that tell a command where it is, and keep git to what it is told."""
    return {
        "GIT_ASKPASS": "",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": HOME,
        "LOGNAME": user,
        "PIP_CACHE_DIR": f"{CACHE}/pip",
        "USER": user,
        "XDG_CACHE_HOME": CACHE,
        "npm_config_cache": f"{CACHE}/npm",
    }
