# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Check or activate the settings of this host's PostgreSQL. Managed by Ansible: role nostromo.networking.postgresql.

nostromo-postgresql check VERSION      does the cluster `main` run with the role's settings and client rules?
nostromo-postgresql activate VERSION   have it take them up, restarting only where a setting demands it, then check
nostromo-postgresql restart VERSION    restart it now, for a changed unit
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

# What keeps a setting of the drop-in from being in force, by the server's own account.
FAULTS = """
WITH ours AS (SELECT * FROM pg_file_settings WHERE sourcefile = :'drop_in')
SELECT format('%s line %s: %s: %s', f.sourcefile, f.sourceline, f.name, f.error)
  FROM pg_file_settings f LEFT JOIN pg_settings s USING (name)
  WHERE f.error IS NOT NULL AND NOT coalesce(s.pending_restart, false)
UNION ALL
SELECT format('%s is overridden by %s line %s', o.name, f.sourcefile, f.sourceline)
  FROM ours o JOIN pg_file_settings f USING (name) WHERE f.seqno > o.seqno AND f.sourcefile <> o.sourcefile
UNION ALL
SELECT format('%s has its running value from %s', s.name, coalesce(s.sourcefile, s.source))
  FROM pg_settings s JOIN (SELECT DISTINCT name FROM ours) o USING (name)
  WHERE s.sourcefile IS DISTINCT FROM :'drop_in' AND NOT s.pending_restart
UNION ALL
SELECT format('%s waits for a restart', name) FROM pg_settings WHERE pending_restart
UNION ALL
SELECT format('%s line %s: %s', :'hba', line_number, error) FROM pg_hba_file_rules WHERE error IS NOT NULL
UNION ALL
SELECT 'the files are newer than the running settings' WHERE extract(epoch FROM pg_conf_load_time()) < :newest;
"""
RESET = """
SELECT format('ALTER SYSTEM RESET %I;', name) FROM (SELECT DISTINCT o.name FROM pg_file_settings o
  JOIN pg_file_settings a ON a.name = o.name AND a.sourcefile LIKE '%/postgresql.auto.conf'
  WHERE o.sourcefile = :'drop_in') overridden;
"""


class Cluster:
    """The cluster `main` of one version."""

    def __init__(self, version: str) -> None:
        self.unit = f"postgresql@{version}-main.service"
        self.data = Path(f"/var/lib/postgresql/{version}/main")
        self.drop_in = f"/etc/postgresql/{version}/main/conf.d/99-nostromo.conf"
        self.hba = f"/etc/postgresql/{version}/main/pg_hba.conf"

    def running(self) -> bool:
        """Whether it runs, and will after a reboot."""
        return systemctl("is-active", self.unit) and systemctl("is-enabled", "postgresql.service")

    def sql(self, text: str) -> list[str]:
        """The rows that a query returns. :raises SystemExit: the server cannot be asked."""
        pid_file = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        newest = max(os.stat(file).st_mtime for file in (self.drop_in, self.hba))
        command = ["runuser", "--user", "postgres", "--", "psql", "--no-psqlrc", "--quiet", "--tuples-only"]
        command += ["--no-align", "--set=ON_ERROR_STOP=1", f"--set=newest={newest}"]
        command += [f"--set=drop_in={self.drop_in}", f"--set=hba={self.hba}"]
        command += [f"--port={pid_file[3]}", f"--host={pid_file[4]}", "--dbname=postgres", "--file=-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            sys.exit(done.stderr.strip())
        return [line for line in done.stdout.splitlines() if line]

    def check(self) -> None:
        """Exit with a message for each fault."""
        if not self.running():
            sys.exit(f"{self.unit} does not run, or postgresql.service is not enabled")
        faults = self.sql(FAULTS)
        if faults:
            sys.exit("\n".join(faults))

    def reload(self) -> None:
        """Have the server read its files and wait until it has."""
        before = self.sql("SELECT pg_conf_load_time();")
        self.sql("SELECT pg_reload_conf();")
        until = time.monotonic() + 10
        while self.sql("SELECT pg_conf_load_time();") == before and time.monotonic() < until:
            time.sleep(0.05)

    def restart(self) -> None:
        """Restart, and exit with the log's last lines if it does not come up."""
        if not systemctl("restart", self.unit) or not self.running():
            show = ["journalctl", "--no-pager", "--lines=15", "--output=cat", f"--unit={self.unit}"]
            log = subprocess.run(show, capture_output=True, text=True, check=False).stdout
            sys.exit(f"{self.unit} does not start\n{log.strip()}")

    def activate(self) -> None:
        """Take up the files; restart only if a setting asks for it."""
        if not self.running():
            systemctl("enable", "postgresql.service")
            self.restart()
        for statement in self.sql(RESET):
            self.sql(statement)
        self.reload()
        if self.sql("SELECT name FROM pg_settings WHERE pending_restart;"):
            self.restart()
        self.check()


def systemctl(*words: str) -> bool:
    """Whether a command of systemctl succeeded."""
    return subprocess.run(["systemctl", "--quiet", *words], check=False).returncode == 0


def main(arguments: list[str]) -> None:
    """Run a subcommand."""
    if len(arguments) != 2 or arguments[0] not in ("check", "activate", "restart"):
        sys.exit(__doc__)
    getattr(Cluster(arguments[1]), arguments[0])()


if __name__ == "__main__":
    main(sys.argv[1:])
