# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import base64

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.ssh.authorized_keys import (
    PublicKeyError,
    checked,
    count,
    identity,
    merged,
    provable,
)


def blob(kind: str, *fields: bytes) -> str:
    parts = (kind.encode(), *fields)
    return base64.b64encode(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).decode()


def rsa(bits: int) -> str:
    return "ssh-rsa " + blob("ssh-rsa", b"\1\0\1", (1 << (bits - 1)).to_bytes(bits // 8 + 1, "big"))


RIPLEY = "ssh-ed25519 " + blob("ssh-ed25519", b"r" * 32)
ASH = "ssh-ed25519 " + blob("ssh-ed25519", b"a" * 32)


@pytest.mark.parametrize(
    "line",
    [
        RIPLEY,
        f"{RIPLEY} ripley@nostromo",
        f'from="10.0.0.0/8",no-pty {RIPLEY} x',
        f'command="echo ssh-rsa AAAA" {RIPLEY}',
    ],
)
def test_options_and_comments_do_not_count(line: str) -> None:
    assert identity(line) == tuple(RIPLEY.split())


@pytest.mark.parametrize("line", ["", "# a comment", f"# {RIPLEY}", "nonsense"])
def test_what_is_no_key(line: str) -> None:
    assert identity(line) is None


@pytest.mark.parametrize(
    ("existing", "wanted", "exclusive", "expected"),
    [
        ("", [RIPLEY], False, f"{RIPLEY}\n"),
        (f"{ASH} ash\n", [RIPLEY], False, f"{ASH} ash\n{RIPLEY}\n"),
        (f"{ASH} ash", [], False, f"{ASH} ash\n"),
        (f"# ours\n{ASH}\n", [RIPLEY], True, f"# ours\n{RIPLEY}\n"),
        (f"no-pty {RIPLEY} old\n", [f"{RIPLEY} new"], True, f"no-pty {RIPLEY} old\n"),
        ("", [RIPLEY, f"{RIPLEY} again"], False, f"{RIPLEY} again\n"),
    ],
)
def test_merging(existing: str, wanted: list[str], exclusive: bool, expected: str) -> None:
    assert merged([existing], wanted, exclusive) == [expected]
    assert merged([expected], wanted, exclusive) == [expected]


def test_files_of_one_user_count_as_one() -> None:
    assert merged(["", f"{RIPLEY}\n"], [RIPLEY, ASH]) == [f"{ASH}\n", f"{RIPLEY}\n"]
    assert merged([f"{ASH}\n", f"# two\n{RIPLEY}\n"], [ASH], exclusive=True) == [f"{ASH}\n", "# two\n"]


@pytest.mark.parametrize(
    "option", ['from="10.0.0.1"', 'no-pty,FROM="*.lan"', "cert-authority", 'expiry-time="20270101"']
)
def test_keys_that_do_not_let_in_everybody_are_no_proof(option: str) -> None:
    assert provable([f"{option} {RIPLEY}\nno-pty {ASH}\n"]) == {identity(ASH)}


def test_counting() -> None:
    assert count(f"# none\n{RIPLEY}\n\n{ASH} ash\n") == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "this is a private key; give the public one (the file that ends in .pub)",
        ),
        ("ripley", "'ripley' is not a public key, such as 'ssh-ed25519 AAAA… name'"),
        (f"{RIPLEY}\n{ASH}", "this holds several lines; give one key for each entry"),
        (
            "ssh-dss " + blob("ssh-dss", b"x"),
            "keys of type ssh-dss are refused by current servers; make one with: ssh-keygen -t ed25519",
        ),
        (rsa(1024), "an RSA key of 1024 bits is too short; make one with: ssh-keygen -t ed25519"),
        ("ssh-rsa " + blob("ssh-ed25519", b"r" * 32), "the line says ssh-rsa, the key itself ssh-ed25519"),
        (RIPLEY[:40], f"ssh-ed25519 {RIPLEY[12:28]}… is damaged; copy the whole line of the .pub file"),
    ],
)
def test_keys_that_are_refused(line: str, message: str) -> None:
    with pytest.raises(PublicKeyError) as caught:
        checked(line)
    assert str(caught.value) == message


@pytest.mark.parametrize("line", [RIPLEY, rsa(2048), rsa(4096)])
def test_keys_that_are_taken(line: str) -> None:
    assert checked(line) == tuple(line.split())
