# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What belongs to a release's sources, and that the same sources are recognised."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.plugin_utils.gitignore import DEFAULT
from ansible_collections.nostromo.networking.plugins.plugin_utils.source_tree import TreeError, archive, digest, files


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {
        "package.json": "{}",
        ".gitignore": "*.tmp\n!.env\n",
        ".env": "SECRET=1",
        "src/server.js": "run",
        "src/.gitignore": "local.js\n",
        "src/local.js": "mine",
        "x.tmp": "no",
        "node_modules/a/index.js": "no",
        "dist/entry.mjs": "no",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "link").symlink_to("package.json")
    return tmp_path


def test_files(tree: Path) -> None:
    assert files(tree, DEFAULT) == [".gitignore", "link", "package.json", "src/.gitignore", "src/server.js"]


def test_the_digest_tells_contents_names_and_modes_but_not_times(tree: Path) -> None:
    def now() -> str:
        return digest(tree, files(tree, DEFAULT))

    first = now()
    os.utime(tree / "package.json", (1, 1))
    (tree / "x.tmp").write_text("other", encoding="utf-8")
    assert now() == first
    (tree / "src/server.js").chmod(0o755)
    executable = now()
    (tree / "src/server.js").write_text("walk", encoding="utf-8")
    changed = now()
    (tree / "src/server.js").rename(tree / "src/main.js")
    assert len({first, executable, changed, now()}) == 4


def test_the_archive_is_the_same_for_the_same_files(tree: Path) -> None:
    def packed() -> bytes:
        target = io.BytesIO()
        archive(tree, files(tree, DEFAULT), target)
        return target.getvalue()

    first = packed()
    os.utime(tree / "package.json", (1, 1))
    assert packed() == first
    with tarfile.open(fileobj=io.BytesIO(first)) as tar:
        assert tar.getnames() == files(tree, DEFAULT)
        assert {(member.uid, member.mtime) for member in tar} == {(0, 0)}


def test_what_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(TreeError, match="none is not a directory on the controller"):
        files(tmp_path / "none", DEFAULT)
    with pytest.raises(TreeError, match="holds no files that belong to a release"):
        files(tmp_path, DEFAULT)
