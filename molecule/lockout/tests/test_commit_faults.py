# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever goes wrong during a commit, the host is as before it; `a-file` stands for any service's configuration."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lockout import (
    AS_BEFORE,
    COMMIT_DEADLINE,
    ROLE_DEADLINE,
    Control,
    Run,
    can_log_in,
    commit,
    eventually,
    inside,
    is_pending,
    lose_power,
    on_server,
    play,
    remove_firewall,
    start,
)

PATH = "/etc/lockout/a-file"
#: What `a-file` configures: the running state is a copy of it, which activation makes.
RUNNING = "/run/lockout"
ACTIVATE = f"cp {PATH} {RUNNING}"
#: Of a user, in his own directory, which his rights alone write to.
KEYS = "/home/hudson/keys/file"
HTTPS = {"name": "Public HTTPS", "action": "allow", "protocol": "tcp", "ports": [443]}


def files(content: str) -> list[dict[str, Any]]:
    return [{"path": PATH, "content": content}, {"path": "/etc/lockout/new/file", "content": "new"}]


def keys(content: str) -> dict[str, Any]:
    owned = {"owner": "hudson", "group": "hudson", "as_user": "hudson", "mode": "0600"}
    return {"path": KEYS, "content": content, **owned}


@pytest.fixture(scope="module")
def running() -> Iterator[None]:
    """A set in force, whose file and running state are the same after each test."""
    assert not commit(files=[{"path": PATH, "content": "before"}], activate=ACTIVATE).failed
    yield
    assert on_server(f"cat {PATH} {RUNNING}; ls -A /etc/lockout") == "beforebeforea-file\n"
    on_server(f"rm -r /etc/lockout {RUNNING}")


pytestmark = pytest.mark.usefixtures("running", "as_before")


def test_activation_that_fails() -> None:
    run = commit(files=files("after"), activate=[ACTIVATE, f"grep -q before {PATH}"])
    assert (run.failed, run.changed) == (True, False)
    assert run.message == f"lockout: activation failed; every file is as before\ngrep -q before {PATH}: exit status 1"


def test_activation_that_hangs() -> None:
    """With a child that holds its output, in which waiting for the output's end would take as long as the child lives."""
    hang = f"sh -c 'grep -q before {PATH} || sleep 300; true'"
    began = time.monotonic()
    run = commit(files=files("after"), activate=[ACTIVATE, hang])
    assert (run.failed, run.changed) == (True, False)
    assert run.message.startswith("lockout: activation failed; every file is as before\nsh -c ")
    assert run.message.endswith(f": took longer than {COMMIT_DEADLINE} s")
    assert time.monotonic() - began < COMMIT_DEADLINE + 10
    assert on_server("pgrep --full 'sleep 300' || true") == ""


def test_controller_killed_in_the_window(returns_within: Callable) -> None:
    """With rules that lock out: only the host itself can take them back."""
    run = start("converge.yml", "--tags", "firewall", firewall_ingress=[HTTPS])
    assert eventually(lambda: is_pending("firewall"), 30)
    time.sleep(1)  # rules are loaded
    run.kill()
    assert not can_log_in()
    assert eventually(lambda: not is_pending("firewall"))
    returns_within(ROLE_DEADLINE)


def test_controller_killed_while_the_host_activates() -> None:
    """The host goes on by itself, and nobody confirms."""
    slowly = [ACTIVATE, f"sh -c 'grep -q before {PATH} || sleep 4'"]
    run = start("commit.yml", wanted={"files": files("after"), "activate": slowly, "confirm": {"connection": True}})
    assert eventually(lambda: is_pending("lockout"), 30)
    run.kill()
    assert eventually(lambda: not is_pending("lockout"))


def test_module_killed_between_swap_and_activation() -> None:
    run = start("commit.yml", wanted={"files": files("after"), "activate": ["sleep 2", ACTIVATE]})
    assert eventually(lambda: inside("grep", "-q", "after", PATH).returncode == 0, 30)
    inside("pkill", "-KILL", "--full", "--exact", "/usr/bin/python3")  # the module, which comes through a pipe
    assert run.end().failed
    assert is_pending("lockout")
    assert eventually(lambda: not is_pending("lockout"))


