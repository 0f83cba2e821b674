# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients that sshd turns away, and what lets them in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks.ssh import CHECK, COMPATIBLE
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import (
    NOW,
    SITE,
    brief,
    well,
)

ROLE = Path(__file__).parents[5] / "roles" / "ssh_hardening"
AGAIN = f"here: {SITE} --tags ssh"
COMPATIBLY = f"{AGAIN} -e ssh_hardening_compatible=true"


def refused(kind: str, words: str, **more: Any) -> dict[str, Any]:
    client = {"address": "203.0.113.4", "count": 3, "last": NOW, "words": words}
    return {"clients": {kind: [client]}, "others": {}, **more}


@pytest.mark.parametrize(
    ("kind", "words", "remedy", "wanted"),
    [
        (
            "key exchange method",
            "no matching key exchange method found. Their offer: curve25519-sha256,ext-info-c",
            "update them, or have the set for older clients: ssh_hardening_compatible: true.",
            [COMPATIBLY],
        ),
        (
            "key exchange method",
            "no matching key exchange method found. Their offer: diffie-hellman-group14-sha1",
            "update them, or say in ssh_hardening_kex_algorithms what they know.",
            [AGAIN],
        ),
        (
            "host key type",
            "no matching host key type found. Their offer: ecdsa-sha2-nistp256,rsa-sha2-512",
            "update them, or have the set for older clients: ssh_hardening_compatible: true.",
            [COMPATIBLY],
        ),
        (
            "MAC",
            "no matching MAC found. Their offer: hmac-sha1,hmac-sha2-256",
            "update them, or have the set for older clients: ssh_hardening_compatible: true.",
            [COMPATIBLY],
        ),
        ("compression method", "no matching compression method found. Their offer: zlib", "update them.", []),
        (
            "user",
            "User ash from 203.0.113.4 not allowed because not listed in AllowUsers",
            "name who may in ssh_hardening_admins or ssh_hardening_allow_users.",
            [AGAIN],
        ),
        (
            "modes",
            "bad ownership or modes for directory /home/ash",
            "take the right to write there from others (chmod go-w).",
            [],
        ),
    ],
)
def test_what_lets_them_in(kind: str, words: str, remedy: str, wanted: list[str]) -> None:
    (finding,) = CHECK.judge(well(ssh_refusals=refused(kind, words)))
    severity, key, text, commands = brief(finding)
    assert (severity, key, commands) == ("warning", f"ssh-refused:{kind}", wanted)
    assert text.startswith("SSH: ") and text.endswith(f"; {remedy}")
    assert finding.evidence == (f"203.0.113.4, 3 times, last 2027-01-15 08:00:00 UTC: {words}",)


def test_clients_that_are_not_told_are_counted() -> None:
    (finding,) = CHECK.judge(well(ssh_refusals=refused("slow", "Timeout before authentication", others={"slow": 2})))
    assert finding.evidence[1:] == ("and 2 clients more",)


def test_the_set_for_older_clients_is_the_roles() -> None:
    """What it adds is said in the role's variables and defaults."""
    variables, defaults = (yaml.safe_load((ROLE / name / "main.yml").read_text()) for name in ("vars", "defaults"))
    algorithms, keys = variables["__ssh_hardening_algorithms"], variables["__ssh_hardening_host_key_algorithms"]
    added = "".join(_added(algorithms[name]) for name in ("kex", "macs"))
    assert {word for word in added.split("'") if word.strip(", []")} == {
        one for one in COMPATIBLE if one.startswith(("curve", "hmac"))
    }
    assert "['ed25519', 'ecdsa', 'rsa'] if ssh_hardening_compatible" in defaults["ssh_hardening_host_keys"]
    assert {*keys["ecdsa"].split(","), *keys["rsa"].split(",")} <= COMPATIBLE


def _added(expression: str) -> str:
    """The list in a variable's expression that the set adds."""
    return expression.rpartition("+ (")[2].partition(" if ssh_hardening_compatible")[0]
