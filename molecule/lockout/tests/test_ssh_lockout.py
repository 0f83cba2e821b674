# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SSH settings with which no admin gets in are taken back."""

from __future__ import annotations

from collections.abc import Callable

from lockout import AS_BEFORE, ROLE_DEADLINE, on_server, play


def test_port_that_the_firewall_does_not_open(as_before: dict[str, str], returns_within: Callable) -> None:
    run = play("converge.yml", "--tags", "ssh", ssh_hardening_port=2222)
    assert run.failed
    assert "port 2222" in run.message
    assert run.message.endswith(AS_BEFORE)
    returns_within(ROLE_DEADLINE)


def test_allow_users_without_the_admin(as_before: dict[str, str], returns_within: Callable) -> None:
    run = play("converge.yml", "--tags", "ssh", ssh_hardening_settings={"AllowUsers": "nobody"})
    assert run.failed
    assert "nostromo: the host accepts none of the keys that this controller offers" in run.message
    assert run.message.endswith(AS_BEFORE)
    returns_within(ROLE_DEADLINE, grace=0)  # at once, over the connection that is still open


def test_broken_sshd_syntax(as_before: dict[str, str]) -> None:
    run = play("converge.yml", "--tags", "ssh", ssh_hardening_settings={"PermitRotLogin": "no"})
    assert (run.failed, run.changed) == (True, False)
    assert "ssh_hardening: the new configuration is not valid; nothing was changed" in run.message
    assert "Bad configuration option: PermitRotLogin" in run.message


def test_first_settings_without_the_admin(as_before: dict[str, str], returns_within: Callable) -> None:
    """A host that had no settings of the role has none again, and its sshd is as it was without."""
    on_server("rm /etc/ssh/sshd_config.d/00-nostromo.conf /etc/systemd/system/ssh.socket.d/nostromo.conf")
    on_server("systemctl daemon-reload; systemctl restart ssh")
    without = on_server("sshd -T")
    run = play("converge.yml", "--tags", "ssh", ssh_hardening_settings={"AllowUsers": "nobody"})
    assert run.failed
    assert run.message.endswith(AS_BEFORE)
    assert on_server("sshd -T; find /etc -path '*/ssh*/*nostromo.conf'") == without
    assert not play("converge.yml", "--tags", "ssh").failed
    returns_within(ROLE_DEADLINE, grace=0)  # at once, over the connection that is still open
