# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fetch and build releases as a user of their own, each step confined by systemd to the release that it makes."""

from __future__ import annotations

import os
import pwd
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from .model import SourceError, commit_of, compression, is_commit

_SHOWN_LINES = 40
#: How long a fetch may take, in seconds.
_FETCH_TIMEOUT = 300
_CONFINED = (
    "CapabilityBoundingSet=",
    "LockPersonality=yes",
    "NoNewPrivileges=yes",
    "PrivateDevices=yes",
    "PrivateTmp=yes",
    "ProtectControlGroups=yes",
    "ProtectHome=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectSystem=strict",
    "RestrictSUIDSGID=no",
    "UMask=0027",
)


class BuildError(Exception):
    """A step failed; the message ends with its last lines."""


class Builder:
    """Runs commands for one service as the build user. ``timeout`` is in seconds, for each command."""

    def __init__(self, service: str, user: str, environment: Mapping[str, str], timeout: int) -> None:
        self._unit = f"release-{service}.service"
        account = pwd.getpwnam(user)
        self._user = user
        self._account = account
        self._timeout = timeout
        self._environment = {
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            **environment,
            "GIT_TERMINAL_PROMPT": "0",
            "HOME": account.pw_dir,
            "LOGNAME": user,
            "USER": user,
        }

    def commit(self, repository: str, version: str) -> str:
        """The commit that a version of a git repository stands for now."""
        if is_commit(version):
            return version
        command = ["git", "ls-remote", "--", repository, version, f"refs/tags/{version}^{{}}"]
        try:
            listing = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_FETCH_TIMEOUT,
                env=self._environment,
                user=self._account.pw_uid,
                group=self._account.pw_gid,
                extra_groups=[],
                cwd="/",
            )
        except FileNotFoundError:
            raise BuildError("git is not installed") from None
        except subprocess.TimeoutExpired:
            raise BuildError(f"git ls-remote {repository} gave no answer in {_FETCH_TIMEOUT} s") from None
        if listing.returncode:
            raise BuildError(f"git ls-remote {repository} failed:\n{listing.stderr.strip()}")
        commit = commit_of(listing.stdout, version)
        if not commit:
            raise SourceError(f"source.version: {repository} has no branch or tag {version}")
        return commit

    def checkout(self, repository: str, commit: str, release: Path) -> None:
        """Put the files of a commit into a release, without the repository's history."""
        script = (
            'git init --quiet . && git fetch --quiet --depth 1 -- "$1" "$2" && git checkout --quiet FETCH_HEAD'
            " && rm -rf .git"
        )
        self._run(
            ["sh", "-c", script, "sh", repository, commit],
            release,
            f"fetch {commit[:12]} of {repository}",
            _FETCH_TIMEOUT,
        )

    def unpack(self, archive: Path, release: Path, strip_components: int) -> None:
        """Unpack an archive into a release."""
        with archive.open("rb", buffering=0) as packed:
            head = packed.read(8)
            packed.seek(0)
            command = [
                "tar",
                "--extract",
                *compression(head),
                "--no-same-owner",
                f"--strip-components={strip_components}",
            ]
            self._run([*command, "--file=-"], release, "unpack the archive", _FETCH_TIMEOUT, packed)

    def build(self, commands: Sequence[str], release: Path) -> None:
        """Run the build commands, each by a shell in the release."""
        for number, command in enumerate(commands, 1):
            self._run(
                ["sh", "-ec", command],
                release,
                f"build command {number} of {len(commands)}, {command!r},",
                self._timeout,
            )

    def _run(
        self, command: Sequence[str], release: Path, title: str, timeout: int, stdin: IO[bytes] | None = None
    ) -> None:
        # One that a cut-off run left behind would write into the same release.
        subprocess.run(["systemctl", "--quiet", "stop", self._unit], stderr=subprocess.DEVNULL, check=False)
        # systemd fetches the values from its own client's environment, so that no list of processes shows them.
        settings = [f"--setenv={name}" for name in sorted(self._environment)]
        properties = [*_CONFINED, f"ReadWritePaths={release} {self._account.pw_dir}", f"RuntimeMaxSec={timeout}"]
        confined = [
            *("systemd-run", "--quiet", "--collect", "--wait", "--pipe", f"--unit={self._unit}", "--service-type=exec"),
            *(f"--uid={self._user}", f"--gid={self._account.pw_gid}", f"--working-directory={release}"),
            *settings,
            *(f"--property={setting}" for setting in properties),
        ]
        started = time.monotonic()
        done = subprocess.run(
            [*confined, "--", *command],
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self._environment},
            check=False,
        )
        if done.returncode:
            seconds = time.monotonic() - started
            how = f"was stopped after {timeout} s" if seconds >= timeout else f"ended with status {done.returncode}"
            output = done.stdout.decode(errors="replace").rstrip().splitlines()[-_SHOWN_LINES:]
            raise BuildError("\n".join([f"{title} {how}", *(f"  | {line}" for line in output)]))
