# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A revision is what a checkout would be, and the repository does not notice."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.nostromo.networking.plugins.plugin_utils.revision import revision
from ansible_collections.nostromo.networking.tests.unit.repositories import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """That of an example, with what git does not keep."""
    found = Repository(tmp_path / "site", "almanac")
    (found.top / "group_vars/all/vault.yml").write_text("vault_it: secret\n")
    (found.top / ".lab").mkdir()
    (found.top / ".lab" / "password").write_text("x")
    return found


def state(directory: Path) -> dict[str, tuple[int, int]]:
    """All files with their sizes and times."""
    files = [Path(place, name) for place, _names, names in os.walk(directory) for name in names]
    return {str(file): (file.lstat().st_size, file.lstat().st_mtime_ns) for file in files}


def test_files_are_those_of_the_revision_and_what_git_ignores_is_as_it_is_now(repository: Repository) -> None:
    repository.edit("inventory.yml", ("deploy", "another"))
    (repository.top / "group_vars/all/new.yml").write_text("new: true\n")
    before = state(repository.top)
    with revision("main", [str(repository.inventory)]) as found:
        inventory = Path(found.counterpart(str(repository.inventory)))
        assert "deploy" in inventory.read_text() and inventory != repository.inventory
        assert not (inventory.parent / "group_vars/all/new.yml").exists()
        assert (inventory.parent / "group_vars/all/vault.yml").read_text() == "vault_it: secret\n"
        assert (inventory.parent / ".lab/password").read_text() == "x"
        assert found.commit == repository.git("rev-parse", "main").strip()
        assert found.at_home(f"{inventory.parent}/app") == f"{repository.top.resolve()}/app"
        assert found.in_words(f"at {inventory}:3") == "at main:inventory.yml:3"
        root = found.root
    assert not root.exists() and state(repository.top) == before


def test_a_working_tree_may_be_named_by_a_link(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repository.top)
    with revision("main", [str(tmp_path / "link/inventory.yml")]) as found:
        assert found.at_home(found.counterpart(str(tmp_path / "link/app"))) == f"{tmp_path}/link/app"


def test_a_file_that_was_kept_once_and_is_ignored_now_is_that_of_the_revision(repository: Repository) -> None:
    repository.git("add", "--force", "group_vars/all/vault.yml")
    repository.commit("once")
    repository.git("rm", "--quiet", "--cached", "group_vars/all/vault.yml")
    repository.commit("not any more")
    (repository.top / "group_vars/all/vault.yml").write_text("vault_it: now\n")
    for name, text in (("main~1", "secret"), ("main", "now")):
        with revision(name, [str(repository.inventory)]) as found:
            assert text in (found.root / "group_vars/all/vault.yml").read_text()


@pytest.mark.parametrize("name", ["elsewhere", "--help", "main:inventory.yml", ""])
def test_a_revision_that_is_not_there_is_told(repository: Repository, name: str) -> None:
    with pytest.raises(AnsibleActionFail, match=re.escape(f"has no revision {name!r}")), revision(
        name, [str(repository.inventory)]
    ):
        pass


def test_an_inventory_outside_of_a_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / "hosts.yml").touch()
    with pytest.raises(AnsibleActionFail, match=r"hosts\.yml is not in a git repository"), revision(
        "main", [str(tmp_path / "hosts.yml")]
    ):
        pass


def test_an_inventory_that_is_no_file_is_told() -> None:
    with pytest.raises(AnsibleActionFail, match="No inventory is a file"), revision("main", ["server,"]):
        pass


def test_a_controller_without_git_is_told(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(AnsibleActionFail, match="has no git"), revision("main", [str(repository.inventory)]):
        pass
