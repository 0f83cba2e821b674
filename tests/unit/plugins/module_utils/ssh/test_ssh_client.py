# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.ssh.client import Target, onward, proof, reason

INVENTORY = ("-o", "ControlMaster=auto", "-o", "ControlPersist=300s", "-J", "jump")


def test_the_proof_never_shares_a_connection() -> None:
    words = proof(Target("192.0.2.10", arguments=INVENTORY), "ripley", ["sudo", "-n", "--", "true"])
    assert words.index("ControlMaster=no") < words.index("ControlMaster=auto")
    assert "ControlPath=none" in words
    assert words[-6:] == ["jump", "-l", "ripley", "--", "192.0.2.10", "sudo -n -- true"]


def test_going_on_is_a_login_of_the_same_kind() -> None:
    target = Target("192.0.2.10", port=2222, arguments=INVENTORY)
    words = onward(target, "ripley", "fd00::21", 22)
    assert words[:-4] == proof(target, "ripley", ["true"])[:-3]
    assert words[-6:] == ["-l", "ripley", "-W", "[fd00::21]:22", "--", "192.0.2.10"]


def test_only_a_key_counts() -> None:
    words = proof(Target("192.0.2.10"), "ripley", ["true"])
    assert {"BatchMode=yes", "PreferredAuthentications=publickey", "PasswordAuthentication=no"} <= set(words)


def test_port_key_and_host_key_are_those_of_the_inventory() -> None:
    words = proof(Target("::1", port=2222, private_key_file="/keys/my key", check_host_key=False), "ripley", ["true"])
    assert {"Port=2222", 'IdentityFile="/keys/my key"', "StrictHostKeyChecking=no"} <= set(words)


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (
            255,
            "ripley@h: Permission denied (publickey).\n",
            "ripley: the host accepts none of the keys that this controller offers",
        ),
        (
            255,
            "ssh: connect to host h port 22: Connection refused\n\n",
            "ripley: ssh: connect to host h port 22: Connection refused",
        ),
        (
            1,
            "sudo: a password is required\n",
            "ripley: the key login works, but sudo does not without a password: sudo: a password is required",
        ),
        (255, "", "ripley: no output"),
    ],
)
def test_reasons(status: int, said: str, expected: str) -> None:
    assert reason(status, said, "ripley") == expected
