# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Archives for other hosts: the same bytes for the same files, and what a hostile one cannot do."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.files import directory
from ansible_collections.nostromo.networking.plugins.module_utils.release.archive import ArchiveError, pack, unpack

Entry = tuple[tarfile.TarInfo, bytes]


def packed(place: Path) -> bytes:
    target = io.BytesIO()
    with directory(place) as tree:
        pack(tree, target)
    return target.getvalue()


def unpacked(archive: bytes, place: Path, limit: int = 10, fault: str | None = None) -> dict[str, str]:
    place.mkdir(exist_ok=True)
    with directory(place) as tree:
        return unpack(io.BytesIO(archive), tree, limit, lambda: fault)


def entry(name: str, kind: bytes = tarfile.REGTYPE, content: bytes = b"", link: str = "", mode: int = 0o644) -> Entry:
    member = tarfile.TarInfo(name)
    member.type, member.size, member.linkname, member.mode = kind, len(content), link, mode
    return member, content


def hostile(entries: Iterable[Entry]) -> bytes:
    """As nothing of ours would make it."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        for member, content in entries:
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def release(place: Path, times: int = 1_700_000_000) -> Path:
    (place / "dist" / ("long" * 40)).mkdir(parents=True)
    (place / "empty").mkdir()
    (place / "dist" / "server.js").write_text("serve()", encoding="utf-8")
    (place / "dist" / "run").write_bytes(b"#!/bin/sh\n")
    (place / "dist" / "run").chmod(0o750)
    (place / "dist" / ("long" * 40) / "ñandú").write_bytes(b"\0" * 5000)
    os.link(place / "dist" / "server.js", place / "dist" / "server.mjs")
    (place / "python").symlink_to("/usr/bin/python3")
    for path in place.rglob("*"):
        os.utime(path, (times, times), follow_symlinks=False)
    return place


def test_what_is_unpacked_is_what_was_packed(tmp_path: Path) -> None:
    source, target = release(tmp_path / "a"), tmp_path / "b"
    assert unpacked(packed(source), target) == {"python": "/usr/bin/python3"}
    assert sorted(path.relative_to(target) for path in target.rglob("*")) == sorted(
        path.relative_to(source) for path in source.rglob("*")
    )
    for path in (path for path in target.rglob("*") if path.is_file() and not path.is_symlink()):
        assert path.read_bytes() == (source / path.relative_to(target)).read_bytes()
        assert (path.stat().st_mtime, path.stat().st_nlink) == (1_700_000_000, 1)
    assert os.readlink(target / "python") == "/usr/bin/python3"
    modes = {path.name: path.stat().st_mode & 0o7777 for path in (target / "dist").iterdir()}
    assert modes == {"server.js": 0o644, "server.mjs": 0o644, "run": 0o755, "long" * 40: 0o755}


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = release(tmp_path / "a"), release(tmp_path / "b")
    if os.geteuid() == 0:
        for path in other.rglob("*"):
            os.chown(path, 1234, 1234, follow_symlinks=False)
    (other / "dist" / "run").chmod(0o700)
    os.utime(other / "empty", (5, 5))
    assert packed(one) == packed(other)
    unpacked(packed(one), tmp_path / "c")
    assert packed(tmp_path / "c") == packed(one)


def test_a_name_that_is_no_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/a/\xff\xfe"))).write_bytes(b"x")
    unpacked(packed(tmp_path / "a"), tmp_path / "b")
    assert os.listdir(os.fsencode(tmp_path / "b")) == [b"\xff\xfe"]


def test_what_cannot_be_shipped_is_not_packed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArchiveError, match="pipe is no directory, regular file or symbolic link"):
        packed(tmp_path)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        pytest.param([entry("/etc/cron.d/x")], "/etc/cron.d/x is an absolute path", id="absolute"),
        pytest.param([entry("../x")], "../x is not a plain relative path", id="above"),
        pytest.param([entry("a", tarfile.DIRTYPE), entry("a/../../x")], "not a plain relative path", id="above, inside"),
        pytest.param([entry("./x")], "not a plain relative path", id="dot"),
        pytest.param([entry("")], "not a plain relative path", id="no name"),
        pytest.param([entry("d", tarfile.SYMTYPE, link="/etc"), entry("d/x")], "d/x is in no directory", id="through a link"),
        pytest.param(
            [entry("a", tarfile.DIRTYPE), entry("a/d", tarfile.SYMTYPE, link="."), entry("a/d/x")],
            "a/d/x is in no directory",
            id="through a link that stays",
        ),
        pytest.param([entry("x", tarfile.SYMTYPE, link="/etc/passwd"), entry("x")], "x is there twice", id="onto a link"),
        pytest.param([entry("x"), entry("x", tarfile.SYMTYPE, link="/etc")], "x is there twice", id="a link onto a file"),
        pytest.param([entry("x", tarfile.DIRTYPE), entry("x", tarfile.DIRTYPE)], "x is there twice", id="a directory twice"),
        pytest.param([entry("x", tarfile.LNKTYPE, link="/etc/shadow")], "x is a second name of another", id="hard link"),
        pytest.param([entry("x"), entry("y", tarfile.LNKTYPE, link="x")], "y is a second name", id="hard link, inside"),
        pytest.param([entry("x", tarfile.CHRTYPE)], "x is a device", id="character device"),
        pytest.param([entry("x", tarfile.BLKTYPE)], "x is a device", id="block device"),
        pytest.param([entry("x", tarfile.FIFOTYPE)], "x is a FIFO", id="FIFO"),
        pytest.param([entry("x", tarfile.CONTTYPE)], "x is no directory, regular file", id="contiguous"),
        pytest.param([entry("x", b"Z")], "x is no directory, regular file", id="unheard of"),
        pytest.param([entry("x", mode=0o4755)], "x has a set-user-ID", id="set-user-ID"),
        pytest.param([entry("x", mode=0o2755)], "x has a set-user-ID", id="set-group-ID"),
        pytest.param([entry("x", tarfile.DIRTYPE, mode=0o1777)], "x has a set-user-ID", id="sticky"),
        pytest.param([entry("a/x")], "a/x is in no directory", id="without its directory"),
        pytest.param([entry("x" * 100_000)], "a header of it has", id="an endless name"),
        pytest.param([entry("/".join(["a"] * 101))], "more than 100 directories deep", id="deep"),
        pytest.param([entry("x", content=bytes(11 << 20))], "more than 10 MiB", id="a bomb"),
        pytest.param([entry(f"x{n}", content=bytes(1 << 20)) for n in range(11)], "more than 10 MiB", id="many bombs"),
        pytest.param([entry("x\x1b[2J", mode=0o4755)], r"x\x1b[2J has", id="a name for a terminal"),
    ],
)
def test_what_a_hostile_archive_says_is_refused(entries: list[Entry], said: str, tmp_path: Path) -> None:
    before = {path: path.lstat() for path in (Path("/etc/passwd"), Path("/etc/shadow"))}
    with pytest.raises(ArchiveError) as fault:
        unpacked(hostile(entries), tmp_path / "tree")
    assert said in str(fault.value)
    assert not (tmp_path / "x").exists()
    assert {path: path.lstat() for path in before} == before


@pytest.mark.parametrize("owner", [0, 1234])
def test_owners_are_whoever_unpacks(owner: int, tmp_path: Path) -> None:
    member, content = entry("x", mode=0o777)
    member.uid, member.uname = owner, "root"
    unpacked(hostile([(member, content)]), tmp_path / "tree")
    made = (tmp_path / "tree" / "x").stat()
    assert (made.st_uid, made.st_mode & 0o7777) == (os.geteuid(), 0o755)


def test_sparse_files_are_refused(tmp_path: Path) -> None:
    member, content = entry("x", content=b"x")
    member.pax_headers = {"GNU.sparse.map": "0,1", "GNU.sparse.size": str(1 << 40), "GNU.sparse.name": "x"}
    with pytest.raises(ArchiveError):
        unpacked(hostile([(member, content)]), tmp_path / "tree")


@pytest.mark.parametrize(
    "damage",
    [
        lambda archive: archive[:-1000],
        lambda archive: b"",
        lambda archive: b"\0" * len(archive),
        lambda archive: gzip.compress(b"no archive" * 1000),
        lambda archive: archive[:200] + b"\xff" * 50 + archive[250:],
    ],
)
def test_a_damaged_archive_is_said_to_be_one(damage, tmp_path: Path) -> None:
    source = release(tmp_path / "a")
    (source / "random").write_bytes(os.urandom(5000))
    with pytest.raises(ArchiveError, match="damaged"):
        unpacked(damage(packed(source)), tmp_path / "b")


def test_it_ends_when_it_has_to(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="unpacked, it left less than 1 MiB"):
        unpacked(hostile([entry("x")]), tmp_path / "b", fault="left less than 1 MiB of the disk free")
