# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stands in for ``ansible.module_utils.basic`` while a module of this collection is rehearsed on a host.

See plugin_utils/rehearsal.py, which sends it. It has what the collection's modules use, always in check mode, and needs
Python's standard library alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

#: The module's parameters, checked and complete; set before it starts.
PARAMETERS: dict[str, Any] = {}


class Ended(SystemExit):
    """The rehearsal has come to its end. ``result`` is the module's, ``None`` if the module itself has to say it."""

    def __init__(self, result: dict[str, Any] | None) -> None:
        super().__init__(0)
        self.result = result


class AnsibleModule:
    """Only looks. What a user has to be told ends the rehearsal, for telling it is the module's part."""

    check_mode = True

    def __init__(self, argument_spec: Mapping[str, Any], **_rules: Any) -> None:
        del argument_spec  # the controller has checked the parameters against it
        self.params = PARAMETERS
        self.no_log_values: set[str] = set()

    def exit_json(self, **result: Any) -> NoReturn:
        """End with a result; one that would change something is left to the module."""
        raise Ended(None if result["changed"] else result)

    def fail_json(self, msg: str, **_result: Any) -> NoReturn:
        """Leave it to the module to fail."""
        raise Ended(None)

    def warn(self, warning: str) -> NoReturn:
        """Leave it to the module to warn."""
        raise Ended(None)

    @staticmethod
    def get_bin_path(program: str, required: bool = False) -> str | None:
        """Where a program is; with ``required`` the rehearsal ends where it is missing."""
        found = shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/sbin:/usr/sbin:/usr/local/sbin")
        if required and not found:
            raise Ended(None)
        return found

    @staticmethod
    def run_command(
        words: Sequence[str],
        check_rc: bool = False,
        data: str | None = None,
        cwd: str | None = None,
        environ_update: Mapping[str, str] | None = None,
    ) -> tuple[int, str, str]:
        """Exit status, output and errors of a program. The rehearsal ends if it is missing, and with ``check_rc`` if it fails."""
        environment = {**os.environ, **(environ_update or {})}
        try:
            done = subprocess.run(
                words,
                input=data or "",
                capture_output=True,
                text=True,
                errors="surrogateescape",
                cwd=cwd,
                env=environment,
                check=check_rc,
            )
        except (OSError, subprocess.CalledProcessError):
            raise Ended(None) from None
        return done.returncode, done.stdout, done.stderr
