# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines in /etc/hosts are those of hosts(5)."""

from __future__ import annotations

from .conftest import Render


def test_each_address_of_a_name_has_a_line(render: Render) -> None:
    told = {"api.internal": ["10.0.0.21", "fd00::22"], "db.internal": ["127.0.0.1"]}
    assert render("internal_names", "hosts.j2", internal_names_addresses=told).splitlines() == [
        "10.0.0.21 api.internal",
        "fd00::22 api.internal",
        "127.0.0.1 db.internal",
    ]
