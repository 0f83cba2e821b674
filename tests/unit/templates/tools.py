# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs for which the templates write: where one is installed, it judges what is written."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

#: Where script/setup unpacks those that would be services if they were installed.
_UNPACKED = Path(__file__).resolve().parents[3] / ".cache" / "programs" / "usr"
_PATH = os.pathsep.join(
    [os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", str(_UNPACKED / "bin"), str(_UNPACKED / "sbin")]
)


def tool(name: str, *probe: str) -> str:
    """The path of a program. Skips the test where the program is missing, or does not run with the arguments ``probe``."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        pytest.skip(f"{name} is not installed")
    if probe and subprocess.run([found, *probe], capture_output=True, check=False).returncode != 0:
        pytest.skip(f"{name} does not run here")
    return found
