# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sources and the names of the releases made of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import (
    Source,
    SourceError,
    commit_of,
    compression,
    credentials,
    identifier,
    is_commit,
    link_command,
    source,
    surplus,
)

DIGEST = "0123456789ab" + "0" * 52
COMMIT = "f" * 40


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"git": "https://x/y.git", "version": "main"}, Source(git="https://x/y.git", version="main")),
        (
            {"git": "https://x/y.git", "version": "main", "submodules": True},
            Source(git="https://x/y.git", version="main", submodules=True),
        ),
        ({"path": "/app", "digest": DIGEST}, Source(digest=DIGEST)),
        ({"path": "/app", "digest": DIGEST, "upload": "/tmp/a"}, Source(digest=DIGEST, upload="/tmp/a")),
        (
            {"archive": "https://x/a.tgz", "checksum": f"sha256:{DIGEST}", "strip_components": 1},
            Source(url="https://x/a.tgz", digest=DIGEST, strip_components=1),
        ),
        ({"archive": "a.tgz", "digest": DIGEST}, Source(digest=DIGEST)),
    ],
)
def test_sources(options: dict[str, object], expected: Source) -> None:
    assert source(options) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "source: names no place; give exactly one of git, path and archive"),
        ({"git": "a", "path": "b"}, "source: names git and path; give exactly one of git, path and archive"),
        ({"git": "https://x"}, "source.version: is missing; say which branch, tag or commit of the repository"),
        (
            {"git": "SEVASTOPOL_REPOSITORY", "version": "main"},
            'source.git: "SEVASTOPOL_REPOSITORY" is a placeholder that was left in; put where the code comes from in its place',
        ),
        (
            {"archive": "http://x/a.tgz", "checksum": f"sha256:{DIGEST}"},
            "source.archive: is not an https address; use one",
        ),
        (
            {"archive": "https://x/a.tgz", "checksum": "md5:0"},
            "source.checksum: 'md5:0' is not a checksum; write it as sha256: and 64 hexadecimal digits",
        ),
        (
            {"archive": "https://x/a.tgz"},
            "source.checksum: is missing: an archive from the network needs its checksum; write it as sha256: and 64 hexadecimal"
            " digits",
        ),
        (
            {"path": "/app"},
            "source.path: the controller has not computed the digest; run the module as a task, not ad hoc",
        ),
    ],
)
def test_refused_sources(options: dict[str, object], message: str) -> None:
    with pytest.raises(SourceError) as error:
        source(options)
    assert str(error.value) == message


LISTING = f"{'1' * 40}\trefs/heads/main\n{'2' * 40}\trefs/tags/v1\n{COMMIT}\trefs/tags/v1^{{}}\n{'3' * 40}\trefs/heads/x/main\n"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://git.example.org/a.git", set()),
        ("ssh://git@git.example.org/a.git", set()),
        ("git@git.example.org:a.git", set()),
        ("https://ripley@git.example.org/a.git", set()),
        ("https://ripley:s%40fe@git.example.org/a.git", {"s%40fe", "s@fe"}),
        ("https://ghp_0123456789abcdef@git.example.org/a.git", {"ghp_0123456789abcdef"}),
        ("https://[broken", set()),
    ],
)
def test_what_of_an_address_is_secret(address: str, expected: set[str]) -> None:
    assert credentials(address) == expected


@pytest.mark.parametrize(
    ("version", "expected"), [("main", "1" * 40), ("v1", COMMIT), ("x/main", "3" * 40), ("none", None)]
)
def test_the_commit_of_a_version(version: str, expected: str | None) -> None:
    assert commit_of(LISTING, version) == expected


@pytest.mark.parametrize(("version", "expected"), [(COMMIT, True), (COMMIT[:-1], False), ("main", False)])
def test_only_a_full_commit_is_one(version: str, expected: bool) -> None:
    assert is_commit(version) is expected


def test_a_release_is_named_by_all_that_makes_it() -> None:
    names = {
        identifier(DIGEST, ["npm ci"], {}, ""),
        identifier(COMMIT, ["npm ci"], {}, ""),
        identifier(DIGEST, ["npm ci", "npm run build"], {}, ""),
        identifier(DIGEST, ["npm ci"], {"A": "1"}, ""),
        identifier(DIGEST, ["npm ci"], {}, "trixie"),
    }
    assert len(names) == 5
    assert identifier(DIGEST, ["npm ci"], {}, "") == identifier(DIGEST, ("npm ci",), {}, "")
    assert identifier(DIGEST, [], {}, "").startswith("0123456789ab-")


@pytest.mark.parametrize(
    ("current", "previous", "keep", "expected"),
    [
        ("d", "c", 3, ["a"]),
        ("d", "a", 2, ["b", "c"]),
        ("a", None, 2, ["b", "c"]),
        ("d", "c", 0, ["a", "b", "c"]),
        ("d", "gone", 9, []),
    ],
)
def test_what_is_surplus(current: str, previous: str | None, keep: int, expected: list[str]) -> None:
    releases = [("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0)]
    assert surplus(releases, current, previous, keep) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\x1f\x8b\x08", ["--gzip"]),
        (b"\xfd7zXZ\x00", ["--xz"]),
        (b"BZh9", ["--bzip2"]),
        (b"\x28\xb5\x2f\xfd", ["--zstd"]),
        (b"a.txt", []),
    ],
)
def test_compression(head: bytes, expected: list[str]) -> None:
    assert compression(head) == expected


def test_what_else_makes_a_release_another() -> None:
    plain = identifier("f" * 40, ["npm ci"], {}, "trixie")
    assert identifier("f" * 40, ["npm ci"], {}, "trixie", "", {}, False) == plain
    others = [("packages/api",), ("", {"uploads": "/var/lib/api/uploads"}), ("", {}, True)]
    assert len({plain, *(identifier("f" * 40, ["npm ci"], {}, "trixie", *more) for more in others)}) == 4


def test_a_link_takes_the_place_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "uploads" / "kept").mkdir(parents=True)
    for path in ("uploads", ".next/cache"):
        subprocess.run(["sh", "-ec", link_command(path, f"/var/lib/it's/{path}")], cwd=tmp_path, check=True)
        assert str((tmp_path / path).readlink()) == f"/var/lib/it's/{path}"
