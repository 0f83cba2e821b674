# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SSH settings with which no admin gets in are taken back."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lockout import AS_BEFORE, ROLE_DEADLINE, ROOT, Run, on_server, play

#: So long that a run that waits for it is told from one that does not.
LONG_DEADLINE = 60


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


#: What OpenSSH 7.4 knows (Red Hat 7), and what is common to it and us at best; the MACs are Dropbear's.
OLD_CLIENTS = {
    "OpenSSH 7.4": (
        "-oKexAlgorithms=curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,diffie-hellman-group14-sha256",
        "-oHostKeyAlgorithms=ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256",
        "-oCiphers=chacha20-poly1305@openssh.com,aes128-ctr,aes256-gcm@openssh.com",
    ),
    "Dropbear": ("-oKexAlgorithms=curve25519-sha256", "-oCiphers=aes128-ctr", "-oMACs=hmac-sha1,hmac-sha2-256"),
}


def old_clients(directory: Path) -> dict[str, bool]:
    """Whether each gets in, and one that knows the host by its ecdsa key only."""
    known = directory / "known_hosts"
    known.write_text("old " + on_server("cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ecdsa_key.pub"))
    knowing = ("-oHostKeyAlias=old", f"-oUserKnownHostsFile={known}", "-oStrictHostKeyChecking=yes")
    words = ["ssh", "-F", str(ROOT / ".lab" / "ssh_config"), "-oControlPath=none", "-oBatchMode=yes"]
    return {
        name: subprocess.run([*words, *options, "server", "true"], capture_output=True, timeout=30).returncode == 0
        for name, options in (OLD_CLIENTS | {"knows the ecdsa key": knowing}).items()
    }


def test_older_clients(as_before: dict[str, str], tmp_path: Path) -> None:
    assert set(old_clients(tmp_path).values()) == {False}
    assert not play("converge.yml", "--tags", "ssh", ssh_hardening_compatible=True).failed
    compatible = old_clients(tmp_path)
    assert not play("converge.yml", "--tags", "ssh").failed
    assert all(compatible.values()), compatible


def test_the_only_sudo_rule_of_the_admin(as_before: dict[str, str]) -> None:
    """A rule that is about to go is the one that Ansible needs: it is back at once, and the run says what was tried."""
    assert not play("converge.yml", "--tags", "ssh", ssh_hardening_admins=[{"name": "nostromo"}]).failed
    on_server("mv /etc/sudoers.d/nostromo /root/nostromo.sudo")
    admins = [{"name": "nostromo", "sudo": "unchanged"}]
    began = time.monotonic()
    run = play(
        "converge.yml", "--tags", "ssh", ssh_hardening_admins=admins, ssh_hardening_confirm_seconds=LONG_DEADLINE
    )
    assert time.monotonic() - began < LONG_DEADLINE
    assert run.failed
    assert "confirmation failed; every file is as before" in run.message
    assert "runuser --user=nostromo -- sudo --non-interactive true" in run.message
    on_server("mv /root/nostromo.sudo /etc/sudoers.d/nostromo")
    assert not play("converge.yml", "--tags", "ssh").failed


