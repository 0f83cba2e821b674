# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host on which Ansible itself can write nothing. Other full disks: test_many_at_once.py, test_database.py."""

from __future__ import annotations

from ailing import broken, diagnose

PLACES = ("/tmp", "/var/tmp", "/root", "/home/nostromo/.ansible")
FILL = "mount -t tmpfs -o size=64k tmpfs {0}; dd if=/dev/zero of={0}/full bs=4k status=none 2>/dev/null || true"


def test_doctor_needs_no_room_on_the_disk() -> None:
    """Everywhere that Ansible and Python put temporary files is full: /tmp, /var/tmp, and the homes of both users."""
    mounts = "; ".join(FILL.format(place) for place in PLACES)
    with broken(f"mkdir -p {PLACES[-1]}; {mounts}", undo=f"umount {' '.join(PLACES)}"):
        found = diagnose()
        assert found.kinds() == ["disk-full-bytes:/tmp", "disk-full-bytes:/var/tmp"]
        assert found.skipped == {}
