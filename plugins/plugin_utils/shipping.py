# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Archives that go from one host to others by the controller."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase

from .rehearsal import Rehearsed, ansible_name

#: In Ansible's temporary directory of a run, which goes with it.
_PLACE = "nostromo-archives"


@contextmanager
def once(*key: str) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """Where an archive of a run is, or comes to be, and what was noted of it; one worker at a time."""
    place = Path(constants.DEFAULT_LOCAL_TMP) / _PLACE
    place.mkdir(mode=0o700, exist_ok=True)
    name = hashlib.sha256(json.dumps(key).encode()).hexdigest()
    with open(os.open(place / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600), "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        noted = place / f"{name}.json"
        yield place / f"{name}.tar.gz", json.loads(noted.read_text("utf-8")) if noted.exists() else None


def note(archive: Path, what: dict[str, Any]) -> None:
    """Note what an archive is, once it is complete."""
    archive.with_name(archive.name.replace(".tar.gz", ".json")).write_text(json.dumps(what), "utf-8")


def digest(archive: Path) -> str:
    """SHA-256 of an archive."""
    with archive.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def upload(action: ActionBase, local: Path, name: str) -> str:
    """Put a file into the temporary directory of an action on its host; where it is there."""
    shell = action._connection._shell
    if not shell.tmpdir:
        action._make_tmp_path()
    remote: str = shell.join_path(shell.tmpdir, name)
    action._transfer_file(str(local), remote)
    action._fixup_perms2((shell.tmpdir, remote))
    return remote


class Receiving(Rehearsed):
    """An action whose module takes what another host has made, from its archive on the controller."""

    def receive(self, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """The module's result; without the archive it only looks whether that is needed."""
        shipped = dict(arguments["shipped"])
        if shipped.get("archive"):
            shipped["archive"] = upload(self, Path(shipped["archive"]), "shipped.tar.gz")
            name = ansible_name(self.module)
            done: dict[str, Any] = self._execute_module(
                module_name=name, module_args={**arguments, "shipped": shipped}, task_vars=variables
            )
            return done
        done = self.perform(arguments, variables)
        if not done.get("upload_needed") or done.get("failed"):
            return done
        if self._task.check_mode:
            return {**done, "changed": True}
        return {key: value for key, value in done.items() if key != "diff"}