@pytest.fixture
def ripley(tmp_path: Path) -> Iterator[Path]:
    """Two private keys of an admin who is gone again afterwards, as is what a test says to sshd."""
    for name in ("first", "second"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    yield tmp_path
    on_server("rm -rf /etc/ssh/sshd_config.d/50-test.conf /etc/ssh/authorized_keys; systemctl reload ssh")
    on_server("! id ripley >/dev/null 2>&1 || userdel --remove ripley 2>/dev/null")
    assert not play("converge.yml", "--tags", "ssh").failed


def logs_in(key: Path) -> bool:
    """Whether a key opens a new connection as Ripley."""
    words = [
        "-oControlMaster=no",
        "-oControlPath=none",
        "-oBatchMode=yes",
        "-oIdentitiesOnly=yes",
        "-oIdentityFile=none",
    ]
    command = ["ssh", "-F", str(ROOT / ".lab" / "ssh_config"), *words, "-i", str(key), "-l", "ripley", "server", "true"]
    return subprocess.run(command, capture_output=True, timeout=30).returncode == 0


def say_to_sshd(line: str) -> None:
    on_server(f"echo '{line}' >/etc/ssh/sshd_config.d/50-test.conf; systemctl reload ssh; sleep 1")


def with_ripley(*keys: Path, **more: object) -> Run:
    lines = [key.with_suffix(".pub").read_text().strip() for key in keys]
    admins = [{"name": "nostromo", "sudo": "unchanged"}, {"name": "ripley", "keys": lines, **more}]
    return play("converge.yml", "--tags", "ssh", ssh_hardening_admins=admins)


def test_keys_go_where_sshd_looks_for_them(as_before: dict[str, str], ripley: Path) -> None:
    on_server(
        "mkdir -p /etc/ssh/authorized_keys; cat ~nostromo/.ssh/authorized_keys >/etc/ssh/authorized_keys/nostromo"
    )
    say_to_sshd("AuthorizedKeysFile /etc/ssh/authorized_keys/%u")
    run = with_ripley(ripley / "first")
    assert not run.failed, run.printed
    assert logs_in(ripley / "first")
    assert not with_ripley(ripley / "first").changed


def test_an_exclusive_key_is_the_only_one_that_opens(as_before: dict[str, str], ripley: Path) -> None:
    assert not with_ripley(ripley / "first").failed
    other = (ripley / "second.pub").read_text().strip()
    on_server(f"runuser -u ripley -- sh -c 'umask 077; echo {other} >~/.ssh/authorized_keys2'")
    assert logs_in(ripley / "second")
    run = with_ripley(ripley / "first", exclusive=True)
    assert not run.failed, run.printed
    assert (logs_in(ripley / "first"), logs_in(ripley / "second")) == (True, False)


def test_a_key_that_sshd_does_not_accept_is_taken_back(as_before: dict[str, str], ripley: Path) -> None:
    """Another admin can log in, which is no proof for this one."""
    assert not with_ripley(ripley / "first").failed
    before = on_server("cat ~ripley/.ssh/authorized_keys; stat -c '%U %a' ~ripley/.ssh/authorized_keys")
    say_to_sshd("DenyUsers ripley")
    run = with_ripley(ripley / "first", ripley / "second")
    assert run.failed
    assert "ripley: sshd does not accept the key ssh-ed25519" in run.message
    assert "not allowed because listed in DenyUsers" in run.message
    assert on_server("cat ~ripley/.ssh/authorized_keys; stat -c '%U %a' ~ripley/.ssh/authorized_keys") == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("DenyUsers nostromo", "nostromo: sshd would accept none of the user's keys: {file} line 1 (denyusers nostromo)"),
        ("ListenAddress 127.0.0.1", "sshd listens on 0.0.0.0, and would not any more: {file} line 1 (listenaddress 127.0.0.1)"),
        ("Match User nostromo\\nPubkeyAuthentication no", "{file} line 2 (pubkeyauthentication no)"),
    ],
)
def test_a_line_that_is_not_loaded_yet_and_would_shut_out_the_admin(
    as_before: dict[str, str], line: str, said: str
) -> None:
    file = "/etc/ssh/sshd_config.d/50-test.conf"
    on_server(f"printf '{line}\\n' >{file}")
    run = play("converge.yml", "--tags", "ssh", ssh_hardening_max_auth_tries=5)
    on_server(f"rm {file}")
    assert (run.failed, run.changed) == (True, False)
    assert said.format(file=file) in run.message
    assert "nothing was changed" in run.message


def test_a_line_that_is_not_loaded_yet_hinders_a_repair_too(as_before: dict[str, str]) -> None:
    """No file of the role's differs, but what is in force: the same reload."""
    file = "/etc/ssh/sshd_config.d/00-a.conf"
    on_server(f"printf 'MaxAuthTries 6\\nDenyUsers nostromo\\n' >{file}")
    run = play("converge.yml", "--tags", "ssh")
    on_server(f"rm {file}")
    assert (run.failed, run.changed) == (True, False)
    assert f"{file} line 1 (maxauthtries 6) is read first, and should be 4" in run.message
    assert f"{file} line 2 (denyusers nostromo)" in run.message
