# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Releases on disk: half ones are told from complete ones, the link turns in one step, and nothing planted is believed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BuildError
from ansible_collections.nostromo.networking.plugins.module_utils.release.store import Store

BUILDER = 12345
SERVICE = 23456

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "app"), (BUILDER, BUILDER), SERVICE)


def build(store: Store, name: str, content: str = "x") -> Path:
    """What a build does between create and finish."""
    tree = store.create(name).tree
    (tree / "file").write_text(content, encoding="utf-8")
    give(tree)
    return tree


def give(tree: Path, user: int = BUILDER) -> None:
    """Let a tree be the build user's."""
    for directory, names, files in os.walk(tree):
        for name in [".", *names, *files]:
            os.chown(os.path.join(directory, name), user, user, follow_symlinks=False)


def state(path: Path) -> tuple[int, int, int]:
    info = path.lstat()
    return info.st_uid, info.st_gid, stat.S_IMODE(info.st_mode)


def old_host(store: Store) -> None:
    """A service's directory as earlier versions left it: all the build user's, with a mark inside the release."""
    release = store.path("old")
    release.mkdir(parents=True)
    (release / "file").write_text("old", encoding="utf-8")
    (release / "file").chmod(0o4775)
    (store.root / "current").symlink_to("releases/old")
    give(store.root)
    release.chmod(0o2750)
    (release / ".complete").touch()


def test_nothing_yet(store: Store) -> None:
    assert (store.current(), store.switched(), store.complete(), store.incomplete()) == (None, 0.0, [], [])
    store.switch(None)
    store.remove(["none"])
    store.discard()


def test_a_release_is_complete_only_when_finished(store: Store) -> None:
    build(store, "a")
    assert (store.is_complete("a"), store.complete()) == (False, [])
    store.finish("a")
    assert (store.is_complete("a"), store.incomplete()) == (True, [])
    assert [name for name, _time in store.complete()] == ["a"]
    store.discard()
    assert sorted(path.name for path in store.root.iterdir()) == [".complete", "releases"]


def test_a_release_is_roots_and_the_service_can_read_it(store: Store) -> None:
    tree = build(store, "a")
    (tree / "program").touch()
    (tree / "program").chmod(0o6777)
    (tree / "secret").mkdir(0o000)
    give(tree)
    store.finish("a")
    release = store.path("a")
    assert {path.name: state(path) for path in (release, *release.iterdir())} == {
        "a": (0, SERVICE, 0o750),
        "file": (0, SERVICE, 0o640),
        "program": (0, SERVICE, 0o750),
        "secret": (0, SERVICE, 0o750),
    }
    assert (state(store.root), state(store.releases)) == ((0, SERVICE, 0o750), (0, SERVICE, 0o750))


def test_a_build_has_places_of_its_own_where_only_root_comes(store: Store) -> None:
    place = store.create("a")
    assert state(place.directory) == (0, 0, 0o700)
    assert {state(path) for path in (place.tree, place.home, place.temporary)} == {(BUILDER, BUILDER, 0o700)}


def test_creating_again_starts_empty(store: Store) -> None:
    build(store, "a")
    assert list(store.create("a").tree.iterdir()) == []


def test_what_a_release_may_not_hold_never_becomes_one(store: Store) -> None:
    tree = build(store, "a")
    os.mkfifo(tree / "pipe")
    give(tree)
    with pytest.raises(BuildError, match="pipe is a FIFO"):
        store.finish("a")
    store.discard()
    assert (store.complete(), store.incomplete()) == ([], [])


def test_a_mark_in_the_sources_says_nothing(store: Store) -> None:
    tree = build(store, "a")
    (tree / ".complete").mkdir()
    give(tree)
    assert not store.is_complete("a")
    store.finish("a")
    store.remove(["a"])
    assert (store.complete(), store.incomplete()) == ([], [])


def test_one_of_the_same_name_without_a_mark_makes_way_and_is_left_for_removal(store: Store) -> None:
    build(store, "a", "first")
    store.finish("a")
    (store.root / ".complete" / "a").unlink()
    build(store, "a", "second")
    store.finish("a")
    assert (store.path("a") / "file").read_text(encoding="utf-8") == "second"
    assert store.incomplete() == [".a"]


def test_the_link_turns_to_and_fro_and_survives_a_leftover(store: Store) -> None:
    for name in ("a", "b"):
        build(store, name)
        store.finish(name)
    (store.root / ".current").symlink_to("nowhere")
    for name in ("a", "b", "a"):
        store.switch(name)
        assert store.current() == name
        assert (store.root / "current").resolve() == store.path(name)
    assert store.switched() > 0
    store.switch(None)
    assert store.current() is None


@pytest.mark.parametrize("target", ["/etc", "releases", "releases/", "../other/releases/a"])
def test_a_link_that_leads_elsewhere_is_no_release(store: Store, target: str) -> None:
    store.create("a")
    (store.root / "current").symlink_to(target)
    assert store.current() is None


def test_the_release_that_serves_is_kept_to_go_back_to_when_a_host_is_taken_over(store: Store) -> None:
    old_host(store)
    assert (store.current(), store.complete()) == (None, [])
    store.create("new")
    assert (store.current(), [name for name, _time in store.complete()]) == ("old", ["old"])
    assert state(store.path("old")) == (0, SERVICE, 0o750)
    assert state(store.path("old") / "file") == (0, SERVICE, 0o750)
    assert not (store.path("old") / ".complete").exists()


