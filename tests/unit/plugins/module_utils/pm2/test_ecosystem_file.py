# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What boots, and what is known to have served, while another definition is tried."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.ecosystem_file import EcosystemFile


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EcosystemFile:
    """One that whoever runs this can own."""
    monkeypatch.setattr(EcosystemFile, "_owned", lambda _self: (os.getuid(), os.getgid(), 0o640))
    return EcosystemFile(str(tmp_path / "pm2" / "api.json"), pwd.getpwuid(os.getuid()).pw_name)


def test_what_was_proven_is_kept_until_the_next_is(file: EcosystemFile) -> None:
    assert (file.read(), file.proven(), file.exists, file.unfinished) == (None, None, False, False)
    file.begin("")
    file.write("first")
    assert (file.read(), file.proven(), file.unfinished) == ("first", "", True)
    file.finish()
    assert (file.proven(), file.unfinished) == ("first", False)
    file.begin("first")
    file.write("second")
    assert (file.read(), file.proven()) == ("second", "first")
    file.remove()
    assert (file.read(), file.proven(), file.exists, file.unfinished) == (None, None, False, False)


def test_a_file_that_others_may_read_or_wrote_is_not_its_own(file: EcosystemFile) -> None:
    assert file.own() is None
    file.write("secrets")
    assert file.own() == "secrets"
    file.path.chmod(0o644)
    assert file.own() == ""