def test_host_loses_power_in_the_window() -> None:
    """The deadline is far away, so it is the boot that returns to the rules from before, and before any are loaded."""
    variables = {"firewall_ingress": [HTTPS], "firewall_confirm_seconds": 300}
    run = start("converge.yml", "--tags", "firewall", **variables)
    assert eventually(lambda: is_pending("firewall"), 30)
    time.sleep(1)
    assert not can_log_in()
    lose_power()
    run.end()
    Control.renew()
    assert (run.failed, run.changed) == (True, False)
    assert run.message.endswith(AS_BEFORE)
    moments = on_server(
        "systemctl show --value --property=ExecMainExitTimestampMonotonic nostromo-commit.service\n"
        "for unit in nostromo-firewall nginx ssh; do\n"
        "  systemctl show --value --property=ExecMainStartTimestampMonotonic $unit.service\n"
        "done"
    ).split()
    undone, *started = map(int, moments)
    assert 0 < undone < min(started)
    on_server(f"cp {PATH} {RUNNING}")  # /run is new


def test_host_loses_power_during_the_change() -> None:
    """The connection that carries the module's answer is dead, and nobody will say so."""
    run = start("commit.yml", wanted={"files": files("after"), "activate": ["sleep 100"], "confirm": {"connection": True},
                                      "deadline_seconds": 300})  # fmt: skip
    assert eventually(lambda: inside("grep", "-q", "after", PATH).returncode == 0, 30)
    lose_power()
    run.end()
    Control.renew()
    assert (run.failed, run.changed) == (True, False)
    assert "the connection was lost during the change: " in run.message
    assert run.message.endswith(AS_BEFORE)
    on_server(f"cp {PATH} {RUNNING}")


@pytest.fixture
def hudson() -> Iterator[None]:
    """A user with a file in a directory of his."""
    on_server("useradd --create-home hudson; sudo -u hudson mkdir /home/hudson/keys")
    assert not commit(files=[keys("before")]).failed
    yield
    on_server("userdel --remove hudson 2>&1")


def change_all_files() -> Run:
    """A run that has changed files of root and of a user, and whose activation takes long."""
    slowly = [f"sh -c 'grep -q before {PATH} || sleep 100'"]
    wanted = [*files("after"), keys("after"), {**keys("new"), "path": "/home/hudson/keys/new/file"}]
    waits = {"activate": slowly, "confirm": {"connection": True}, "deadline_seconds": 300}
    run = start("commit.yml", wanted={"files": wanted, **waits})
    assert eventually(lambda: inside("test", "-e", "/home/hudson/keys/new/file").returncode == 0, 30)
    return run


def at_boot(unit: str) -> list[str]:
    """What became of a unit, and when it began and ended."""
    wanted = ["Result", "ExecMainStartTimestampMonotonic", "ExecMainExitTimestampMonotonic"]
    shown = on_server(f"systemctl show {unit}.service {' '.join(f'--property={name}' for name in wanted)}")
    found = dict(line.split("=") for line in shown.splitlines())
    return [found[name] for name in wanted]


@pytest.mark.usefixtures("hudson")
def test_host_loses_power_with_files_of_root_and_of_a_user_changed() -> None:
    run = change_all_files()
    lose_power()
    run.end()
    Control.renew()
    assert run.message.endswith(AS_BEFORE)
    assert on_server(f"cat {KEYS}; ls -A /home/hudson/keys; stat --format '%U %G %a' {KEYS}") == (
        "beforefile\nhudson hudson 600\n"
    )
    (homes, _, ended), (rest, began, _) = at_boot("nostromo-commit-homes"), at_boot("nostromo-commit")
    assert (homes, rest) == ("success", "success")
    assert 0 < int(ended) < int(began)
    on_server(f"cp {PATH} {RUNNING}")


