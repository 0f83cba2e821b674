# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PostgreSQL: its clusters, whether they run and accept connections, and how many are left."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .logs import shown, tail
from .run import Run
from .units import states

_CLUSTERS = Path("/etc/postgresql")
_SERVICE = "postgresql.service"
_PORT = re.compile(r"^\s*port\s*=\s*'?(\d+)", re.MULTILINE)
_SERIOUS = re.compile(r"\b(FATAL|PANIC|could not|No space left)\b")
#: Sessions of clients (not of the server itself), most first; and the numbers that bound them.
QUERY = """
WITH clients AS (
  SELECT coalesce(usename, '') AS "user", coalesce(application_name, '') AS application, coalesce(state, '') AS state,
    count(*) AS sessions, round(extract(epoch FROM now() - min(state_change))) AS seconds
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 1, 2, 3
)
SELECT json_build_object(
  'used', (SELECT coalesce(sum(sessions), 0) FROM clients),
  'most', current_setting('max_connections')::int,
  'reserved', current_setting('superuser_reserved_connections')::int
    + coalesce(current_setting('reserved_connections', true), '0')::int,
  'recovery', pg_is_in_recovery(),
  'sessions', (SELECT coalesce(json_agg(c), '[]') FROM (SELECT * FROM clients ORDER BY sessions DESC LIMIT 5) c)
)
"""


def observe(run: Run) -> list[dict[str, Any]]:
    """Each cluster ``main``: ``version``, ``port``, ``unit`` (see :func:`.units.states`, and its ``name``), whether it
    ``starts_at_boot``, ``log`` (the last serious lines), ``problem`` (why it does not accept a connection) and, when it
    does, ``used``, ``most`` and ``reserved`` connections, ``recovery`` and ``sessions`` (the five largest groups).
    """
    versions = sorted(path.parent.name for path in _CLUSTERS.glob("*/main"))
    names = {version: f"postgresql@{version}-main.service" for version in versions}
    units = states(run, _SERVICE, *names.values())
    return [
        {
            "version": version,
            "starts_at_boot": units[_SERVICE]["enabled"] == "enabled",
            "unit": {"name": name, **units[name]},
            **_cluster(run, version),
        }
        for version, name in names.items()
    ]


def _cluster(run: Run, version: str) -> dict[str, Any]:
    port = _port_of(_CLUSTERS / version / "main")
    words = ["runuser", "--user", "postgres", "--", "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
    words += ["--host=/run/postgresql", f"--port={port}", "--dbname=postgres", f"--command={QUERY}"]
    done = run(words)
    found = {"port": port, "log": serious(tail(f"/var/log/postgresql/postgresql-{version}-main.log", lines=200))}
    if done.status:
        return {**found, "problem": " ".join(shown(done.err))}
    return {**found, "problem": "", **json.loads(done.out)}


def serious(lines: list[str], most: int = 5) -> list[str]:
    """The last lines that say what went wrong."""
    return [line for line in lines if _SERIOUS.search(line) and "STATEMENT:" not in line][-most:]


def read_port(*texts: str) -> int:
    """The port in the files of a configuration, of which the last one wins; PostgreSQL's own without one."""
    found = [int(match) for text in texts for match in _PORT.findall(text)]
    return found[-1] if found else 5432


def _port_of(directory: Path) -> int:
    files = [directory / "postgresql.conf", *sorted((directory / "conf.d").glob("*.conf"))]
    return read_port(*(file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file()))
