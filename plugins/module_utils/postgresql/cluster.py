# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Check or activate the settings of this host's PostgreSQL. Managed by Ansible: role nostromo.networking.postgresql.

nostromo-postgresql check VERSION      does the cluster `main` run with the role's settings and client rules?
nostromo-postgresql activate VERSION   have it take them up, restarting only where a setting demands it, then check
nostromo-postgresql restart VERSION    restart it now, for a changed unit
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import stat
import subprocess
import time
from collections.abc import Iterator

from ..files import directory, parent, read
from ..printable import printable
from .client import ACCOUNT, DatabaseError, UnreachableError, session
from .sql import identifier, literal

#: Files and directories of the configuration: root's, readable for the server.
MODE = 0o640
#: The certificate that the role has it show, where it has any.
CERTIFICATE = "/etc/nostromo/postgresql/server.crt"
#: The group that reads logs on Debian.
READERS = "adm"
#: How long a reload may take to be in force, and the server to answer, in seconds: a run has to end, whatever it does.
PATIENCE = 10
ANSWER_PATIENCE = 5
_MOST_BYTES = 1024 * 1024
_SETTING = re.compile(r"^\s*(\w[\w.]*)\s*=", re.MULTILINE)
#: What keeps a setting of the drop-in from being in force, by the server's own account.
FAULTS = """
WITH ours AS (SELECT * FROM pg_file_settings WHERE sourcefile = {drop_in})
SELECT format('%s line %s: %s: %s', f.sourcefile, f.sourceline, f.name, f.error)
  FROM pg_file_settings f LEFT JOIN pg_settings s USING (name)
  WHERE f.error IS NOT NULL AND NOT coalesce(s.pending_restart, false)
UNION ALL
SELECT format('%s is overridden by %s line %s', o.name, f.sourcefile, f.sourceline)
  FROM ours o JOIN pg_file_settings f USING (name) WHERE f.seqno > o.seqno AND f.sourcefile <> o.sourcefile
UNION ALL
SELECT format('%s has its running value from %s', s.name, coalesce(s.sourcefile, s.source))
  FROM pg_settings s JOIN (SELECT DISTINCT name FROM ours) o USING (name)
  WHERE s.sourcefile IS DISTINCT FROM {drop_in} AND NOT s.pending_restart
UNION ALL
SELECT format('%s waits for a restart', name) FROM pg_settings WHERE pending_restart
UNION ALL
SELECT format('%s line %s: %s', {hba}, line_number, error) FROM pg_hba_file_rules WHERE error IS NOT NULL
UNION ALL
SELECT 'the files are newer than the running settings' WHERE extract(epoch FROM pg_conf_load_time()) < {newest}
"""
#: Settings that ALTER SYSTEM has set.
ALTERED = "SELECT DISTINCT name FROM pg_file_settings WHERE sourcefile LIKE '%/postgresql.auto.conf'"


