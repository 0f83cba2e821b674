# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Strangers on the ports of components, with real sockets; no firewall stands between them here."""

from __future__ import annotations

import os
import socket

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.impostors import observe
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import run


def port_of(listening: socket.socket) -> int:
    """The port of a socket."""
    return int(listening.getsockname()[1])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take ports as another user")
def test_a_stranger_is_heard_where_nothing_guards_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as beside, socket.create_server(("0.0.0.0", 0)) as everywhere:
        ports = {
            "beside": {"user": "root", "port": port_of(beside)},
            "everywhere": {"user": "root", "port": port_of(everywhere)},
            "privileged": {"user": "root", "port": 1},
            "userless": {"user": "no-such-user", "port": 0},
        }
        assert observe(run, ports) == {
            "beside": "open",
            "everywhere": "unbound",
            "privileged": "unbound",
            "userless": "error",
        }
    assert os.geteuid() == 0
