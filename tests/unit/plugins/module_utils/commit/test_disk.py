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


def test_what_is_planted_beside_and_at_the_target_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    other.chmod(0o600)
    (tmp_path / "a").symlink_to(other)
    (tmp_path / ".a.nostromo-new").symlink_to(other)
    replacement = Replacement([entry(tmp_path / "a", "after")])
    replacement.prepare()
    replacement.swap()
    assert (other.read_text(), other.stat().st_mode & 0o777) == ("mine", 0o600)
    assert ((tmp_path / "a").is_symlink(), (tmp_path / "a").read_text()) == (False, "after")


def test_directory_in_which_others_can_write_is_refused_unless_the_set_closes_it(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    room.chmod(0o777)
    inside = entry(room / "a.conf", "x")
    with pytest.raises(CommitError) as error:
        Replacement([inside]).refuse_foreign()
    assert f"  {room}/a.conf: {room} is writable by everybody, who could" in str(error.value)
    assert list(room.iterdir()) == []
    closed = Replacement([Entry(str(room), "directory", None, OWNER, GROUP, 0o755), inside])
    closed.refuse_foreign()
    assert closed.directories == [str(room)]
    closed.secure(str(room))
    closed.prepare()
    closed.swap()
    assert ((room / "a.conf").read_text(), room.stat().st_mode & 0o777) == ("x", 0o755)


def test_a_directory_planted_under_the_new_versions_name_hinders_nothing(tmp_path: Path) -> None:
    planted = tmp_path / ".a.conf.nostromo-new"
    (planted / "deep").mkdir(parents=True)
    replacement = Replacement([entry(tmp_path / "a.conf", "x")])
    replacement.prepare()
    replacement.swap()
    assert ([path.name for path in tmp_path.iterdir()], (tmp_path / "a.conf").read_text()) == (["a.conf"], "x")


def test_in_check_mode_an_owner_may_be_yet_to_come(tmp_path: Path) -> None:
    place = Entry(str(tmp_path / "place"), "directory", group="no-such-group", mode=0o750)
    Replacement([place, entry(tmp_path / "place" / "file", "x")]).refuse_foreign()
    assert list(tmp_path.iterdir()) == []
