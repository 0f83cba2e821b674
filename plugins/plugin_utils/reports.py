# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reports on the controller."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ansible.errors import AnsibleActionFail


def write_reports(directory: Path, content: Mapping[str, str]) -> None:
    """Write files, by their names. :raises AnsibleActionFail: one cannot be written."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in content.items():
            (directory / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise AnsibleActionFail(f"The reports cannot be written: {error}") from error
