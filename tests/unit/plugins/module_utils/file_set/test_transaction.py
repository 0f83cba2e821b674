# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Swap and restore on a real directory, as whoever runs the tests."""

from __future__ import annotations

import getpass
import grp
import os
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.file_set import transaction
from ansible_collections.nostromo.networking.plugins.module_utils.file_set.model import Entry, FileSetError
from ansible_collections.nostromo.networking.plugins.module_utils.file_set.transaction import (
    Journal,
    Swap,
    locked,
    read,
    staged,
)

OWNER = getpass.getuser()
GROUP = grp.getgrgid(os.getgid()).gr_name


def entry(path: Path, content: str | None, mode: int = 0o644) -> Entry:
    if content is None:
        return Entry(str(path), "absent")
    return Entry(str(path), content=content.encode(), owner=OWNER, group=GROUP, mode=mode)


def swap_of(*entries: Entry) -> Swap:
    return Swap({one: read(one.path) for one in entries})


def test_restore_puts_back_contents_modes_removed_files_and_directories(tmp_path: Path) -> None:
    kept, gone = tmp_path / "kept", tmp_path / "gone"
    kept.write_text("before")
    kept.chmod(0o640)
    gone.write_text("gone")
    swap = swap_of(entry(kept, "after"), entry(gone, None), entry(tmp_path / "deep" / "new", "new", 0o600))
    swap.apply()
    assert (kept.read_text(), gone.exists(), (tmp_path / "deep" / "new").read_text()) == ("after", False, "new")
    assert (tmp_path / "deep" / "new").stat().st_mode & 0o777 == 0o600
    swap.restore()
    assert (kept.read_text(), kept.stat().st_mode & 0o777, gone.read_text()) == ("before", 0o640, "gone")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gone", "kept"]


def test_nothing_is_replaced_when_one_file_cannot_be_written(tmp_path: Path) -> None:
    first, blocked = tmp_path / "first", tmp_path / "file" / "below"
    first.write_text("before")
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(FileSetError, match="nothing was changed"):
        swap_of(entry(first, "after"), entry(blocked, "x")).apply()
    assert first.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "first"]


def test_unknown_owner_is_told_before_anything_changes(tmp_path: Path) -> None:
    first = tmp_path / "first"
    stranger = Entry(str(tmp_path / "second"), content=b"", owner="no-such-user")
    with pytest.raises(FileSetError, match="should belong to the user 'no-such-user', which does not exist"):
        swap_of(entry(first, "x"), stranger).apply()
    assert not first.exists()


def test_second_commit_of_a_set_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "STATE_DIRECTORY", tmp_path)
    with locked("web"), pytest.raises(FileSetError, match="another run is committing the set 'web'"), locked("web"):
        pass
    with locked("web"):
        pass


def test_owed_activation_survives_until_it_is_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "STATE_DIRECTORY", tmp_path)
    Journal("web").owe([("systemctl", "reload", "nginx")])
    assert Journal("web").owed() == (("systemctl", "reload", "nginx"),)
    Journal("web").settle()
    assert Journal("web").owed() == ()


def test_staging_holds_the_set_under_its_full_paths_and_goes_away(tmp_path: Path) -> None:
    one = entry(tmp_path / "etc" / "a.conf", "a", 0o600)
    with staged([one, entry(tmp_path / "absent", None)]) as root:
        copy = root / one.path.lstrip("/")
        assert (copy.read_text(), copy.stat().st_mode & 0o777) == ("a", 0o600)
        assert root.stat().st_mode & 0o777 == 0o700
    assert not root.exists()