class Cluster:
    """The cluster `main` of one version."""

    def __init__(self, version: str) -> None:
        self.unit = f"postgresql@{version}-main.service"
        self.pid_file = f"/var/lib/postgresql/{version}/main/postmaster.pid"
        self.configuration = f"/etc/postgresql/{version}/main"
        self.drop_in = f"{self.configuration}/conf.d/99-nostromo.conf"
        self.hba = f"{self.configuration}/pg_hba.conf"
        self.log = f"/var/log/postgresql/postgresql-{version}-main.log"

    def running(self) -> bool:
        """Whether it runs, and will after a reboot."""
        return systemctl("is-active", self.unit) and systemctl("is-enabled", "postgresql.service")

    def sql(self, *statements: str) -> list[str]:
        """The first column of what each statement, in a transaction of its own, returns."""
        with session(self.port(), ANSWER_PATIENCE) as opened:
            return [row[0] or "" for statement in statements for row in opened.query(statement)]

    def port(self) -> int:
        """Where the running server listens, postmaster.pid line 4; that file is the server's own, and may say anything."""
        try:
            lines = read(self.pid_file, _MOST_BYTES).decode("utf-8", "replace").splitlines()
        except OSError as error:
            raise DatabaseError(f"cannot read {self.pid_file}: {error.strerror}") from None
        found = lines[3].strip() if len(lines) > 3 else ""
        if not re.fullmatch(r"[0-9]{1,5}", found):
            raise DatabaseError(f"{self.pid_file} names no port")
        return int(found)

    def check(self) -> None:
        """:raises DatabaseError: with a sentence for each fault."""
        if not self.running():
            raise DatabaseError(f"{self.unit} does not run, or postgresql.service is not enabled")
        names = {"drop_in": literal(self.drop_in), "hba": literal(self.hba), "newest": self._newest()}
        faults = [f"{path} is not root's alone" for path, _owned in self._foreign()]
        faults += self.sql(FAULTS.format(**names))
        if faults:
            raise DatabaseError("\n".join(printable(" ".join(fault.split())) for fault in faults))

    def take_over(self) -> None:
        """Make root the owner of what the package gave to the server, so that it cannot change its own configuration."""
        group = grp.getgrnam(ACCOUNT).gr_gid
        for path, single in self._foreign():
            if not single:
                raise DatabaseError(f"{path} is not a regular file with one name: remove it, and run the role again")
            with parent(path) as (place, name):
                place.own(name, MODE, (0, group))

    def reload(self) -> None:
        """Have the server read its files, and wait until it has and lets us in, or has had its time."""
        since = time.time()
        if not systemctl("reload", self.unit):
            raise DatabaseError(f"systemctl cannot reload {self.unit}: see its log")
        until = time.monotonic() + PATIENCE
        while True:
            try:
                if self.sql(f"SELECT 1 WHERE extract(epoch FROM pg_conf_load_time()) >= {since:.6f}"):
                    return
            except DatabaseError:
                if time.monotonic() > until:
                    raise
            if time.monotonic() > until:
                return  # the check says why
            time.sleep(0.05)

    def restart(self) -> None:
        """Restart. :raises DatabaseError: with the log's last lines, if it does not come up."""
        self._have_log()
        if not systemctl("restart", self.unit) or not self.running():
            show = ["journalctl", "--no-pager", "--lines=15", "--output=cat", f"--unit={self.unit}"]
            log = subprocess.run(show, capture_output=True, text=True, errors="replace", check=False).stdout
            raise DatabaseError(f"{self.unit} does not start\n{printable(log.strip())}")

    def _have_log(self) -> None:
        """Have an empty log where there is none, for the server cannot make one in a directory of root's.

        Whatever else stands in its place was put there while the directory was the server's.
        """
        with parent(self.log) as (place, name):
            info = place.lstat(name)
            if info is None or not stat.S_ISREG(info.st_mode):
                place.remove(name)
                place.write(name, b"", MODE, (pwd.getpwnam(ACCOUNT).pw_uid, grp.getgrnam(READERS).gr_gid))

    def activate(self) -> None:
        """Take up the files; restart only if a setting asks for it."""
        self.take_over()
        if not self.running():
            systemctl("enable", "postgresql.service")
            self.restart()
        try:
            self.reload()  # before anything is asked: only these client rules let root in
        except UnreachableError:
            self.restart()  # it makes its socket anew
        overridden = self._settings() & set(self.sql(ALTERED))
        if overridden:
            self.sql(*(f"ALTER SYSTEM RESET {identifier(name)}" for name in sorted(overridden)))
            self.reload()
        if self.sql("SELECT name FROM pg_settings WHERE pending_restart"):
            self.restart()
        self.check()

    def _settings(self) -> set[str]:
        """The names of the role's settings, from its own file."""
        return set(_SETTING.findall(read(self.drop_in, _MOST_BYTES).decode()))

    def _foreign(self) -> Iterator[tuple[str, bool]]:
        """What in the configuration others than root own or may change; whether each is a regular file with one name.

        Symbolic links are passed over: root follows none, and what the server reads through one harms only itself.
        """
        for path in (self.configuration, f"{self.configuration}/conf.d"):
            with directory(path) as place:
                for name in place.names():
                    info = place.lstat(name)
                    if info is None or stat.S_ISDIR(info.st_mode) or stat.S_ISLNK(info.st_mode):
                        continue
                    if info.st_uid != 0 or info.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                        yield f"{path}/{name}", stat.S_ISREG(info.st_mode) and info.st_nlink == 1

    def _newest(self) -> str:
        times = [os.stat(CERTIFICATE).st_mtime] if os.path.exists(CERTIFICATE) else []
        for path in (self.drop_in, self.hba, f"{self.configuration}/pg_ident.conf"):
            with parent(path) as (place, name):
                info = place.lstat(name)
            if info is None:
                raise DatabaseError(f"{path} is missing")
            times.append(info.st_mtime)
        return f"{max(times):.6f}"


def systemctl(*words: str) -> bool:
    """Whether a command of systemctl succeeded."""
    return subprocess.run(["systemctl", "--quiet", *words], check=False).returncode == 0


def main(arguments: list[str]) -> str | None:
    """Run a subcommand; what went wrong, or ``None``."""
    subcommands = ("check", "activate", "restart")
    if len(arguments) != 2 or arguments[0] not in subcommands or not re.fullmatch(r"[0-9]{1,2}", arguments[1]):
        return __doc__
    try:
        getattr(Cluster(arguments[1]), arguments[0])()
    except DatabaseError as error:
        return str(error)
    except OSError as error:
        return f"{error.filename or 'PostgreSQL'}: {error.strerror}"
    return None
