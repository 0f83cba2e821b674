# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Releases on disk: half ones are told from complete ones, and the link turns in one step."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "app"), os.getuid(), os.getgid())


def test_nothing_yet(store: Store) -> None:
    assert (store.current(), store.switched(), store.complete(), store.incomplete()) == (None, 0.0, [], [])
    store.switch(None)
    store.remove(["none"])


def test_a_release_is_complete_only_when_finished(store: Store) -> None:
    path = store.create("a")
    (path / "file").write_text("x", encoding="utf-8")
    assert (store.is_complete("a"), store.incomplete()) == (False, ["a"])
    store.finish("a")
    assert (store.is_complete("a"), store.incomplete()) == (True, [])
    assert [name for name, _time in store.complete()] == ["a"]


def test_creating_again_starts_empty(store: Store) -> None:
    (store.create("a") / "file").write_text("x", encoding="utf-8")
    assert list(store.create("a").iterdir()) == []


def test_the_link_turns_to_and_fro_and_survives_a_leftover(store: Store) -> None:
    for name in ("a", "b"):
        store.create(name)
        store.finish(name)
    (store.root / ".current").symlink_to("nowhere")
    for name in ("a", "b", "a"):
        store.switch(name)
        assert store.current() == name
        assert (store.root / "current").resolve() == store.path(name)
    store.switch(None)
    assert store.current() is None


def test_removal_does_not_follow_links(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (store.create("a") / "link").symlink_to(outside)
    store.finish("a")
    store.remove(["a"])
    assert outside.is_dir()
    assert store.complete() == []
