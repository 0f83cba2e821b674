# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Staging and replacing on a real directory, as whoever runs the tests."""

from __future__ import annotations

import getpass
import grp
import os
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.commit.disk import Replacement, staged
from ansible_collections.nostromo.networking.plugins.module_utils.commit.model import CommitError, Entry

OWNER = getpass.getuser()
GROUP = grp.getgrgid(os.getgid()).gr_name


def entry(path: Path, content: str | None, mode: int = 0o644) -> Entry:
    """A file with that content, or one that should be absent."""
    if content is None:
        return Entry(str(path), "absent")
    return Entry(str(path), content=content.encode(), owner=OWNER, group=GROUP, mode=mode)


def test_everything_is_swapped_in_with_its_mode(tmp_path: Path) -> None:
    kept, gone, new = tmp_path / "kept", tmp_path / "gone", tmp_path / "deep" / "new"
    kept.write_text("before")
    gone.write_text("gone")
    replacement = Replacement([entry(kept, "after"), entry(gone, None), entry(new, "new", 0o600)])
    assert replacement.paths == [str(path) for path in (tmp_path / "deep", kept, gone, new)]
    replacement.prepare()
    assert (kept.read_text(), gone.exists(), new.exists()) == ("before", True, False)
    replacement.swap()
    assert (kept.read_text(), gone.exists(), new.read_text()) == ("after", False, "new")
    assert new.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "kept"]


def test_nothing_is_left_when_one_file_cannot_be_written(tmp_path: Path) -> None:
    first, blocked = tmp_path / "first", tmp_path / "file" / "below"
    first.write_text("before")
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(CommitError, match="nothing was changed"):
        Replacement([entry(first, "after"), entry(tmp_path / "deep" / "new", "x"), entry(blocked, "x")]).prepare()
    assert first.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "first"]


def test_unknown_owner_is_told_before_anything_is_written(tmp_path: Path) -> None:
    stranger = Entry(str(tmp_path / "second"), content=b"", owner="no-such-user")
    with pytest.raises(CommitError, match="should belong to the user 'no-such-user', which does not exist"):
        Replacement([entry(tmp_path / "first", "x"), stranger]).prepare()
    assert list(tmp_path.iterdir()) == []


def test_staging_holds_the_set_under_its_full_paths_and_goes_away(tmp_path: Path) -> None:
    one = entry(tmp_path / "etc" / "a.conf", "a", 0o600)
    with staged([one, entry(tmp_path / "absent", None)]) as root:
        copy = root / one.path.lstrip("/")
        assert (copy.read_text(), copy.stat().st_mode & 0o777) == ("a", 0o600)
        assert root.stat().st_mode & 0o777 == 0o700
    assert not root.exists()
