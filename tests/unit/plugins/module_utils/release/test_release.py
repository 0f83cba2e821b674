# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a release is called, whether its files have to be uploaded, and in which order it is made."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.deploy_key import DeployKey
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BuildError, Source, identifier
from ansible_collections.nostromo.networking.plugins.module_utils.release.release import Recipe, Release

COMMIT, DIGEST = "f" * 40, "0" * 64
RECIPE = Recipe(("npm ci",), {"A": 1}, "trixie", "packages/web", {"uploads": "/var/lib/web/uploads"})
KEY = DeployKey("-----BEGIN", "git.test ssh-ed25519 AAAA")


class Workshop:
    """Builder, build and store at once: it writes down what is asked of it. ``broken`` is a step that fails."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.done: list[str] = []
        self.noted: list[str] = []
        self.broken = ""

    def commit(self, repository: str, version: str, key: DeployKey | None) -> str:
        self.asked.append(("commit", repository, version, key))
        return COMMIT

    @contextmanager
    def alone(self) -> Iterator[Path]:
        yield Path("/cache")

    def at(self, _place: Path, _cache: Path) -> Workshop:
        return self

    @contextmanager
    def download(self, *arguments: object) -> Iterator[io.BytesIO]:
        self.asked.append(("download", *arguments))
        yield io.BytesIO()

    def unpack(self, _archive: object, strip_components: int) -> None:
        self.asked.append(("unpack", strip_components))

    def is_complete(self, release: str) -> bool:
        return release in self.done

    is_sound = is_complete

    def is_migrated(self, release: str) -> bool:
        return release in self.noted

    def __getattr__(self, step: str) -> Any:
        def asked(*arguments: object) -> None:
            self.asked.append((step, *arguments))
            if step == self.broken:
                raise BuildError(f"{step} failed")

        return asked


def release(source: Source, workshop: Workshop) -> Release:
    return Release(source, RECIPE, workshop, workshop)  # type: ignore[arg-type]


def test_a_repositorys_release_is_named_by_its_commit_and_the_whole_recipe() -> None:
    workshop = Workshop()
    found = release(Source(git="git@git.test:web", version="main", key=KEY, submodules=True), workshop)
    more = ("packages/web", {"uploads": "/var/lib/web/uploads"}, True)
    assert found.name == identifier(COMMIT, ["npm ci"], {"A": 1}, "trixie", *more)
    assert workshop.asked == [("commit", "git@git.test:web", "main", KEY)]


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        (Source(digest=DIGEST), True),
        (Source(digest=DIGEST, upload="/tmp/a"), False),
        (Source(url="https://x/a.tgz", digest=DIGEST), False),
        (Source(git="https://x/a", version=COMMIT), False),
    ],
)
def test_only_files_of_the_controller_are_uploaded(source: Source, needed: bool) -> None:
    workshop = Workshop()
    found = release(source, workshop)
    assert (found.upload_needed, found.is_local) == (needed, source.digest is not None and source.url is None)
    workshop.done = [found.name]
    assert not found.upload_needed


def test_a_repository_is_fetched_built_and_taken_over() -> None:
    workshop = Workshop()
    found = release(Source(git="https://x/a", version="main", key=KEY), workshop)
    found.build()
    assert workshop.asked[1:] == [
        ("create", found.name),
        ("checkout", "https://x/a", COMMIT, False, KEY),
        ("build", ("npm ci",), "packages/web"),
        ("share", {"uploads": "/var/lib/web/uploads"}),
        ("finish", found.name, True),
        ("discard",),
    ]


def test_an_archive_is_fetched_with_its_checksum_and_unpacked() -> None:
    workshop = Workshop()
    release(Source(url="https://x/a.tgz", digest=DIGEST, strip_components=1), workshop).build()
    assert workshop.asked[1:3] == [("download", "https://x/a.tgz", DIGEST), ("unpack", 1)]


def test_uploaded_files_are_unpacked(tmp_path: Path) -> None:
    workshop, upload = Workshop(), tmp_path / "release.tar"
    upload.write_bytes(b"")
    release(Source(digest=DIGEST, upload=str(upload)), workshop).build()
    assert workshop.asked[1] == ("unpack", 0)


def test_nothing_is_left_of_a_build_that_failed() -> None:
    workshop = Workshop()
    workshop.broken = "build"
    with pytest.raises(BuildError, match="build failed"):
        release(Source(git="https://x/a", version=COMMIT), workshop).build()
    assert [step for step, *_arguments in workshop.asked] == ["commit", "create", "checkout", "build", "discard"]


def test_what_is_to_be_migrated_is_complete_only_then() -> None:
    workshop = Workshop()
    recipe = replace(RECIPE, migrate=("npm run migrate",))
    found = Release(Source(git="https://x/a", version=COMMIT), recipe, workshop, workshop)  # type: ignore[arg-type]
    assert found.name != release(Source(git="https://x/a", version=COMMIT), workshop).name
    assert found.migrations == recipe.migrate
    found.build()
    assert ("finish", found.name, False) in workshop.asked
    workshop.noted = [found.name]
    assert found.migrations == ()
    found.build()
    assert ("finish", found.name, True) in workshop.asked
