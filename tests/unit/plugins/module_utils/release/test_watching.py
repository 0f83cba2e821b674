# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watching the disk, and the processes of a user, from outside of a build."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.files import directory
from ansible_collections.nostromo.networking.plugins.module_utils.release.disk import Watch, size
from ansible_collections.nostromo.networking.plugins.module_utils.release.processes import end_all

MEBIBYTE = 1024 * 1024
BUILDER = 12345


def disk(monkeypatch: pytest.MonkeyPatch, free: int, files: int = 2_000_000, total: int = 100_000) -> None:
    """A file system with so many MiB and files free."""
    state = SimpleNamespace(f_bavail=free, f_blocks=total, f_frsize=MEBIBYTE, f_files=3_000_000, f_favail=files)
    monkeypatch.setattr(os, "statvfs", lambda _place: state)


@pytest.mark.parametrize(
    ("free", "files", "taken", "expected"),
    [
        (50_000, 2_000_000, 0, None),
        (49_901, 2_000_000, 500, None),  # nothing is measured before the disk has lost as much
        (49_800, 2_000_000, 50, None),
        (49_800, 2_000_000, 101, "took more than 100 MiB of the disk"),
        (1_000, 2_000_000, 0, "left less than 1024 MiB of the disk free"),
        (50_000, 1_400_000, 0, "made more than 500000 files, or left too few free"),
    ],
)
def test_when_a_build_has_to_end(
    monkeypatch: pytest.MonkeyPatch, free: int, files: int, taken: int, expected: str | None
) -> None:
    disk(monkeypatch, 50_000)
    watch = Watch(Path("/"), 100, lambda: taken * MEBIBYTE)
    disk(monkeypatch, free, files)
    assert watch.fault() == expected


def test_a_small_disk_keeps_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    disk(monkeypatch, 5_000, total=10_000)
    watch = Watch(Path("/"), 10_000, lambda: 0)
    disk(monkeypatch, 499, total=10_000)
    assert watch.fault() == "left less than 500 MiB of the disk free"


def test_a_tree_is_counted_without_following_links(tmp_path: Path) -> None:
    (tmp_path / "tree" / "inner").mkdir(parents=True)
    (tmp_path / "tree" / "inner" / "file").write_bytes(b"x" * 100_000)
    (tmp_path / "tree" / "link").symlink_to("/usr")
    with directory(tmp_path) as place:
        assert 100_000 <= size(place, "tree", 10 * MEBIBYTE) < 200_000
        assert size(place, "none", 10) == 0
        assert size(place, "tree", 10) > 10


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts processes of others")
def test_only_the_users_processes_are_ended_however_they_hide() -> None:
    # One that may not be dumped: most of its files in /proc are root's, prctl(2), PR_SET_DUMPABLE.
    hidden = "import ctypes, time; ctypes.CDLL(None).prctl(4, 0); print(flush=True); time.sleep(60)"
    own = subprocess.Popen(["python3", "-c", hidden], user=BUILDER, stdout=subprocess.PIPE)
    other = subprocess.Popen(["sleep", "60"], user=BUILDER + 1)
    try:
        assert own.stdout is not None
        own.stdout.readline()
        assert end_all(BUILDER, "lookup-") is True
        assert own.wait(5) == -9
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_processes_of_a_spared_unit_and_dead_ones_do_not_count(tmp_path: Path) -> None:
    for number, (state, cgroup) in enumerate(
        [("S (sleeping)", "0::/system.slice/lookup-1.service\n"), ("Z (zombie)", "0::/\n")], 1
    ):
        entry = tmp_path / str(number)
        entry.mkdir()
        (entry / "status").write_text(f"State:\t{state}\nUid:\t{BUILDER}\t{BUILDER}\t{BUILDER}\t{BUILDER}\n")
        (entry / "cgroup").write_text(cgroup)
    (tmp_path / "meminfo").touch()
    assert end_all(BUILDER, "lookup-", tmp_path) is True
