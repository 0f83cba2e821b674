# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""File systems full of bytes, full of inodes; and a host on which Ansible itself can write nothing."""

from __future__ import annotations

from ailing import broken, diagnose, eventually, on_server

MOUNT = "/var/lib/nginx"
FILL = "dd if=/dev/zero of={} bs=4k status=none 2>/dev/null || true"


def test_disk_full() -> None:
    by = f"mount -t tmpfs -o size=4m tmpfs {MOUNT}; {FILL.format(MOUNT + '/body')}"
    with broken(by, undo=f"umount {MOUNT}"):
        finding = eventually(f"disk-full-bytes:{MOUNT}").of("disk-full-bytes")
        assert finding.text == f"{MOUNT} is full: it has no room left, so whatever writes to it fails."
        assert finding.evidence == [
            f"0 B of 4.0 MiB left on {MOUNT}",
            f"{MOUNT} holds {MOUNT}",
            f"4.0 MiB in {MOUNT}/body",
        ]
        shown = on_server(finding.commands()[0])
        assert shown.splitlines()[-1].split() == ["4096", MOUNT]


def test_disk_nearly_full() -> None:
    by = f"mount -t tmpfs -o size=4m tmpfs {MOUNT}; dd if=/dev/zero of={MOUNT}/body bs=4k count=970 status=none"
    with broken(by, undo=f"umount {MOUNT}"):
        finding = eventually(f"disk-nearly-full-bytes:{MOUNT}").of("disk-nearly-full-bytes")
        assert (finding.severity, finding.text) == ("warning", f"{MOUNT} is nearly full: 5% of its room is left.")


def test_inodes_full() -> None:
    by = f"mount -t tmpfs -o size=4m,nr_inodes=50 tmpfs {MOUNT}; touch {MOUNT}/{{1..49}}"
    with broken(by, undo=f"umount {MOUNT}"):
        finding = eventually(f"disk-full-inodes:{MOUNT}").of("disk-full-inodes")
        assert finding.text == f"{MOUNT} is full: it has no inodes (files) left, so whatever writes to it fails."
        assert finding.saw("0 of 50 inodes left")
        assert finding.commands()[0].startswith("sudo du --one-file-system --inodes ")


def test_read_only_file_system() -> None:
    by = f"mount -t tmpfs -o size=4m,ro tmpfs {MOUNT}"
    with broken(by, undo=f"umount {MOUNT}"):
        finding = eventually(f"disk-read-only:{MOUNT}").of("disk-read-only")
        assert finding.commands() == [f"sudo mount -o remount,rw {MOUNT}"]
        on_server(finding.commands()[0])
        eventually()


def test_doctor_needs_no_room_on_the_disk() -> None:
    """Everywhere that Ansible and Python put temporary files is full: /tmp, /var/tmp, and the homes of both users."""
    places = ("/tmp", "/var/tmp", "/root", "/home/nostromo/.ansible")
    mounts = "; ".join(f"mount -t tmpfs -o size=64k tmpfs {place}; {FILL.format(place + '/full')}" for place in places)
    with broken(f"mkdir -p {places[-1]}; {mounts}", undo=f"umount {' '.join(places)}; rmdir {places[-1]} || true"):
        found = diagnose()
        assert found.kinds() == ["disk-full-bytes:/tmp", "disk-full-bytes:/var/tmp"]
        assert found.unseen == {}
