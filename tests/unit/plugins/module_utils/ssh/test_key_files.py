# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from ansible_collections.nostromo.networking.plugins.module_utils.ssh import key_files


def test_patterns_become_paths() -> None:
    wanted = [".ssh/authorized_keys", "/etc/ssh/keys/%u", "%h/.k%%/%U", "/etc/ssh/keys/ripley"]
    assert key_files.paths(wanted, "ripley", 1000, "/home/ripley") == [
        "/home/ripley/.ssh/authorized_keys",
        "/etc/ssh/keys/ripley",
        "/home/ripley/.k%/1000",
    ]


def test_what_sshd_says() -> None:
    told = key_files.settings(
        "authorizedkeysfile .ssh/a /etc/b\ntrustedusercakeys none\nauthorizedkeyscommand /bin/keys\n"
    )
    assert key_files.patterns(told) == (".ssh/a", "/etc/b")
    assert key_files.other_sources(told) == ["authorizedkeyscommand /bin/keys"]
    assert key_files.patterns({"authorizedkeysfile": "none"}) == ()
