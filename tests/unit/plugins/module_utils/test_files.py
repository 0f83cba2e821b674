# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""File work on real directories, some of them another user's (as far as whoever runs the tests may give them away)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.files import UnsafeError, directory, parent, read

STRANGER = 12345
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def test_a_file_has_its_mode_and_owner_when_its_name_appears(tmp_path: Path) -> None:
    with directory(tmp_path) as opened:
        opened.write("new", b"text", 0o640, (os.geteuid(), os.getegid()))
    info = (tmp_path / "new").stat()
    assert (stat.S_IMODE(info.st_mode), info.st_uid) == (0o640, os.geteuid())


def test_a_planted_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "name").symlink_to(target)
    with directory(tmp_path) as opened:
        opened.write("name", b"new")
        with pytest.raises(OSError, match="symbolic link"):
            opened.symlink("other", "target")
            opened.read("other")
    assert (target.read_text(), (tmp_path / "name").read_text()) == ("precious", "new")


def test_missing_directories_come_to_be_readable_by_all(tmp_path: Path) -> None:
    with parent(tmp_path / "a" / "b" / "file", make=True) as (opened, name):
        opened.write(name, b"")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o755


def test_own_links_are_followed_to_their_directory(tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "absolute").symlink_to(tmp_path / "real")
    (tmp_path / "relative").symlink_to("real/../absolute/deep")
    with directory(tmp_path / "relative") as opened:
        assert opened.path == str(tmp_path / "real" / "deep")


def test_links_that_lead_round_in_circles_end(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(OSError, match="symbolic links"):
        directory(tmp_path / "round")


@pytest.mark.parametrize("mode", [0o777, 0o775])
def test_a_directory_in_which_others_write_is_refused(tmp_path: Path, mode: int) -> None:
    place = tmp_path / "place"
    place.mkdir()
    if mode == 0o775 and os.geteuid() == 0:
        os.chown(place, 0, STRANGER)
    elif mode == 0o775:
        pytest.skip("only root gives files away")
    place.chmod(mode)
    with pytest.raises(UnsafeError, match="let only root own it and write to it"):
        directory(place)


@root_only
def test_a_directory_below_another_users_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs" / "ours").mkdir(parents=True)
    os.chown(tmp_path / "theirs", STRANGER, STRANGER)
    with pytest.raises(UnsafeError, match=f"{tmp_path}/theirs belongs to user {STRANGER}"):
        directory(tmp_path / "theirs" / "ours")


@root_only
def test_another_users_link_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "link").symlink_to("/usr")
    os.lchown(tmp_path / "link", STRANGER, STRANGER)
    with pytest.raises(UnsafeError, match="symbolic link"):
        directory(tmp_path / "link")


@pytest.mark.parametrize("kind", ["fifo", "directory", "link"])
def test_only_regular_files_are_read_and_nothing_waits(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "log"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path.symlink_to("/etc/passwd")
    with pytest.raises(UnsafeError):
        read(path, 100)


@root_only
def test_what_another_user_wrote_is_read_within_limits(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "log").write_bytes(b"0123456789")
    os.chown(theirs, STRANGER, STRANGER)
    assert (read(theirs / "log", 4), read(theirs / "log", 4, tail=True)) == (b"0123", b"6789")
    os.link(theirs / "log", theirs / "second")
    with pytest.raises(UnsafeError, match="second name"):
        read(theirs / "log", 4)
    (theirs / "way").symlink_to(tmp_path)
    with pytest.raises(UnsafeError, match="not followed"):
        read(theirs / "way" / "x", 4)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc"])
def test_names_are_single_components(tmp_path: Path, name: str) -> None:
    with directory(tmp_path) as opened, pytest.raises(UnsafeError):
        opened.write(name, b"")


def test_a_tree_is_removed_without_what_its_links_lead_to(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("kept")
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "link").symlink_to(tmp_path / "kept")
    with directory(tmp_path) as opened:
        opened.remove("tree")
        opened.remove("tree")
        assert opened.names() == ["kept"]
    assert (tmp_path / "kept" / "file").exists()
