# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host's own tool that asks sshd which keys let a user in, and the words of OpenSSH 9.2 and 10.0."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[3] / "roles" / "ssh_hardening" / "files" / "nostromo_sshd_login.py"
KEY = ("ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIEy0Bqgs5cUmCKR0cUk0lEOMnHXPYMSXcEHcGjcRbQM2")
CONTINUE = "debug1: Authentications that can continue: publickey,password\r\n"
END = "ripley@sshd: Permission denied (publickey,password).\r\n"


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("nostromo_sshd_login", TOOL)
    assert spec is not None
    assert spec.loader is not None
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def says(login: ModuleType, monkeypatch: pytest.MonkeyPatch, what: str, said: str) -> str | None:
    monkeypatch.setattr(login, "ask", lambda user, keys: said)
    return login.main([what, "ripley", *KEY])


def test_an_accepted_key(login: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    print_ = login.fingerprint(KEY)
    said = (
        f"{CONTINUE}Accepted key ED25519 {print_} found at /home/ripley/.ssh/authorized_keys2:1\r\n"
        f"debug1: Server accepts key: /tmp/x/0.pub ED25519 {print_} explicit\r\n{END}"
    )
    assert says(login, monkeypatch, "accepts", said) is None
    assert says(login, monkeypatch, "refuses", said) == (
        "ripley: sshd still accepts the key ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEy0…:"
        " /home/ripley/.ssh/authorized_keys2:1 has it"
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (f"{CONTINUE}{END}", "it stands in no file that sshd reads"),
        (
            f"{CONTINUE}Authentication refused: bad ownership or modes for directory /home/ripley\r\n{END}",
            "bad ownership or modes for directory /home/ripley",
        ),
        (
            f"User ripley from UNKNOWN not allowed because listed in DenyUsers\r\n{CONTINUE}{END}",
            "not allowed because listed in DenyUsers",
        ),
    ],
)
def test_a_key_that_is_not_accepted(login: ModuleType, monkeypatch: pytest.MonkeyPatch, said: str, why: str) -> None:
    assert says(login, monkeypatch, "accepts", said) == (
        f"ripley: sshd does not accept the key ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEy0…: {why}"
    )
    assert says(login, monkeypatch, "refuses", said) is None


def test_an_sshd_that_does_not_answer_proves_nothing(login: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Missing privilege separation directory: /run/sshd\r\n"
    told = "ripley: sshd cannot be asked: Missing privilege separation directory: /run/sshd"
    assert says(login, monkeypatch, "refuses", said) == told
    assert str(says(login, monkeypatch, "accepts", said)).endswith(
        ": Missing privilege separation directory: /run/sshd"
    )
