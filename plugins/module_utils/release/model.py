# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a release's files come from, and what it is called."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..faults import Faults
from .address import shown
from .check import CHECKSUM, CHECKSUM_REMEDY, check_source
from .deploy_key import DeployKey

#: The system user that fetches and builds, where ``pm2_build_user`` names no other.
BUILD_USER = "nostromo-build"
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_SHOWN = 12
_RECIPE = 6
#: Raised when releases are made by other rules, so that they are made anew. 2: root's, read-only for the service.
_RULES = 2


def link_command(path: str, target: str) -> str:
    """Puts a link in the place of a directory of the release, as the last command of a build."""
    return f"rm -rf ./{path} && mkdir -p ./{posixpath.dirname(path)} && ln -s {shlex.quote(target)} ./{path}"


class SourceError(ValueError):
    """A source that cannot be used."""


class BuildError(Exception):
    """A release cannot be made; the message is for the user, and may end with the last lines of a command."""


@dataclass(frozen=True)
class Limits:
    """What a build may use: the time of all its commands together, and the disk of its files and its cache."""

    seconds: int = 1200
    memory_mebibytes: int = 2048
    tasks: int = 512
    disk_mebibytes: int = 4096

    @property
    def disk_bytes(self) -> int:
        """The limit of the disk, in bytes."""
        return self.disk_mebibytes * 1024 * 1024


@dataclass(frozen=True)
class Workplace:
    """Where a build works: ``directory`` is root's, ``tree``, ``home`` and ``temporary`` in it are the build user's.

    Builds see ``tree`` as ``release``, where it will be in the end: what they make knows its own path.
    """

    directory: Path
    release: Path

    @property
    def tree(self) -> Path:
        """What becomes the release."""
        return self.directory / "tree"

    @property
    def home(self) -> Path:
        """The home of one build."""
        return self.directory / "home"

    @property
    def temporary(self) -> Path:
        """The temporary files of one build."""
        return self.directory / "temporary"


#: A user of a URL that is shorter is a name, such as ``git``.
_SHORTEST_TOKEN = 12


@dataclass(frozen=True)
class Source:
    """One of: a git repository and a version; an archive's address and its SHA-256; files from the controller.

    ``key`` is for a repository that is fetched over SSH. ``digest`` is what the controller computed of a path or a file;
    ``upload`` where it put the archive on this host, once asked for it.
    """

    git: str | None = None
    version: str | None = None
    key: DeployKey | None = None
    url: str | None = None
    digest: str | None = None
    upload: str | None = None
    strip_components: int = 0
    submodules: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the files are on the controller."""
        return self.git is None and self.url is None


def source(options: Mapping[str, object]) -> Source:
    """A source from a task's options. Raises :class:`SourceError`."""
    faults = Faults()
    check_source(options, "source", faults)
    if faults.errors:
        raise SourceError("\n".join(map(str, faults.errors)))
    kind = next(name for name in ("git", "path", "archive") if options.get(name))
    place = str(options[kind])
    if kind == "git":
        key, submodules = _key(options), bool(options.get("submodules"))
        return Source(git=place, version=str(options["version"]), key=key, submodules=submodules)
    strip = int(str(options.get("strip_components") or 0))
    if kind == "archive" and "://" in place:
        checksum = str(options["checksum"])
        if not re.fullmatch(CHECKSUM, checksum):
            raise SourceError(f"source.checksum: {checksum!r} is not a checksum; {CHECKSUM_REMEDY}")
        return Source(url=place, digest=checksum.removeprefix("sha256:"), strip_components=strip)
    if not options.get("digest"):
        raise SourceError(
            f"source.{kind}: the controller has not computed the digest; run the module as a task, not ad hoc"
        )
    upload = str(options["upload"]) if options.get("upload") else None
    return Source(digest=str(options["digest"]), upload=upload, strip_components=strip)


def described(options: Mapping[str, object]) -> str:
    """A source of a task's options in words, for everybody to read."""
    if options.get("git"):
        return f"{shown(str(options['git']))} {options.get('version') or ''}".strip()
    archive = str(options.get("archive") or "")
    return shown(archive) if "://" in archive else "files of the controller"


def _key(options: Mapping[str, object]) -> DeployKey | None:
    """The key to a repository, if one is given."""
    private = options.get("deploy_key")
    return DeployKey(str(private), str(options["known_hosts"])) if private else None


def credentials(address: str) -> set[str]:
    """What of a URL nobody should read: its password, or else a user that can only be a token (RFC 3986, section 3.2.1)."""
    if "://" not in address:
        return set()
    try:
        parts = urlsplit(address)
    except ValueError:
        return set()
    if parts.password:
        secret = parts.password
    elif parts.scheme in ("http", "https") and len(parts.username or "") >= _SHORTEST_TOKEN:
        secret = str(parts.username)
    else:
        return set()
    return {secret, unquote(secret)}


def is_commit(version: str) -> bool:
    """Whether a version is a full commit, which always means the same files."""
    return bool(_COMMIT.match(version))


def commit_of(listing: str, version: str) -> str | None:
    """The commit of a branch or tag in what ``git ls-remote`` printed. A tag's own commit wins over the tag object."""
    commits = {}
    for line in listing.splitlines():
        commit, _tab, name = line.partition("\t")
        commits[name] = commit
    for name in (f"refs/tags/{version}^{{}}", f"refs/tags/{version}", f"refs/heads/{version}", version):
        if name in commits:
            return commits[name]
    return None


def identifier(
    revision: str, build: Sequence[str], environment: Mapping[str, object], platform: str, *more: object
) -> str:
    """The name of the release that a recipe makes of a revision: the same inputs give the same name.

    ``more`` is what else is part of the recipe, where it is anything.
    """
    return f"{revision[:_SHOWN]}{recipe_mark(build, environment, platform, *more)}"


def recipe_mark(build: Sequence[str], environment: Mapping[str, object], platform: str, *more: object) -> str:
    """How the names of all releases of a recipe end."""
    recipe = json.dumps([_RULES, list(build), sorted(environment.items()), platform, *filter(None, more)])
    return f"-{hashlib.sha256(recipe.encode()).hexdigest()[:_RECIPE]}"


def surplus(releases: Iterable[tuple[str, float]], current: str, previous: str | None, keep: int) -> list[str]:
    """Which releases (name, time of completion) to remove so that ``keep`` stay: current, previous, the newest."""
    kept = [name for name in (current, previous) if name]
    newest = [name for name, _time in sorted(releases, key=lambda item: (-item[1], item[0]))]
    order = [name for name in kept if name in newest] + [name for name in newest if name not in kept]
    return sorted(order[max(keep, 1) :])


def compression(head: bytes) -> list[str]:
    """The option that tells tar how an archive is packed, by its first bytes (tar cannot look ahead in a pipe)."""
    for magic, option in (
        (b"\x1f\x8b", "--gzip"),
        (b"\xfd7zXZ", "--xz"),
        (b"BZh", "--bzip2"),
        (b"\x28\xb5\x2f\xfd", "--zstd"),
    ):
        if head.startswith(magic):
            return [option]
    return []
