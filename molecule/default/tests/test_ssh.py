# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Logging in: with an administrator's key, and in no other way. That it is refused from outside is the firewall's test."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from uuid import uuid4

import network
import pytest
from testinfra.backend.base import CommandResult
from testinfra.host import Host

ADMINISTRATOR = "nostromo"
DIRECTORY = "/tmp/ssh-test"
OPTIONS = (
    *("-F", "none", "-i", f"{DIRECTORY}/key", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
    *("-o", "LogLevel=ERROR", "-o", "ConnectTimeout=5", "-o", "NumberOfPasswordPrompts=1"),
)


@pytest.fixture(scope="module")
def key(server: Host, admin: Host) -> Iterator[None]:
    """A key on the host `admin` that both root and the administrator of the server trust."""
    admin.check_output(f"rm -rf {DIRECTORY} && mkdir {DIRECTORY}")
    admin.check_output(f"ssh-keygen -q -t ed25519 -N '' -C ssh-test -f {DIRECTORY}/key")
    public = admin.check_output(f"cat {DIRECTORY}/key.pub")
    files = ["/root/.ssh/authorized_keys", f"/home/{ADMINISTRATOR}/.ssh/authorized_keys"]
    for file in files:
        server.check_output("mkdir -p -m 0700 $(dirname %s) && echo %s >>%s", file, public, file)
    yield
    for file in files:
        server.check_output("sed -i '/ ssh-test$/d' %s", file)
    admin.check_output(f"rm -r {DIRECTORY}")


@pytest.fixture(scope="module")
def account(server: Host, admin: Host, key: None) -> Iterator[str]:
    """A user of the server with a password, which an askpass program on the host `admin` types."""
    name, password = f"ash{uuid4().hex[:6]}", uuid4().hex
    server.check_output("useradd --create-home --shell /bin/sh %s && echo %s | chpasswd", name, f"{name}:{password}")
    admin.check_output(
        f"printf '#!/bin/sh\\necho %%s\\n' %s >{DIRECTORY}/askpass && chmod 0700 {DIRECTORY}/askpass", password
    )
    yield name
    server.check_output("userdel --remove %s 2>/dev/null", name)


def login(client: Host, user: str, *options: str, environment: str = "") -> CommandResult:
    """Log in to the server from a client and say who one is there."""
    return client.run(f"{environment} ssh {shlex.join([*OPTIONS, *options, f'{user}@server'])} id -un || exit 1")


def test_administrator_logs_in_with_a_key(admin: Host, key: None) -> None:
    answer = login(admin, ADMINISTRATOR)
    assert (answer.rc, answer.stdout.strip()) == (0, ADMINISTRATOR)


def test_root_is_refused_even_with_a_key_that_it_trusts(admin: Host, key: None) -> None:
    answer = login(admin, "root")
    assert "Permission denied (publickey)" in answer.stderr
    assert (answer.rc, answer.stdout) == (1, "")


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
def test_the_right_password_is_refused(admin: Host, account: str, method: str) -> None:
    answer = login(
        admin,
        account,
        *("-o", f"PreferredAuthentications={method}", "-o", "PubkeyAuthentication=no"),
        environment=f"DISPLAY=none SSH_ASKPASS_REQUIRE=force SSH_ASKPASS={DIRECTORY}/askpass",
    )
    assert "Permission denied (publickey)" in answer.stderr
    assert (answer.rc, answer.stdout) == (1, "")


def test_documented_settings_are_in_force(server: Host) -> None:
    effective = dict(line.split(" ", 1) for line in server.check_output("sshd -T").splitlines() if " " in line)
    documented = {name.lower(): value for name, value in network.variables()["network_ssh"].items()}
    assert {name: effective[name] for name in documented} == documented
