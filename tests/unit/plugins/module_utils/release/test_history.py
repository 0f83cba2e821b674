# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who had which release deployed when, in a real directory, and the release that is returned to."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.history import SERVES, Entry, History, now
from ansible_collections.nostromo.networking.plugins.module_utils.release.kept import find
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BuildError, described
from ansible_collections.nostromo.networking.plugins.module_utils.release.store import Store


def entry(release: str, outcome: str = SERVES) -> Entry:
    return Entry("2026-11-28T07:00:00Z", "ripley@nostromo", release, "https://example.org/api.git v1", ("x",), outcome)


def test_deployments_are_kept_in_order_and_shown_in_words(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert history.entries() == []
    for one in (entry("a"), entry("b", "not healthy: «refused»")):
        history.add(one)
    assert history.entries() == [entry("a"), entry("b", "not healthy: «refused»")]
    assert str(history.entries()[1]) == (
        "2026-11-28T07:00:00Z  b of https://example.org/api.git v1, by ripley@nostromo: not healthy: «refused»"
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", now())


def test_the_oldest_are_forgotten_and_lines_that_are_none_are_passed_over(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.add(entry("first"))
    with (tmp_path / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write('nothing\n{"time": 1}\n[]\n')
    for number in range(200):
        history.add(entry(str(number)))
    assert [one.release for one in history.entries()] == [str(number) for number in range(200)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three releases, built in the order of their names; `b` serves."""
    for age, name in enumerate("cba"):
        (tmp_path / "releases" / name).mkdir(parents=True)
        (tmp_path / ".complete").mkdir(exist_ok=True)
        (tmp_path / ".complete" / name).touch()
        os.utime(tmp_path / ".complete" / name, (1000 - age, 1000 - age))
    (tmp_path / "current").symlink_to("releases/b")
    return Store(str(tmp_path), (os.getuid(), os.getgid()), os.getgid())


@pytest.mark.parametrize(
    ("history", "previous"),
    [
        ([], "c"),
        ([entry("c"), entry("a"), entry("b")], "a"),
        ([entry("a"), entry("c", "not healthy"), entry("b")], "a"),
        ([entry("gone"), entry("b")], "c"),
    ],
)
def test_the_release_before_is_the_last_that_served(store: Store, history: list[Entry], previous: str) -> None:
    assert find(store, "previous", history).name == previous


def test_a_release_is_called_by_its_name(store: Store) -> None:
    assert find(store, "c", []).name == "c"
    with pytest.raises(BuildError, match=r"^release 'd' is not kept on this host; there is c \(built 1970-01-01 00:16 UTC\), b "):
        find(store, "d", [])
    store.remove(["a", "c"])
    with pytest.raises(BuildError, match="^no release is kept but the one that serves"):
        find(store, "previous", [entry("a"), entry("b")])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"git": "https://token@example.org:8443/a/b.git", "version": "v1"}, "https://example.org:8443/a/b.git v1"),
        ({"git": "git@example.org:a/b.git", "version": "main"}, "git@example.org:a/b.git main"),
        ({"git": "ssh://git:secret@example.org/b.git", "version": "v1"}, "ssh://example.org/b.git v1"),
        ({"archive": "https://u:p@example.org/x.tar.gz"}, "https://example.org/x.tar.gz"),
        ({"archive": "files/x.tar"}, "files of the controller"),
        ({"path": "/home/ripley/api"}, "files of the controller"),
    ],
)
def test_a_source_in_words_has_no_secret(source: dict[str, str], words: str) -> None:
    assert described(source) == words