@pytest.mark.usefixtures("hudson")
def test_user_who_is_in_the_way_at_boot_keeps_back_his_own_files_only() -> None:
    """The commit is not forgotten before all of it is back."""
    run = change_all_files()
    run.kill()
    inside("sh", "-c", "cd /home/hudson && mv keys aside && ln -s /etc/lockout keys")
    lose_power()
    Control.renew()
    assert eventually(can_log_in, 30)
    assert on_server(f"cat {PATH}; ls -A /etc/lockout") == "beforea-file\n"
    assert (at_boot("nostromo-commit-homes")[0], at_boot("nostromo-commit")[0]) == ("exit-code", "exit-code")
    assert f"cannot put back {KEYS}: Permission denied" in on_server("journalctl -b -u nostromo-commit-homes")
    assert is_pending("lockout")
    on_server(
        "cd /home/hudson; rm keys; mv aside keys; systemctl reset-failed 'nostromo-commit*'\n"
        "nostromo-commit rollback lockout $(nostromo-commit list lockout | awk '/awaits/ { print $2 }')"
    )
    assert on_server(f"cat {KEYS}; ls -A /home/hudson/keys") == "beforefile\n"
    on_server(f"cp {PATH} {RUNNING}")


def test_host_loses_power_in_the_window_of_its_first_firewall() -> None:
    """The rules' unit, which the boot has already planned to start, is gone before it would be."""
    remove_firewall()
    run = start("converge.yml", "--tags", "firewall", firewall_ingress=[HTTPS], firewall_confirm_seconds=300)
    assert eventually(lambda: is_pending("firewall"), 30)
    time.sleep(1)
    assert not can_log_in()
    lose_power()
    run.end()
    Control.renew()
    assert run.message.endswith(AS_BEFORE)
    assert "inet nostromo" not in on_server("nft list tables")
    assert not play("converge.yml", "--tags", "firewall").failed
    on_server(f"cp {PATH} {RUNNING}")


def test_disk_full() -> None:
    on_server("mkdir /etc/lockout/new; mount -t tmpfs -o size=64k none /etc/lockout/new")
    on_server("head -c 60K /dev/zero >/etc/lockout/new/ballast")
    big = {"path": "/etc/lockout/new/big", "content": "x" * 20000}
    run = commit(files=[*files("after")[:1], big], activate=ACTIVATE)
    left = on_server("ls -A /etc/lockout/new; umount /etc/lockout/new; rmdir /etc/lockout/new")
    assert (run.failed, run.changed) == (True, False)
    assert run.message == "lockout: cannot write /etc/lockout/new/big: No space left on device; nothing was changed"
    assert left == "ballast\n"


def test_read_only_file_system() -> None:
    on_server("mkdir /etc/lockout/new && mount -t tmpfs -o ro none /etc/lockout/new")
    run = commit(files=files("after"), activate=ACTIVATE)
    on_server("umount /etc/lockout/new && rmdir /etc/lockout/new")
    assert (run.failed, run.changed) == (True, False)
    assert run.message == "lockout: cannot write /etc/lockout/new/file: Read-only file system; nothing was changed"


def test_rollback_on_a_full_disk() -> None:
    """The disk fills up in the window, so that no copy of the file before could be written."""
    on_server("mkdir /mnt/lockout && mount -t tmpfs -o size=64k none /mnt/lockout && printf before >/mnt/lockout/file")
    fill = "sh -c 'head -c 60K /dev/zero >/mnt/lockout/ballast; head -c 60K /dev/zero >>/mnt/lockout/ballast; false'"
    run = commit(files=[{"path": "/mnt/lockout/file", "content": "after"}], activate=fill)
    found = on_server("cat /mnt/lockout/file; ls -A /mnt/lockout; umount /mnt/lockout; rmdir /mnt/lockout")
    assert run.message.startswith("lockout: activation failed; every file is as before")
    assert found == "beforeballast\nfile\n"