def test_one_that_holds_what_none_may_hold_goes_on_serving_but_is_not_gone_back_to(store: Store) -> None:
    old_host(store)
    os.mkfifo(store.path("old") / "pipe")
    build(store, "new")
    assert (store.current(), store.complete()) == ("old", [])
    store.finish("new")
    assert [name for name, _time in store.complete()] == ["new"]
    assert store.incomplete() == ["old"]


@pytest.mark.parametrize("planted", ["releases", ".complete", ".build", ".current", "current", ".set-aside"])
def test_planted_links_are_replaced_and_not_followed(store: Store, tmp_path: Path, planted: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(0o755)
    store.root.mkdir()
    (store.root / planted).symlink_to(outside)
    give(store.root)
    build(store, "a")
    store.finish("a")
    store.switch("a")
    assert (state(outside), list(outside.iterdir())) == ((0, 0, 0o755), [])
    assert (store.current(), [name for name, _time in store.complete()]) == ("a", ["a"])


def test_planted_directories_are_not_believed(store: Store) -> None:
    for planted in (".complete/old", ".set-aside/x", ".build/tree", ".current/x", "current/x", "releases/old"):
        (store.root / planted).mkdir(parents=True)
    give(store.root)
    build(store, "a")
    store.finish("a")
    store.switch("a")
    assert ([name for name, _time in store.complete()], store.incomplete()) == (["a"], ["old"])
    assert store.current() == "a"


def test_what_the_build_user_left_beside_the_releases_is_put_where_only_root_comes(store: Store) -> None:
    old_host(store)
    (store.root / "r2").mkdir()
    (store.root / "r2" / "shell").touch()
    give(store.root / "r2")
    (store.root / "uploads").mkdir()
    store.create("new")
    names = {".build", ".complete", ".set-aside", "current", "releases", "uploads"}
    assert {path.name for path in store.root.iterdir()} == names
    assert state(store.root / ".set-aside") == (0, 0, 0o700)
    assert (store.root / ".set-aside" / "r2" / "shell").exists()


def test_a_directory_that_another_user_can_turn_is_refused_with_the_reason(store: Store, tmp_path: Path) -> None:
    os.chown(tmp_path, BUILDER, BUILDER)
    with pytest.raises(BuildError, match=r"belongs to .*: let only root own it and write to it"):
        store.create("a")


def test_a_link_of_roots_to_another_disk_is_followed(store: Store, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    store.root.symlink_to(tmp_path / "disk")
    build(store, "a")
    store.finish("a")
    assert (tmp_path / "disk" / "releases" / "a" / "file").exists()


def test_removal_does_not_follow_links_and_has_no_deepest(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    build(store, "a")
    store.finish("a")
    (store.path("a") / "link").symlink_to(outside)
    here = os.getcwd()
    os.chdir(store.path("a"))
    try:
        for _level in range(2000):
            os.mkdir("deep")
            os.chdir("deep")
    finally:
        os.chdir(here)
    store.remove(["a"])
    assert outside.is_dir()
    assert (store.complete(), store.incomplete()) == ([], [])


def test_owners_and_modes_that_were_changed_are_seen_and_given_back(store: Store) -> None:
    (build(store, "a") / "program").touch()
    (store.root / ".build" / "tree" / "program").chmod(0o700)
    give(store.root / ".build" / "tree")
    store.finish("a")
    assert store.astray("a") == []
    release = store.path("a")
    (release / "file").chmod(0o600)
    release.chmod(0o700)
    store.releases.chmod(0o700)
    assert store.astray("a") == [str(store.releases), str(release), str(release / "file")]
    os.chown(release / "program", 0, 0)
    store.settle("a")
    assert (store.astray("a"), store.is_complete("a")) == ([], True)
    assert [state(release / name)[2] for name in ("file", "program")] == [0o640, 0o750]


def test_a_release_that_somebody_else_could_write_to_is_built_anew(store: Store) -> None:
    build(store, "a")
    store.finish("a")
    os.chown(store.path("a") / "file", SERVICE, SERVICE)
    assert store.astray("a") == [str(store.path("a") / "file")]
    assert not store.is_sound("a")  # so its files are asked for
    store.settle("a")
    assert not store.is_complete("a")


def test_a_release_that_is_to_be_migrated_is_complete_only_then(store: Store) -> None:
    build(store, "a")
    store.finish("a", complete=False)
    assert (store.is_complete("a"), store.is_migrated("a"), store.incomplete()) == (False, False, ["a"])
    store.migrated("a")
    assert (store.is_complete("a"), store.is_migrated("a")) == (True, True)
    assert state(store.root / ".migrated") == (0, 0, 0o700)


def test_it_is_known_of_releases_that_are_kept_or_were_only_just_removed(store: Store) -> None:
    for name in ("a", "b"):
        build(store, name)
        store.finish(name, complete=False)
        store.migrated(name)
    store.remove(["a"])
    assert store.is_migrated("a")  # the next attempt needs no second migration
    store.forget_migrations()
    assert (store.is_migrated("a"), store.is_migrated("b")) == (False, True)
