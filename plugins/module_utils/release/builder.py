# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fetch and build releases as a user of their own, each command confined by systemd to the release that it makes."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..files import directory
from .caches import cache
from .deploy_key import Access, DeployKey, granted
from .disk import Watch, size
from .model import BuildError, Limits, SourceError, Workplace, commit_of, compression, is_commit, link_command
from .processes import end_all
from .run import Unit, run, stop
from .sandbox import environment, paths, properties

#: How long a fetch, and a look at a repository, may take, in seconds.
_FETCH_SECONDS = 300
_LOOK_SECONDS = 60
_LISTING_BYTES = 1024 * 1024
_LOOK_LIMITS = Limits(_LOOK_SECONDS, memory_mebibytes=512, tasks=64, disk_mebibytes=1)
_NO_ACCESS = Access()
_CACHES = Path("/var/cache")
_BUILDING = "release-"
_LOOKING = "lookup-"
#: The repository's history, and its submodules', is no part of a release.
_CHECKOUT = (
    'git init --quiet . && git fetch --quiet --depth 1 -- "$1" "$2" && git checkout --quiet FETCH_HEAD'
    ' && if [ "$3" ]; then git remote add origin "$1" && git submodule --quiet update --init --recursive --depth 1; fi'
    " && find . -name .git -prune -exec rm -rf {} +"
)
#: The address comes by standard input, for it may hold a password.
_DOWNLOAD = """
import sys, urllib.request
left = int(sys.argv[1])
try:
    with urllib.request.build_opener().open(sys.stdin.readline(), timeout=60) as answer:
        while block := answer.read(1 << 20):
            left -= len(block)
            if left < 0:
                sys.exit(f"it has more than {sys.argv[1]} bytes")
            sys.stdout.buffer.write(block)
except OSError as error:
    sys.exit(str(error))
"""


@dataclass(frozen=True)
class _Account:
    """The build user, in the words of systemd and of the kernel."""

    name: str
    uid: int
    gid: int

    @property
    def owner(self) -> tuple[int, int]:
        """uid and gid."""
        return self.uid, self.gid


class Builder:
    """Builds for one service as the build user, who runs nothing else. ``protocols`` are those that git may use."""

    def __init__(
        self, service: str, user: str, variables: Mapping[str, str], limits: Limits, protocols: Sequence[str]
    ) -> None:
        found = pwd.getpwnam(user)
        if found.pw_uid == 0:
            raise BuildError("build_user: root does not build; give the builds a system user of their own")
        self._account = _Account(user, found.pw_uid, found.pw_gid)
        self._service = service
        self._limits = limits
        self._environment = {
            "GIT_SSH_COMMAND": "ssh -F none -o BatchMode=yes",
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            **variables,
            **environment(user),
            "GIT_ALLOW_PROTOCOL": ":".join(protocols),
        }

    @property
    def owner(self) -> tuple[int, int]:
        """uid and gid of the build user."""
        return self._account.owner

    def commit(self, repository: str, version: str, key: DeployKey | None = None) -> str:
        """The commit that a version of a git repository stands for now."""
        if is_commit(version):
            return version
        command = ["git", "ls-remote", "--", repository, version, f"refs/tags/{version}^{{}}"]
        with tempfile.TemporaryFile() as answer, granted(key, self.owner) as access:
            unit = Unit(
                name=f"{_LOOKING}{secrets.token_hex(4)}.service",
                owner=(self._account.name, self._account.gid),
                directory="/",
                settings=[*properties(_LOOK_LIMITS, _LOOK_SECONDS, _systemd()), *access.settings],
                environment={**self._environment, **access.variables},
                seconds=_LOOK_SECONDS,
            )
            run(unit, command, f"git ls-remote {repository}", answer=answer)
            answer.seek(0)
            commit = commit_of(answer.read(_LISTING_BYTES).decode(errors="replace"), version)
        if not commit:
            raise SourceError(f"source.version: {repository} has no branch or tag {version}")
        return commit

    @contextmanager
    def alone(self) -> Iterator[Path]:
        """Be the only build of this host, when nothing else of the build user runs; gives the service's cache."""
        with cache(
            _CACHES / self._account.name, self._service, self.owner, self._limits.seconds, self._limits.disk_bytes
        ) as found:
            stop(f"{_BUILDING}*.service")
            self._end_all()
            yield found
            self._end_all()

    def at(self, place: Workplace, cached: Path) -> Build:
        """Begin a build."""
        return Build(self._service, self._account, self._environment, self._limits, place, cached)

    def _end_all(self) -> None:
        if not end_all(self._account.uid, spare=_LOOKING):
            raise BuildError(f"processes of {self._account.name} cannot be ended; see: ps -u {self._account.name}")


