# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deploy key is where the command that fetches looks for it, as long as that runs, and shows nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.deploy_key import DeployKey, granted
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import Source, SourceError, source

PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----"
HOSTS = "git.example.org ssh-ed25519 AAAA\n"
GIVEN = {"git": "git@git.example.org:api.git", "version": "main", "deploy_key": PRIVATE, "known_hosts": HOSTS}


def test_a_source_with_a_key() -> None:
    key = DeployKey(PRIVATE, HOSTS)
    assert source(GIVEN) == Source(git=GIVEN["git"], version="main", key=key)
    assert "BEGIN" not in repr(key)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"git": "https://git.example.org/api.git"},
            "source.deploy_key: is for a git repository that is fetched over SSH; write source.git as ssh://git@HOST/PATH",
        ),
        (
            {"deploy_key": "/root/.ssh/id_ed25519"},
            "source.deploy_key: is no private key; give the file's text, from -----BEGIN to -----END",
        ),
        (
            {"known_hosts": "\n"},
            "source.known_hosts: is missing; say by which keys the repository's server is known, as `ssh-keyscan HOST` prints"
            " them",
        ),
        (
            {"git": "", "path": "../api", "digest": "0"},
            "source.deploy_key: is for a git repository that is fetched over SSH; write source.git as ssh://git@HOST/PATH",
        ),
    ],
)
def test_refused_keys(changed: dict[str, str], message: str) -> None:
    with pytest.raises(SourceError) as error:
        source({**GIVEN, **changed})
    assert str(error.value) == message


def test_it_is_there_while_it_is_needed(tmp_path: Path) -> None:
    owner = (os.getuid(), os.getgid())
    with granted(DeployKey(PRIVATE, HOSTS), owner, tmp_path) as access:
        mounts = dict(setting.partition("=")[2].split(":")[::-1] for setting in access.settings)
        found = {seen: Path(path) for seen, path in mounts.items()}
        assert {seen: path.read_text(encoding="utf-8") for seen, path in found.items()} == {
            "/run/deploy/key": f"{PRIVATE}\n",
            "/run/deploy/known_hosts": HOSTS,
        }
        for path in found.values():
            assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o400, 0o700)
        assert PRIVATE not in str(access)
        assert all(seen in dict(access.variables)["GIT_SSH_COMMAND"] for seen in found)
    assert list(tmp_path.iterdir()) == []


def test_without_a_key_nothing_is_given() -> None:
    with granted(None, (0, 0)) as access:
        assert (access.settings, access.variables) == ((), {})
