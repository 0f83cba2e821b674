# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is answered by Cloudflare's place in the lab while the role's Nginx behind it is well, and while it is not."""

from __future__ import annotations

import ssl
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks import through as check
from ansible_collections.nostromo.networking.plugins.module_utils.observe.edge import Through, through
from ansible_collections.nostromo.networking.tests.unit.certificates import signed_by_itself
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import declared, well
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import locked

from .lab_edge import edge_before
from .real_nginx import serving

HERE = "127.0.0.1"
APP, WWW, UNKNOWN = "app.nostromo.cl", "www.nostromo.cl", "other.nostromo.cl"


def answered(
    home: Path, names: tuple[str, ...], days: int = 90, trusted: bool = True, up: bool = True
) -> dict[str, Through]:
    """Name -> what is answered to it through the edge, while the origin has a certificate of some names, good for so long."""
    for place in ("origin", "edge"):
        (home / place).mkdir()
    shown, own = signed_by_itself(home, names=[APP, WWW, UNKNOWN]), signed_by_itself(home, days=days, names=names)
    context = ssl.create_default_context(cadata=shown.certificate)
    known = own.certificate if trusted else signed_by_itself(home).certificate
    with serving(home / "origin", certificate=own) as nginx:
        origin = nginx.https if up else 1
        with edge_before(home / "edge", origin, known, shown) as port:
            return {name: through(name, HERE, context, port) for name in (APP, WWW, UNKNOWN)}


def told(name: str, answer: Through) -> str:
    """What the doctor says of an answer; nothing where all is well."""
    intent = declared(locked(), proxies="cloudflare", dns={"proxied": True, "records": []})
    scene = well(replace(intent, expected=(ip_network(HERE),)), here_through={name: answer})
    return "".join(one.text for one in check.judge(scene))


def test_a_sound_certificate(tmp_path: Path) -> None:
    """What the origin answers stays as it is, though it be an error; a name that it does not know is none of TLS's."""
    found = answered(tmp_path, (APP, WWW))
    assert {name: one["status"] for name, one in found.items()} == {APP: 502, WWW: 301, UNKNOWN: 525}
    assert all(one["ray"] for one in found.values())
    assert "Cloudflare answers 525 for other.nostromo.cl: the server and Cloudflare agree on no TLS" in told(
        UNKNOWN, found[UNKNOWN]
    )


@pytest.mark.parametrize(
    ("names", "days", "trusted"),
    [((APP, WWW), -1, True), (("app.example.org",), 90, True), ((APP, WWW), 90, False)],
    ids=["expired", "for other names", "a placeholder"],
)
def test_one_that_full_strict_does_not_take(names: tuple[str, ...], days: int, trusted: bool, tmp_path: Path) -> None:
    found = answered(tmp_path, names, days, trusted)
    assert {name: one["status"] for name, one in found.items()} == {APP: 526, WWW: 526, UNKNOWN: 525}
    assert told(APP, found[APP]) == (
        "Cloudflare answers 526 for app.nostromo.cl: the server's certificate is not valid for Full (strict):"
        " expired, a placeholder, or for other names."
    )


def test_nobody_is_there(tmp_path: Path) -> None:
    found = answered(tmp_path, (APP, WWW), up=False)
    assert {one["status"] for one in found.values()} == {521}
    assert "521 for www.nostromo.cl: the server refuses Cloudflare's connection" in told(WWW, found[WWW])
