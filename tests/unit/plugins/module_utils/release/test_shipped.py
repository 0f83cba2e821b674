# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A release that another host has built: which it is, and how it becomes one here."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.files import directory
from ansible_collections.nostromo.networking.plugins.module_utils.release.archive import pack
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BuildError, Limits, Source
from ansible_collections.nostromo.networking.plugins.module_utils.release.release import Recipe
from ansible_collections.nostromo.networking.plugins.module_utils.release.shipped import Shipment, Shipped
from ansible_collections.nostromo.networking.plugins.module_utils.release.store import Store

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")

BUILDER, GROUP = 12345, 12346
COMMIT = "c" * 40
BRANCH, PINNED, FILES = Source(git="g", version="main"), Source(git="g", version=COMMIT), Source(digest="d" * 64)
RECIPE = Recipe(("npm ci",), platform="trixie", shared={"uploads": "/var/lib/web/uploads"})
NAME = RECIPE.name(COMMIT, False)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "web"), (BUILDER, BUILDER), GROUP, RECIPE.shared)


def shipment(content: bytes, place: Path) -> Shipment:
    archive = place / "archive.tar.gz"
    archive.write_bytes(content)
    return Shipment("app1", NAME, str(archive), hashlib.sha256(content).hexdigest())


def built(place: Path) -> bytes:
    tree = place / "built"
    (tree / "node_modules").mkdir(parents=True)
    (tree / "server.js").write_text("serve()", encoding="utf-8")
    (tree / "node_modules" / "run").write_text("#!/bin/sh", encoding="utf-8")
    (tree / "node_modules" / "run").chmod(0o750)
    (tree / "python").symlink_to("/usr/bin/python3")
    (tree / "uploads").symlink_to("/var/lib/web/uploads")
    target = io.BytesIO()
    with directory(tree) as opened:
        pack(opened, target)
    return target.getvalue()


def linked(link: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        member = tarfile.TarInfo("x")
        member.type, member.linkname = tarfile.SYMTYPE, link
        archive.addfile(member)
    return target.getvalue()


def shipped(store: Store, sent: Shipment, source: Source = BRANCH, recipe: Recipe = RECIPE) -> Shipped:
    return Shipped(sent, source, recipe, store, Limits())


def receive(store: Store, content: bytes, place: Path) -> None:
    shipped(store, shipment(content, place)).build()


def test_it_is_as_if_it_had_been_built_here(store: Store, tmp_path: Path) -> None:
    receive(store, built(tmp_path), tmp_path)
    assert store.is_complete(NAME)
    assert store.astray(NAME) == []
    release = store.path(NAME)
    assert (release / "server.js").read_text(encoding="utf-8") == "serve()"
    owners = {(path.lstat().st_uid, path.lstat().st_gid) for path in (release, *release.rglob("*"))}
    assert owners == {(0, GROUP)}
    assert {path.name: path.stat().st_mode & 0o7777 for path in (release / "node_modules").iterdir()} == {"run": 0o750}
    assert not (store.root / ".build").exists()


@pytest.mark.parametrize("link", ["/etc/shadow", "../../other", "/var/lib/other", "/srv/web/releases/other"])
def test_a_link_that_leads_out_is_refused_as_of_a_build(link: str, store: Store, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=f"x leads to {link}"):
        receive(store, linked(link), tmp_path)
    assert store.complete() == []
    assert not (store.root / ".build").exists()
    assert list(store.releases.iterdir()) == []


def test_one_that_was_damaged_on_its_way_is_named(store: Store, tmp_path: Path) -> None:
    sent = shipment(built(tmp_path), tmp_path)
    with open(str(sent.archive), "r+b") as file:
        file.seek(100)
        file.write(b"damage")
    with pytest.raises(BuildError, match=f"^the archive of release {NAME} from app1 cannot be used: it was damaged on its way"):
        shipped(store, sent).build()
    assert store.complete() == []


def test_one_that_fills_the_disk_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="more than 0 MiB"):
        Shipped(shipment(built(tmp_path), tmp_path), BRANCH, RECIPE, store, Limits(disk_mebibytes=0)).build()


def test_the_archive_is_needed_where_the_release_is_missing(store: Store, tmp_path: Path) -> None:
    asked = Shipment("app1", NAME)
    assert shipped(store, asked).upload_needed
    receive(store, built(tmp_path), tmp_path)
    assert not shipped(store, asked).upload_needed


@pytest.mark.parametrize(
    ("source", "name"),
    [(PINNED, NAME), (FILES, RECIPE.name("d" * 64, False)), (BRANCH, "current")],
    ids=["commit", "files", "branch"],
)
def test_which_it_is_where_nobody_has_said(source: Source, name: str, store: Store) -> None:
    assert shipped(store, Shipment("app1"), source).name == name


def test_a_branch_is_what_serves_until_the_builder_is_asked(store: Store, tmp_path: Path) -> None:
    receive(store, built(tmp_path), tmp_path)
    store.switch(NAME)
    assert shipped(store, Shipment("app1")).name == NAME
    assert shipped(store, Shipment("app1"), recipe=Recipe(("make",))).name == "current"


def test_one_that_was_built_otherwise_is_refused(store: Store) -> None:
    with pytest.raises(BuildError, match=f"^app1 builds it otherwise, as release {NAME}"):
        shipped(store, Shipment("app1", NAME), recipe=Recipe(("make",)))


def test_of_one_that_was_migrated_there_it_is_known_here(store: Store, tmp_path: Path) -> None:
    recipe = replace(RECIPE, migrate=("npm run migrate",))
    sent = replace(shipment(built(tmp_path), tmp_path), release=recipe.name(COMMIT, False))
    found = shipped(store, sent, recipe=recipe)
    assert found.migrations == ()
    found.build()
    assert (store.is_complete(found.name), store.is_migrated(found.name)) == (True, True)
    receive(store, built(tmp_path / "other"), tmp_path)
    assert not store.is_migrated(NAME)
