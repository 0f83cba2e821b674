# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Put on the host what returns to the state before without the controller: the journal's program and its units at boot."""

from __future__ import annotations

from ..program import program
from . import boot, journal
from .model import CommitError


def install() -> None:
    """Bring program and units up to date. This code may run from an archive of Ansible's.

    :raises CommitError: systemd does not take the units.
    """
    source = program("commit.journal", "acting", "files")
    if not journal.PROGRAM.exists() or journal.PROGRAM.read_bytes() != source:
        journal.publish(journal.PROGRAM, source, 0o755)
    units = {journal.UNITS / name: text for name, text in boot.UNITS.items()}
    stale = [path for path, text in units.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        journal.publish(path, units[path].encode(), 0o644)
    if stale:
        for command in (["systemctl", "daemon-reload"], ["systemctl", "--quiet", "enable", *boot.UNITS]):
            if failure := journal.run(command, journal.PATIENCE):
                raise CommitError(f"cannot prepare the rollback at boot; nothing was changed\n{failure}")
