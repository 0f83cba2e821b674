# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No secret is in what is compared or shown, and that one changes is seen all the same."""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.plan.difference import canonical, differences
from ansible_collections.nostromo.networking.plugins.module_utils.plan.secrets import Secrets, without_marks
from ansible_collections.nostromo.networking.plugins.module_utils.plan.sentences import lines
from hypothesis import given
from hypothesis import strategies as st

WORDS = st.text("abcxyz.+", min_size=1, max_size=14)


@given(WORDS, WORDS, st.lists(WORDS, max_size=4))
def test_secrets_are_in_nothing_that_is_shown(secret: str, other: str, around: list[str]) -> None:
    secrets = Secrets()
    secrets.learn([secret, other], "vault_it")
    tree = {"files": [f"{' '.join(around)} {value}\n" for value in (secret, other)], "plain": secret}
    shown = without_marks(canonical(secrets.masked(tree)))
    for value in (secret, other):
        whole_word = rf"(?<![A-Za-z0-9_]){re.escape(value)}(?![A-Za-z0-9_])"
        if len(value) >= 8:
            assert value not in shown
        # A short one is a secret as a whole word only; a part of a word may become one when what is before it is masked.
        elif not any(value in word != value for word in (secret, other, *around)):
            assert not re.search(whole_word, shown.replace("vault_it", "")), shown


@given(st.dictionaries(st.sampled_from("abc"), WORDS), st.dictionaries(st.sampled_from("abc"), WORDS))
def test_trees_differ_exactly_if_they_did_with_their_secrets(one: Any, other: Any) -> None:
    secrets = Secrets()
    for tree in (one, other):
        secrets.learn_from({"password": tree})
    old, new = secrets.masked(one), secrets.masked(other)
    assert bool(differences(old, new)) is (one != other)


def test_that_a_secret_changes_is_said_by_its_name() -> None:
    secrets = Secrets()
    secrets.learn("correct horse", "vault_key")
    secrets.learn("battery staple", "vault_key")
    before, after = ({"file": f"key = {value}\nmore\n"} for value in ("correct horse", "battery staple"))
    (told,) = lines(differences(secrets.masked(before), secrets.masked(after)))
    assert told.text == "file: the secret changes (vault_key)" and told.difference == ()


def test_secrets_are_known_by_the_keys_that_hold_them() -> None:
    secrets = Secrets()
    tree = {
        "users": [{"name": "etl", "password": "pass-of-etl"}],
        "services": {"api": {"secrets": {"TOKEN": "of-the-api"}, "environment": {"DSN": "x:of-the-api@db"}}},
        "cloudflare": {"token": "zone-token"},
    }
    secrets.learn_from(tree)
    text = without_marks(json.dumps(secrets.masked(tree), ensure_ascii=False))
    assert not re.search("pass-of|of-the-api|zone-token", text)
    assert "‹users.etl.password›" in text and "‹services.api.secrets.TOKEN›" in text


def test_secrets_are_known_by_what_declares_them() -> None:
    secrets = Secrets()
    options = {"pulls": {"options": {"key": {"no_log": True}}}, "limits": {"options": {"key": {}}}}
    tree = {"pulls": [{"key": "of-the-zone"}], "limits": {"key": "of-a-limit"}}
    secrets.learn_declared(tree, options)
    text = without_marks(canonical(secrets.masked(tree)))
    assert "of-the-zone" not in text and "‹pulls.key›" in text and "of-a-limit" in text


def test_a_private_key_is_secret_wherever_it_stands() -> None:
    key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----"
    shown = without_marks(Secrets().masked(f"ssl_key {key};\nmore"))
    assert shown == "ssl_key ‹a private key›;\nmore" and "MHc" not in without_marks(Secrets().masked(key[:50]))


def test_who_is_named_in_an_address_is_secret_unless_it_is_a_name() -> None:
    masked = Secrets().masked
    assert without_marks(masked("https://ghp_0123456789@git.example/x")) == "https://‹a token›@git.example/x"
    assert without_marks(masked("https://u:p4ss@git.example/x")) == "https://u:‹a password›@git.example/x"
    assert masked("ssh://git@git.example/x") == "ssh://git@git.example/x"


def test_a_sensitive_file_is_secret_as_a_whole() -> None:
    masked = without_marks(canonical(Secrets().masked({"path": "/etc/x", "content": "hidden", "sensitive": True})))
    assert "hidden" not in masked and "‹its content›" in masked
