# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The key to a private repository, shown to the one command that fetches, and to nothing that is built.

It goes by systemd's credentials (systemd.exec(5), LoadCredential=) from this process' memory to that command's unit: it is
on no disk, in no list of processes and in no environment, and no other unit of the same user sees it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: git has a shell expand it.
_SSH = " ".join(
    (
        "ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none",
        '-i "$CREDENTIALS_DIRECTORY/deploy_key" -o "UserKnownHostsFile=$CREDENTIALS_DIRECTORY/known_hosts"',
        "-o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes",
    )
)


@dataclass(frozen=True)
class DeployKey:
    """A private key without a passphrase, as OpenSSH or PEM writes it, and the lines of known_hosts that tell its server."""

    private: str = field(repr=False)
    known_hosts: str


@dataclass(frozen=True)
class Access:
    """What a command's unit is given to get at a repository: properties, and variables."""

    settings: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()


@contextmanager
def granted(key: DeployKey | None) -> Iterator[Access]:
    """Access by a key as long as this lasts; without one, none is given."""
    if key is None:
        yield Access()
        return
    held = {"deploy_key": _in_memory(key.private), "known_hosts": _in_memory(key.known_hosts)}
    try:
        loaded = (f"LoadCredential={name}:/proc/{os.getpid()}/fd/{descriptor}" for name, descriptor in held.items())
        yield Access(tuple(loaded), (("GIT_SSH_COMMAND", _SSH),))
    finally:
        for descriptor in held.values():
            os.close(descriptor)


def _in_memory(text: str) -> int:
    """A file without a name that holds a text, with the line break at its end for which ssh(1) asks."""
    descriptor = os.memfd_create("release", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "w", encoding="utf-8") as file:
        file.write(text.rstrip("\n") + "\n")
    return descriptor
