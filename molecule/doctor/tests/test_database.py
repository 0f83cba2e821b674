# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mother down, out of room, out of connections; and what follows from it."""

from __future__ import annotations

from ailing import BESIDES, PM2, broken, eventually, on_server

UNIT = "postgresql@17-main.service"
DOWN = "The database does not run, so nothing can be read or stored."
DATA = "/var/lib/postgresql"
#: Its metrics are asked of it, every 15 s.
EXPORTER = "exporter-refused:server"
#: Holds as many idle sessions as PostgreSQL lets it, as an application with a leak would; with the ETL's own account.
LEAK = """
cat >/run/leak.py <<'END'
import json, time
import psycopg
environment = json.load(open("/run/leak.json"))["apps"][0]["env"]
wanted = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER"}
held = []
try:
    while True:
        held.append(psycopg.connect(**{key: environment[name] for key, name in wanted.items()}, application_name="leak"))
except psycopg.OperationalError:
    time.sleep(3600)
END
install --owner=etl --mode=0400 /etc/pm2/etl.json /run/leak.json
systemd-run --quiet --uid=etl --unit=leak /srv/etl/current/.venv/bin/python /run/leak.py
sleep 3
"""


def test_database_down_and_what_follows_from_it() -> None:
    """The ETL, which ran meanwhile, has to be run again; that Orchestrator is unhealthy is over with the cause."""
    etl = PM2.format("etl")
    by = f"systemctl stop {UNIT}; ({etl} restart etl); sleep 3"
    with broken(by, undo=f"systemctl start {UNIT}; ({etl} restart etl)") as damage:
        found = eventually("database-down:mother", "service-unhealthy:orchestrator", EXPORTER, BESIDES)
        cause, unhealthy, failed = found.of("database-down"), found.of("service-unhealthy"), found.of("service-failed")
        assert found.findings[0] == cause
        assert (cause.text, cause.cause) == (DOWN, "")
        assert cause.saw(f"{UNIT}: inactive (dead) since ")
        assert cause.commands() == [f"sudo systemctl start {UNIT}"]
        assert unhealthy.text == "Orchestrator runs but does not answer as a healthy service does."
        assert unhealthy.saw("health: GET http://127.0.0.1:8000/health: status 503 Service Unavailable")
        assert (unhealthy.cause, unhealthy.remedy) == (DOWN, [])
        assert f"Because   {DOWN} (Mended with it.)" in found.printed
        assert failed.text == "The last run of ETL Service failed (exit status 75)."
        assert failed.saw("log: ", "ERROR the database cannot be used now")
        assert failed.commands() == ["sudo pm2 logs etl --lines 50", "sudo pm2 restart etl"]
        damage.is_mended_by(cause, failed)


def test_database_cannot_start_because_its_disk_is_full() -> None:
    by = f"""
    systemctl stop {UNIT}
    cp --archive {DATA} /run/data-before
    mount -t tmpfs -o size=200m,mode=0755 tmpfs {DATA}
    cp --archive /run/data-before/. {DATA}
    dd if=/dev/zero of={DATA}/core.dump bs=64k status=none || true
    sync
    systemctl start {UNIT} 2>/dev/null || true
    """
    # It runs on the copy when the test has mended it; back to the disk.
    clean = f"systemctl stop {UNIT}; umount {DATA}; rm -r /run/data-before; systemctl start {UNIT}"
    with broken(by, undo="true", cleanup=clean) as damage:
        found = eventually(f"disk-full-bytes:{DATA}", "database-down:mother", "service-unhealthy:orchestrator", EXPORTER)
        full, down, unhealthy, _exporter = found.findings
        assert full.text == f"{DATA} is full: it has no room left, so whatever writes to it fails."
        assert full.saw(f"0 B of 200 MiB left on {DATA}")
        assert full.saw(f" in {DATA}/core.dump")
        assert full.commands() == [
            f"sudo du --one-file-system --max-depth=4 {DATA} | sort -n | tail -n 15",
            "sudo sh -c 'apt-get clean; journalctl --vacuum-size=100M'",
        ]
        assert (down.cause, unhealthy.cause) == (full.text, down.text)
        assert down.saw("No space left on device")
        # The doctor shows what is large; that it may be removed, only a person knows.
        on_server(f"rm {DATA}/core.dump")
        damage.is_mended_by(down)


def test_database_out_of_connections() -> None:
    with broken(LEAK, undo="true", cleanup="systemctl stop leak; rm /run/leak.*") as damage:
        found = eventually("database-full:mother", "service-unhealthy:orchestrator", EXPORTER, seconds=60)
        full, unhealthy, _exporter = found.findings
        assert full.text == "The database is out of connections: applications are turned away."
        assert full.saw("97 of 97 connections in use (max_connections 100, 3 kept for administrators)")
        assert full.saw(" of etl (leak): idle, the longest for ")
        assert unhealthy.cause == full.text
        damage.is_mended_by(full)
