# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the host's programs print, read."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.certificate import fingerprint_of
from ansible_collections.nostromo.networking.plugins.module_utils.observe.client import client_address, parent
from ansible_collections.nostromo.networking.plugins.module_utils.observe.collect import collect, fault
from ansible_collections.nostromo.networking.plugins.module_utils.observe.renewal import read_entries
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, Output
from ansible_collections.nostromo.networking.plugins.module_utils.observe.sockets import read_sockets
from ansible_collections.nostromo.networking.plugins.module_utils.observe.sshd import read_settings

SS = """\
udp   UNCONN 0      0            127.0.0.1:323       0.0.0.0:*    users:(("chronyd",pid=60,fd=5))
udp   UNCONN 0      0        [fe80::1]%eth0:546             *:*    users:(("systemd-network",pid=51,fd=20))
tcp   LISTEN 0      511            0.0.0.0:443       0.0.0.0:*    users:(("nginx",pid=89,fd=7),("nginx",pid=87,fd=7))
tcp   LISTEN 0      4096     127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=50,fd=15))
tcp   LISTEN 0      511                  *:8000            *:*    users:(("PM2 v7.0.4: God",pid=130,fd=20))
tcp   LISTEN 0      64                [::]:2049         [::]:*
"""


def test_sockets_are_read_one_for_each_address_and_port() -> None:
    found = [(one["protocol"], one["address"], one["port"], one["process"], one["pid"]) for one in read_sockets(SS)]
    assert found == [
        ("tcp", "*", 8000, "PM2 v7.0.4: God", 130),
        ("tcp", "0.0.0.0", 443, "nginx", 87),
        ("tcp", "127.0.0.53", 53, "systemd-resolve", 50),
        ("tcp", "::", 2049, "", 0),
        ("udp", "127.0.0.1", 323, "chronyd", 60),
        ("udp", "fe80::1", 546, "systemd-network", 51),
    ]


def test_a_socket_that_cannot_be_read_is_not_passed_over() -> None:
    with pytest.raises(ObservationError, match="an address that cannot be read: 0.0.0.0:https"):
        read_sockets("tcp LISTEN 0 511 0.0.0.0:https 0.0.0.0:* users:()\n")


def test_settings_keep_every_value() -> None:
    assert read_settings("port 22\nlistenaddress 0.0.0.0:22\nlistenaddress [::]:22\n") == {
        "port": ["22"],
        "listenaddress": ["0.0.0.0:22", "[::]:22"],
    }


def test_crontab_entries_are_told_from_its_variables_and_comments() -> None:
    text = "# m h dom mon dow user command\nSHELL=/bin/sh\nPATH=/usr/bin:/bin\n0 0 * * * root certbot renew --quiet\n"
    assert read_entries(text) == [{"schedule": "0 0 * * *", "user": "root", "command": "certbot renew --quiet"}]


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        (b"HOME=/root\0SSH_CONNECTION=10.42.0.1 41234 10.42.0.10 22\0TERM=dumb\0", "10.42.0.1"),
        (b"SSH_CONNECTION=fd42::1 41234 fd42::10 22\0", "fd42::1"),
        (b"NOT_SSH_CONNECTION=10.0.0.1 1 2 3\0", ""),
        (b"SSH_CONNECTION=\0", ""),
        (b"", ""),
    ],
)
def test_the_client_is_read_from_a_process_environment(environment: bytes, address: str) -> None:
    assert client_address(environment) == address


@pytest.mark.parametrize(
    ("stat", "above"),
    [("130 (PM2 v7.0.4: God) S 1 130 130 0", 1), ("9 (a) R 2) S 77 9", 77), ("", 0), ("9 (gone)", 0)],
)
def test_the_parent_is_read_whatever_the_process_is_called(stat: str, above: int) -> None:
    assert parent(stat) == above


def test_a_chain_without_certificate_has_no_fingerprint() -> None:
    with pytest.raises(ValueError, match="it holds no certificate"):
        fingerprint_of("-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"sockets": {}, "sshd": None}, None),
        ({"socket": {}}, "there is no socket; use "),
        ({"certificate": {}}, "certificate: missing a required argument: 'directories'"),
        ({"sshd": {"port": 22}}, "sshd: got an unexpected keyword argument 'port'"),
    ],
)
def test_names_and_parameters_are_checked(wanted: dict[str, dict[str, object] | None], message: str | None) -> None:
    found = fault(wanted)
    assert found == message if message is None else str(found).startswith(message)


def test_what_cannot_be_seen_does_not_hide_the_rest() -> None:
    def run(words: list[str]) -> Output:
        return Output(0, SS, "") if words[0] == "ss" else Output(255, "", "no hostkeys available\n")

    seen, unseen = collect({"sshd": {}, "sockets": {}}, run)
    assert len(seen["sockets"]) == 6
    assert unseen == {"sshd": "sshd -T failed: no hostkeys available"}
