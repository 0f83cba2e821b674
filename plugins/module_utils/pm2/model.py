# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a service should be, and what PM2 says that it is: plain values without I/O."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..endpoint import endpoint
from ..printable import printable

Mode = Literal["cluster", "fork"]

#: Where systemd keeps the state of running PM2s, in a directory each.
RUNTIME = "/run/pm2"


class ServiceError(ValueError):
    """A service is declared in a way that cannot work."""


@dataclass(frozen=True)
class Health:
    """How to see that a service serves: a request for ``path`` that is answered 2xx, or without path an open port."""

    address: str
    port: int
    path: str | None = None

    @property
    def where(self) -> str:
        """Address and port, as in a URL."""
        return endpoint(self.address, self.port)

    def __str__(self) -> str:
        return f"GET http://{self.where}{self.path}" if self.path else self.where


@dataclass(frozen=True)
class Service:
    """A declared service. Durations are in seconds, ``max_memory`` is in MiB.

    ``script`` is relative to ``working_directory``, and that to the release. ``writable`` are directories of the release that
    lie in the service's home, outlive it and can be written to. ``schedule`` (cron) makes it a job that runs and ends instead
    of staying up.
    """

    name: str
    user: str
    home: str
    directory: str
    script: str
    args: tuple[str, ...] = ()
    interpreter: str = "node"
    interpreter_args: tuple[str, ...] = ()
    mode: Mode = "fork"
    instances: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    schedule: str | None = None
    health: Health | None = None
    stop_timeout: int = 5
    start_timeout: int = 10
    max_memory: int | None = None
    working_directory: str = ""
    writable: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where it runs: the working directory of the release that serves."""
        return posixpath.join(self.current, self.working_directory) if self.working_directory else self.current

    @property
    def shared(self) -> dict[str, str]:
        """Directory of the release that can be written to -> where it lies."""
        return {path: f"{self.home}/{path}" for path in self.writable}

    @property
    def current(self) -> str:
        """The link to the release that serves."""
        return f"{self.directory}/current"

    @property
    def unit(self) -> str:
        """The systemd unit of the PM2 that this service runs in."""
        return f"pm2-{self.user}.service"

    @property
    def pm2_home(self) -> str:
        """Where the service's PM2 keeps its state: a directory that systemd makes anew with each start of the unit."""
        return f"{RUNTIME}/{self.name}"


@dataclass(frozen=True)
class Process:
    """A process as PM2 reports it. ``started`` is in seconds since the epoch, ``record`` PM2's whole ``pm2_env``."""

    id: int
    name: str
    pid: int
    status: str
    restarts: int
    started: float
    exit_code: int | None
    record: Mapping[str, Any]

    @classmethod
    def from_pm2(cls, data: Mapping[str, Any]) -> Process:
        """From an element of PM2's ``getMonitorData`` (what ``pm2 jlist`` prints).

        A service can have its PM2 say anything. :raises TypeError, ValueError, LookupError, OverflowError: it is no process.
        """
        record = data["pm2_env"]
        if not isinstance(record, Mapping) or not isinstance(record.get("env", {}), Mapping):
            raise TypeError("a process without a record")
        exit_code = record.get("exit_code")
        return cls(
            id=int(data["pm_id"]),
            name=printable(str(data["name"])),
            pid=int(data.get("pid") or 0),
            status=printable(str(record.get("status", ""))),
            restarts=int(record.get("restart_time") or 0),
            started=int(record.get("pm_uptime") or 0) / 1000,
            exit_code=None if exit_code is None else int(exit_code),
            record={**record, "prev_restart_delay": int(record.get("prev_restart_delay") or 0)},
        )


def text(value: object) -> str:
    """A value as it stands in an environment: booleans in lower case, as in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)
