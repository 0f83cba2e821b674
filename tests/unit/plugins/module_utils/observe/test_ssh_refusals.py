# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What sshd's lines tell of the clients that it turns away. The lines are those of Debian 12 (9.2) and 13 (10.0)."""

from __future__ import annotations

import subprocess

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, Output
from ansible_collections.nostromo.networking.plugins.module_utils.observe.ssh_refusals import (
    _GREP,
    MOST_CLIENTS,
    observe,
    read_refusals,
)

OFFER = "diffie-hellman-group14-sha256,ext-info-c"
LINES = {
    f"Unable to negotiate with 203.0.113.4 port 55: no matching key exchange method found. Their offer: {OFFER} [preauth]": (
        "key exchange method",
        "203.0.113.4",
        f"no matching key exchange method found. Their offer: {OFFER}",
    ),
    "Unable to negotiate with 2001:db8::4 port 55: no matching host key type found. Their offer: ssh-rsa [preauth]": (
        "host key type",
        "2001:db8::4",
        "no matching host key type found. Their offer: ssh-rsa",
    ),
    "Unable to negotiate with 203.0.113.4 port 55: no matching MAC found. Their offer: hmac-sha1": (
        "MAC",
        "203.0.113.4",
        "no matching MAC found. Their offer: hmac-sha1",
    ),
    "User ash from 203.0.113.4 not allowed because not listed in AllowUsers": (
        "user",
        "203.0.113.4",
        "User ash from 203.0.113.4 not allowed because not listed in AllowUsers",
    ),
    "error: maximum authentication attempts exceeded for ash from 203.0.113.4 port 55 ssh2 [preauth]": (
        "attempts",
        "203.0.113.4",
        "maximum authentication attempts exceeded for ash",
    ),
    # A user's name is the client's word; the address after it is sshd's.
    "error: maximum authentication attempts exceeded for invalid user x from 192.0.2.9 port 1 from 203.0.113.4 port 5 ssh2": (
        "attempts",
        "203.0.113.4",
        "maximum authentication attempts exceeded for invalid user x from 192.0.2.9 port 1",
    ),
    "drop connection #0 from [203.0.113.4]:55 on [192.0.2.1]:22 penalty: failed authentication": (
        "penalty",
        "203.0.113.4",
        "penalty: failed authentication",
    ),
    "drop connection #10 from [203.0.113.4]:55 on [192.0.2.1]:22 past MaxStartups": (
        "penalty",
        "203.0.113.4",
        "past MaxStartups",
    ),
    "fatal: Timeout before authentication for 203.0.113.4 port 55": (
        "slow",
        "203.0.113.4",
        "Timeout before authentication",
    ),
    "Timeout before authentication for connection from 203.0.113.4 to 192.0.2.1, pid = 7": (
        "slow",
        "203.0.113.4",
        "Timeout before authentication",
    ),
    "userauth_pubkey: signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms [preauth]": (
        "signature",
        "",
        "signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms",
    ),
    "Authentication refused: bad ownership or modes for directory /home/ash": (
        "modes",
        "",
        "bad ownership or modes for directory /home/ash",
    ),
}  # fmt: skip
LOADED = "Server listening on 0.0.0.0 port 22."


def line(said: str, time: float = 1_800_000_000.0) -> str:
    return f"{time:.6f} server sshd-session[77]: {said}"


@pytest.mark.parametrize(("said", "told"), LINES.items(), ids=[told[0] for told in LINES.values()])
def test_a_refusal(said: str, told: tuple[str, str, str]) -> None:
    kind, address, words = told
    found = read_refusals([line(said), line(said, 1_800_000_060.0)])
    assert found["clients"] == {kind: [{"address": address, "count": 2, "last": 1_800_000_060.0, "words": words}]}


@pytest.mark.parametrize("said", [*LINES, LOADED])
def test_the_journal_is_asked_for_it(said: str) -> None:
    assert subprocess.run(["grep", "--quiet", "--perl-regexp", _GREP], input=said, text=True).returncode == 0


@pytest.mark.parametrize(
    "said",
    [
        "Accepted publickey for ash from 203.0.113.4 port 55 ssh2: ED25519 SHA256:x",
        "Invalid user User ash from 203.0.113.4 not allowed because of me from 203.0.113.4 port 55",
        "User postgres from 127.0.0.1 not allowed because not listed in AllowUsers",
        "User postgres from ::1 not allowed because not listed in AllowUsers",
        LOADED,
    ],
)
def test_what_is_no_refusal_of_anybody_elses(said: str) -> None:
    assert read_refusals([line(said)])["clients"] == {}


def test_what_was_refused_under_earlier_settings_is_over() -> None:
    before, after = list(LINES)[:2]
    found = read_refusals([line(after, 30.0), line(LOADED, 20.0), line(before, 10.0)])
    assert (found["since"], list(found["clients"])) == (20.0, ["host key type"])


def test_clients_of_one_address_are_told_apart() -> None:
    found = read_refusals(
        [line(f"User {name} from 203.0.113.4 not allowed because it is so") for name in ("a", "b", "a")]
    )
    assert [client["count"] for client in found["clients"]["user"]] == [2, 1]


def test_the_clients_that_come_most_are_told() -> None:
    said = "drop connection #0 from [203.0.113.{}]:55 on [192.0.2.1]:22 penalty: failed authentication"
    lines = [line(said.format(number), 10.0 + number) for number in range(9) for _time in range(number + 1)]
    found = read_refusals(lines)
    assert [client["count"] for client in found["clients"]["penalty"]] == [9, 8, 7, 6, 5]
    assert found["others"] == {"penalty": 9 - MOST_CLIENTS}


def test_a_journal_without_such_lines() -> None:
    """With --grep journalctl fails then, silently."""
    assert observe(lambda _words: Output(1, "", "")) == {"since": 0.0, "clients": {}, "others": {}}
    with pytest.raises(ObservationError, match=r"journalctl failed: No journal files were found\."):
        observe(lambda _words: Output(1, "", "No journal files were found.\n"))
