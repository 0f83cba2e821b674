# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Have a directory packed and fetch it, once for a run. Documented in plugins/modules/directory_archive.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils.shipping import digest, note, once


class ActionModule(ActionBase):
    """The controller's part of the module of this name."""

    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The archive, which another worker may have fetched already."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        variables = task_vars or {}
        if self._task.check_mode:
            return {**result, "skipped": True}
        host, path = self._task.delegate_to or variables["inventory_hostname"], str(self._task.args.get("path"))
        with once(host, path) as (archive, noted):
            if noted:
                return {**result, **noted}
            self._make_tmp_path()
            remote = self._connection._shell.join_path(self._connection._shell.tmpdir, archive.name)
            arguments = {**self._task.args, "destination": remote}
            packed = self._execute_module(module_args=arguments, task_vars=variables)
            if packed.get("failed"):
                return {**result, **packed, "msg": f"{host}: {packed.get('msg')}"}
            self._fetch(remote, archive)
            if digest(archive) != packed["sha256"]:
                return {**result, "failed": True, "msg": f"{host}: the archive of {path} was damaged on its way here"}
            told = {"archive": str(archive), **{key: packed[key] for key in ("name", "sha256", "size")}}
            note(archive, told)
        return {**result, "changed": False, **told}

    def _fetch(self, remote: str, archive: Path) -> None:
        archive.touch(mode=0o600)
        self._connection.fetch_file(remote, str(archive))
        archive.chmod(0o600)