def test_missing_validator() -> None:
    run = commit(files=files("after"), validate="no-such-validator {root}", activate=ACTIVATE)
    assert (run.failed, run.changed) == (True, False)
    assert run.message == "lockout: the validator no-such-validator is not installed on the host; nothing was changed"


def test_two_runs_at_once() -> None:
    """The second is refused while the first activates; the first is kept."""
    first = start(
        "commit.yml",
        wanted={
            "files": files("first")[:1],
            "activate": ["sleep 3", ACTIVATE],
            # Nobody answers there for the first three seconds.
            "confirm": {"url": "http://app.nostromo.cl:80/", "url_address": "10.42.0.10", "url_statuses": [301, 308]},
            "deadline_seconds": 20,
        },
    )
    assert eventually(lambda: is_pending("lockout"), 30)
    second = commit(files=files("second"), activate=ACTIVATE)
    assert (second.failed, second.changed) == (True, False)
    assert second.message == ("lockout: another run is committing this set on the host; run again when it has ended")
    assert not first.end().failed
    assert on_server(f"cat {PATH} {RUNNING}") == "firstfirst"
    assert not commit(files=files("before")[:1], activate=ACTIVATE).failed


def test_run_during_the_window_of_another() -> None:
    """It waits for what becomes of the first, says so, and finds the state before."""
    confirm = {"url": "http://10.42.0.10:9/"}
    first = start("commit.yml", wanted={"files": files("first"), "activate": ACTIVATE, "confirm": confirm})
    assert eventually(lambda: is_pending("lockout"), 30)
    time.sleep(0.5)
    second = commit(files=files("before")[:1], activate=ACTIVATE)
    assert "awaits its confirmation by another run" in second.printed
    assert (second.failed, second.changed) == (False, False)
    assert first.end().message.endswith(AS_BEFORE)


def test_url_that_does_not_answer() -> None:
    run = commit(files=files("after"), activate=ACTIVATE, confirm={"url": "http://10.42.0.10:9/health"})
    assert (run.failed, run.changed) == (True, False)
    assert "the change was not confirmed: http://10.42.0.10:9/health does not answer: " in run.message
    assert run.message.endswith(AS_BEFORE)


def test_url_with_another_status() -> None:
    confirm = {
        "url": "https://app.nostromo.cl/",
        "url_address": "10.42.0.10",
        "url_statuses": "204",
        "validate_certs": "no",
    }
    run = commit(files=files("after"), activate=ACTIVATE, confirm=confirm)
    assert "https://app.nostromo.cl/ answers 200" in run.message
    assert run.message.endswith(AS_BEFORE)


def test_confirmation_by_command_that_fails() -> None:
    run = commit(files=files("after"), activate=ACTIVATE, confirm={"command": f"grep before {RUNNING}"})
    assert run.message == f"lockout: confirmation failed; every file is as before\ngrep before {RUNNING}: exit status 1"


def test_user_who_cannot_log_in() -> None:
    run = commit(files=files("after"), activate=ACTIVATE, confirm={"connection": True, "users": "nobody"})
    assert "nobody: the host accepts none of the keys that this controller offers" in run.message
    assert run.message.endswith(AS_BEFORE)


def test_connection_that_is_not_ssh() -> None:
    run = play(
        "commit.yml",
        ansible_connection="local",
        ansible_host="",
        ansible_become=False,
        wanted={"files": files("after"), "confirm": {"connection": True}},
    )
    assert run.failed
    assert "the connection 'local', which shows no address to prove a login at" in run.printed
    assert not os.path.exists("/etc/lockout")


def test_wrong_arguments() -> None:
    run = commit(files=files("after"), activate=ACTIVATE, deadline_seconds=0)
    assert (run.failed, run.changed) == (True, False)
    assert "deadline_seconds is 0: give 1 or more" in run.printed


def test_check_mode_shows_and_changes_nothing() -> None:
    run = commit("--check", "--diff", files=files("after"), activate=ACTIVATE, confirm={"connection": True})
    assert (run.failed, run.changed) == (False, True)
    assert "+after" in run.printed
    assert "/etc/lockout/new/file" in run.printed
