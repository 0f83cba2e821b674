# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql import scram
from hypothesis import given, settings
from hypothesis import strategies as st

# The example exchange of RFC 7677, section 3.
NONCE = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
SALT = "W22ZaJ0SNY7soEsUEjb6gQ=="
EXCHANGE = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={NONCE},s={SALT},i=4096,c=biws,r={NONCE}".encode()
CLIENT_PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
SERVER_SIGNATURE = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def keys_of(stored: str) -> tuple[bytes, bytes]:
    first, second = stored.rpartition("$")[2].split(":")
    return base64.b64decode(first), base64.b64decode(second)


def test_the_verifier_signs_the_exchange_of_the_rfc() -> None:
    stored_key, server_key = keys_of(scram.verifier("pencil", base64.b64decode(SALT)))
    assert base64.b64encode(hmac.digest(server_key, EXCHANGE, "sha256")).decode() == SERVER_SIGNATURE
    signature = hmac.digest(stored_key, EXCHANGE, "sha256")
    client_key = bytes(a ^ b for a, b in zip(base64.b64decode(CLIENT_PROOF), signature, strict=True))
    assert hashlib.sha256(client_key).digest() == stored_key


@settings(max_examples=20, deadline=None)
@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1),
)
def test_a_verifier_matches_its_own_password_only(password: str, other: str) -> None:
    stored = scram.verifier(password)
    assert scram.matches(password, stored)
    assert scram.matches(other, stored) == (other == password)


def test_two_verifiers_of_one_password_differ() -> None:
    assert scram.verifier("pencil") != scram.verifier("pencil")


def test_a_verifier_that_would_take_hours_is_another_password() -> None:
    stored = scram.verifier("pencil", iterations=1)
    assert scram.matches("pencil", stored)
    for iterations in ("999999999", "9" * 5000, "0"):
        assert not scram.matches("pencil", stored.replace("$1:", f"${iterations}:"))


@pytest.mark.parametrize(
    "stored", [None, "", "md5a3556571e93b0d20722ba62be61e8c2d", "pencil", "SCRAM-SHA-256$4096:A$B:C"]
)
def test_what_is_no_verifier_matches_nothing(stored: str | None) -> None:
    assert not scram.matches("pencil", stored)


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", "the password is empty"),
        ("contraseña", "the password has characters other than printable ASCII"),
        ("a\nb", "the password has characters other than printable ASCII"),
    ],
)
def test_passwords_that_are_refused(password: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        scram.verifier(password)
    assert str(caught.value) == message
