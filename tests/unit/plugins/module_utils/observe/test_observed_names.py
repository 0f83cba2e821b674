# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.names import hosts_lines, read_resolvers

RESOLV = """# made by hand
search nostromo.cl
nameserver 10.43.0.1
nameserver fe80::1%eth0
nameserver
options timeout:1
"""
HOSTS = """127.0.0.1 localhost
192.0.2.7 api.nostromo.cl api # app.nostromo.cl was here
#192.0.2.8 app.nostromo.cl
"""


def test_resolvers_in_their_order() -> None:
    assert read_resolvers(RESOLV) == ["10.43.0.1", "fe80::1"]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("api.nostromo.cl", ["192.0.2.7 api.nostromo.cl api # app.nostromo.cl was here"]),
        ("app.nostromo.cl", []),
        ("192.0.2.7", []),
    ],
)
def test_lines_of_the_hosts_file(name: str, lines: list[str]) -> None:
    assert hosts_lines(HOSTS, name) == lines
