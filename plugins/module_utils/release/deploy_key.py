# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The key to a private repository, shown to the one command that fetches, and to nothing that is built.

It lies in memory (/run), in a directory that only root enters, and is mounted into that command's unit alone: it is on no
disk, in no environment and in no list of processes. systemd's credentials would do as much, but stay empty in many containers.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_MEMORY = Path("/run")
#: Where the command finds them.
_KEY, _HOSTS = "/run/deploy/key", "/run/deploy/known_hosts"
_SSH = " ".join(
    (
        f"ssh -F none -i {_KEY} -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none",
        f"-o UserKnownHostsFile={_HOSTS} -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes",
    )
)


@dataclass(frozen=True)
class DeployKey:
    """A private key without a passphrase, as OpenSSH or PEM writes it, and the lines of known_hosts that tell its server."""

    private: str = field(repr=False)
    known_hosts: str


@dataclass(frozen=True)
class Access:
    """What a command's unit needs to get at a repository: properties and variables."""

    settings: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def granted(key: DeployKey | None, owner: tuple[int, int], memory: Path = _MEMORY) -> Iterator[Access]:
    """Access by a key for a user (uid, gid) as long as this lasts; without a key, none is given."""
    if key is None:
        yield Access()
        return
    with tempfile.TemporaryDirectory(prefix="nostromo-deploy-", dir=memory) as place:
        mounts = {_KEY: key.private, _HOSTS: key.known_hosts}
        for number, text in enumerate(mounts.values()):
            _write(f"{place}/{number}", f"{text.strip()}\n", owner)  # ssh(1) asks for the line break
        settings = (f"BindReadOnlyPaths={place}/{number}:{path}" for number, path in enumerate(mounts))
        yield Access(tuple(settings), {"GIT_SSH_COMMAND": _SSH})


def _write(path: str, text: str, owner: tuple[int, int]) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="utf-8") as file:
        os.fchown(file.fileno(), *owner)
        file.write(text)
