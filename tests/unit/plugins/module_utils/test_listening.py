# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ss(8) prints of listeners, read."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.listening import Listener, read_listeners

PRINTED = """\
tcp LISTEN 0  511     127.0.0.1:8000  0.0.0.0:*  users:(("PM2 v7: God",pid=7,fd=26),("node",pid=8,fd=20))
tcp LISTEN 0  511  [fe80::1]%eth0:8000     [::]:*  users:(("nginx",pid=9,fd=6))
udp UNCONN 0  0    [fe80::2%eth0]:546      [::]:*  users:(("dhcpcd",pid=9,fd=7))
tcp LISTEN 0  511  [::ffff:10.0.0.1]:80    [::]:*
tcp LISTEN 0  511            [::]:80       [::]:*
tcp LISTEN 0  511             *:8000        *:*
State
"""
USERS, UNITS = {7: "api", 8: "api", 9: "www-data"}, {7: "pm2-api.service", 8: "pm2-api.service", 9: ""}


def test_every_process_of_every_socket() -> None:
    assert list(read_listeners(PRINTED, USERS.__getitem__, UNITS.__getitem__)) == [
        Listener("tcp", "127.0.0.1", 8000, "PM2 v7: God", 7, "api", "pm2-api.service"),
        Listener("tcp", "127.0.0.1", 8000, "node", 8, "api", "pm2-api.service"),
        Listener("tcp", "fe80::1", 8000, "nginx", 9, "www-data", ""),
        Listener("udp", "fe80::2", 546, "dhcpcd", 9, "www-data", ""),
        Listener("tcp", "10.0.0.1", 80),
        Listener("tcp", "::", 80),
        Listener("tcp", "*", 8000),
    ]


def test_what_cannot_be_read_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="an address that cannot be read: 0.0.0.0:https"):
        list(read_listeners("tcp LISTEN 0 511 0.0.0.0:https 0.0.0.0:*\n"))
