# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The controller's part of pm2_service: the digest of files that are here, and their upload if the host lacks them."""

from __future__ import annotations

import getpass
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..modules import pm2_service
from ..plugin_utils.gitignore import DEFAULT, MissingLibraryError
from ..plugin_utils.shipping import Receiving, upload
from ..plugin_utils.source_tree import TreeError, archive, digest, file_digest, files


class ActionModule(Receiving):
    """Runs the module once; a second time with the uploaded files if the host does not have them yet."""

    module = pm2_service

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        arguments = dict(self._task.args)
        arguments["by"] = arguments.get("by") or f"{getpass.getuser()}@{socket.gethostname()}"
        origin = dict(arguments.get("source") or {})
        try:
            local = self._local(origin)
            if local:
                exclude = [*DEFAULT, *(origin.get("exclude") or [])]
                names = files(local, exclude) if origin.get("path") else []
                arguments["source"] = {**origin, "digest": digest(local, names) if names else file_digest(local)}
        except (TreeError, MissingLibraryError, OSError) as error:
            return {**result, "failed": True, "msg": f"{arguments.get('name')}: source: {error}"}

        shipped = arguments.get("shipped")
        if shipped:
            return {**result, **self._from_host(arguments, dict(shipped), task_vars or {})}
        first = self.perform(arguments, task_vars or {})
        if not local or not first.get("upload_needed") or first.get("failed") or self._task.check_mode:
            return {**result, **first}
        with _packed(local, names) as packed:
            arguments["source"]["upload"] = upload(self, packed, "release.tar")
            return {**result, **self.perform(arguments, task_vars or {})}

    def _local(self, origin: dict[str, Any]) -> Path | None:
        """The directory or archive on the controller that the source names, if it does."""
        place = origin.get("path") or origin.get("archive")
        if not place or "://" in str(place):
            return None
        return Path(self._loader.path_dwim(str(place)))

    def _from_host(self, arguments: dict[str, Any], shipped: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """Deploy what another host has built, unless that failed there."""
        name, host = arguments.get("name"), shipped["host"]
        if shipped.pop("failed", None):
            return {"failed": True, "msg": f"{name}: it was not deployed on {host}, which builds it, so it stays as it is here"}
        return self.receive({**arguments, "shipped": shipped}, variables)


@contextmanager
def _packed(local: Path, names: list[str]) -> Iterator[Path]:
    """The files as one archive; a file is one already."""
    if not names:
        yield local
        return
    descriptor, name = tempfile.mkstemp(suffix=".tar.gz")
    try:
        with os.fdopen(descriptor, "wb") as target:
            archive(local, names, target)
        yield Path(name)
    finally:
        os.unlink(name)