class Build:
    """The commands that make one release. Each runs in a unit of its own, which ends with it; their time is one."""

    def __init__(
        self,
        service: str,
        account: _Account,
        variables: Mapping[str, str],
        limits: Limits,
        place: Workplace,
        cached: Path,
    ) -> None:
        self._service = service
        self._account = account
        self._environment = variables
        self._limits = limits
        self._place = place
        self._cache = cached
        self._systemd = _systemd()
        self._deadline = time.monotonic() + limits.seconds
        self._watch = Watch(place.directory, limits.disk_mebibytes, self._size)
        self._units = 0

    def checkout(
        self, repository: str, commit: str, submodules: bool = False, key: DeployKey | None = None
    ) -> None:
        """Put the files of a commit, and of its submodules, into the release, without the repository's history."""
        command = ["sh", "-c", _CHECKOUT, "sh", repository, commit, "submodules" if submodules else ""]
        with granted(key, self._account.owner) as access:
            self._run(command, f"fetch {commit[:12]} of {repository}", _FETCH_SECONDS, access=access)

    @contextmanager
    def download(self, address: str, sha256: str) -> Iterator[IO[bytes]]:
        """An archive from the network, which has this checksum."""
        with tempfile.TemporaryFile(dir=self._place.directory) as archive, _piped(address) as stdin:
            command = ["python3", "-I", "-c", _DOWNLOAD, str(self._limits.disk_bytes)]
            self._run(command, f"fetch {address}", _FETCH_SECONDS, stdin, archive)
            archive.seek(0)
            found = hashlib.file_digest(archive, "sha256").hexdigest()
            if found != sha256:
                raise SourceError(f"source.checksum: {address} has sha256:{found}")
            archive.seek(0)
            yield archive

    def unpack(self, archive: IO[bytes], strip_components: int) -> None:
        """Unpack an archive into the release."""
        archive.seek(0)
        head = archive.read(8)
        os.lseek(archive.fileno(), 0, os.SEEK_SET)
        options = [*compression(head), "--no-same-owner", f"--strip-components={strip_components}", "--file=-"]
        self._run(["tar", "--extract", *options], "unpack the archive", _FETCH_SECONDS, archive)

    def build(self, commands: Sequence[str], place: str = "") -> None:
        """Run the build commands, each by a shell in the release, or in ``place``, a directory of it."""
        for number, command in enumerate(commands, 1):
            title = f"build command {number} of {len(commands)}, {command!r},"
            self._run(["sh", "-ec", f"cd ./{place}\n{command}" if place else command], title)

    def share(self, directories: Mapping[str, str]) -> None:
        """Have directories of the release lie elsewhere: path -> where, which is there when the release runs."""
        for path, target in directories.items():
            self._run(["sh", "-ec", link_command(path, target)], f"the link from {path} to {target}")

    def _run(
        self,
        command: Sequence[str],
        title: str,
        most_seconds: float = float("inf"),
        stdin: IO[bytes] | None = None,
        answer: IO[bytes] | None = None,
        access: Access = _NO_ACCESS,
    ) -> None:
        seconds = min(most_seconds, self._deadline - time.monotonic())
        if seconds <= 0:
            raise BuildError(f"{title} had no time left of the {self._limits.seconds} s that a build may take")
        self._units += 1
        unit = Unit(
            name=f"{_BUILDING}{self._service}-{self._units}.service",
            owner=(self._account.name, self._account.gid),
            directory=str(self._place.release),
            settings=[
                *properties(self._limits, seconds, self._systemd),
                *paths(self._place, self._cache),
                *access.settings,
            ],
            environment={**self._environment, **access.variables},
            seconds=seconds,
        )
        run(unit, command, title, stdin, answer, self._watch.fault)

    def _size(self) -> int:
        """Bytes that the build has on disk."""
        enough = self._limits.disk_bytes
        with directory(self._place.directory) as place, directory(self._cache.parent) as caches:
            trees = sum(size(place, name, enough) for name in place.names())
            return trees + size(caches, self._cache.name, enough)


@contextmanager
def _piped(text: str) -> Iterator[IO[bytes]]:
    """A short text to be read by a command."""
    reading, writing = os.pipe()
    with open(reading, "rb") as file:
        with open(writing, "wb") as pipe:
            pipe.write(text.encode())
        yield file


def _systemd() -> int:
    """The version of systemd."""
    said = subprocess.run(["systemctl", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0
