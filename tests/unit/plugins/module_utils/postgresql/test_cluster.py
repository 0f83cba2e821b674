# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tool that has a cluster take up its configuration."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql import cluster
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.client import (
    DatabaseError,
    UnreachableError,
)
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.cluster import Cluster, main

DROP_IN = "# ours\nlisten_addresses = '127.0.0.1'\nport = 5432\nmy.own = 'a = b'\n"


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster whose files are the test's own."""
    (tmp_path / "conf.d").mkdir()
    files = {"conf.d/99-nostromo.conf": DROP_IN, "pg_hba.conf": "", "pg_ident.conf": "", "postgresql.conf": ""}
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        (tmp_path / name).chmod(0o640)
    monkeypatch.setattr(cluster, "ACCOUNT", grp.getgrgid(os.getegid()).gr_name)
    made = Cluster("17")
    made.configuration = str(tmp_path)
    made.drop_in, made.hba = f"{tmp_path}/conf.d/99-nostromo.conf", f"{tmp_path}/pg_hba.conf"
    made.pid_file = f"{tmp_path}/postmaster.pid"
    return made


@pytest.mark.parametrize("place", ["nothing", "a link", "a directory", "a FIFO"])
def test_the_server_has_a_log_whatever_was_put_in_its_place(
    one: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    log, target = tmp_path / "server.log", tmp_path / "target"
    target.write_text("root's", encoding="utf-8")
    if place == "a link":
        log.symlink_to(target)
    elif place == "a directory":
        (log / "deep").mkdir(parents=True)
    elif place == "a FIFO":
        os.mkfifo(log)
    monkeypatch.setattr(cluster, "ACCOUNT", pwd.getpwuid(os.geteuid()).pw_name)
    monkeypatch.setattr(cluster, "READERS", grp.getgrgid(os.getegid()).gr_name)
    one.log = str(log)
    one._have_log()
    assert stat.S_ISREG(log.lstat().st_mode)
    assert (log.read_bytes(), target.read_text(encoding="utf-8")) == (b"", "root's")


def test_a_log_is_left_alone(one: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("LOG: ready", encoding="utf-8")
    one.log = str(log)
    one._have_log()
    assert log.read_text(encoding="utf-8") == "LOG: ready"


def test_the_port_is_that_of_the_running_server(one: Cluster) -> None:
    Path(one.pid_file).write_text("1\n/var/lib/x\n2\n5433\n/run/postgresql\n", encoding="utf-8")
    assert one.port() == 5433


@pytest.mark.parametrize("text", ["", "1\n2\n3\n", "1\n2\n3\n5432 or so\n", "1\n2\n3\n123456\n", "1\n2\n3\n-1\n"])
def test_a_pid_file_that_names_no_port(one: Cluster, text: str) -> None:
    Path(one.pid_file).write_text(text, encoding="utf-8")
    with pytest.raises(DatabaseError, match="names no port"):
        one.port()


def test_a_pid_file_that_would_hang_or_mislead_root(one: Cluster) -> None:
    os.mkfifo(one.pid_file)
    with pytest.raises(DatabaseError, match="is not a regular file"):
        one.port()
    os.unlink(one.pid_file)
    os.symlink("/etc/shadow", one.pid_file)
    with pytest.raises(DatabaseError, match="is a symbolic link, and is not followed"):
        one.port()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's files can be root's")
def test_files_that_the_server_could_change_become_roots(one: Cluster) -> None:
    own, written = Path(one.configuration, "postgresql.conf"), Path(one.configuration, "conf.d", "10-other.conf")
    written.write_text("jit = off\n", encoding="utf-8")
    written.chmod(0o666)
    os.chown(own, 12345, -1)
    assert [path for path, _single in one._foreign()] == [str(own), str(written)]
    one.take_over()
    assert list(one._foreign()) == []
    assert (own.stat().st_uid, written.stat().st_mode & 0o7777) == (0, 0o640)


def test_a_file_with_a_second_name_is_not_given_away(one: Cluster) -> None:
    secret = Path(one.configuration).parent / f"{Path(one.configuration).name}-secret"
    secret.write_text("secret", encoding="utf-8")
    secret.chmod(0o660)
    os.link(secret, f"{one.configuration}/environment")
    for path in Path(one.configuration).glob("**/*.conf"):
        path.unlink()
    with pytest.raises(DatabaseError) as caught:
        one.take_over()
    assert str(caught.value) == (
        f"{one.configuration}/environment is not a regular file with one name: remove it, and run the role again"
    )
    assert secret.stat().st_mode & 0o7777 == 0o660


def test_a_certificate_that_was_renewed_is_to_be_loaded(
    one: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "server.crt"
    monkeypatch.setattr(cluster, "CERTIFICATE", str(certificate))
    before = float(one._newest())
    certificate.touch()
    os.utime(certificate, (before + 60, before + 60))
    assert float(one._newest()) == pytest.approx(before + 60)


def test_only_settings_of_ours_are_reset_whatever_the_server_says(
    one: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def sql(*statements: str) -> list[str]:
        asked.extend(statements)
        return ["port", "my.own", "work_mem", 'x"; DROP ROLE etl; --'] if statements == (cluster.ALTERED,) else []

    for name in ("take_over", "reload", "check"):
        monkeypatch.setattr(one, name, lambda: None)
    monkeypatch.setattr(one, "running", lambda: True)
    monkeypatch.setattr(one, "sql", sql)
    one.activate()
    assert [statement for statement in asked if statement.startswith("ALTER")] == [
        'ALTER SYSTEM RESET "my.own"',
        'ALTER SYSTEM RESET "port"',
    ]


@pytest.mark.parametrize(
    ("error", "restarted"), [(UnreachableError("nobody"), True), (DatabaseError("it is busy"), False)]
)
def test_a_server_without_its_socket_is_restarted_and_a_busy_one_is_not(
    one: Cluster, monkeypatch: pytest.MonkeyPatch, error: DatabaseError, restarted: bool
) -> None:
    done: list[str] = []

    def reload() -> None:
        raise error

    for name in ("take_over", "restart", "check"):
        monkeypatch.setattr(one, name, lambda name=name: done.append(name))
    monkeypatch.setattr(one, "reload", reload)
    monkeypatch.setattr(one, "running", lambda: True)
    monkeypatch.setattr(one, "sql", lambda *_statements: [])
    with nullcontext() if restarted else pytest.raises(DatabaseError):
        one.activate()
    assert done == (["take_over", "restart", "check"] if restarted else ["take_over"])


def test_a_fault_is_one_line_whatever_the_server_says(one: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one, "running", lambda: True)
    monkeypatch.setattr(one, "_foreign", lambda: iter(()))
    monkeypatch.setattr(one, "sql", lambda _faults: ["jit is overridden\nok\x1b[2J"])
    with pytest.raises(DatabaseError) as caught:
        one.check()
    assert str(caught.value) == r"jit is overridden ok\x1b[2J"


@pytest.mark.parametrize("arguments", [[], ["check"], ["destroy", "17"], ["check", "../17"]])
def test_usage(arguments: list[str]) -> None:
    assert main(arguments) == cluster.__doc__
