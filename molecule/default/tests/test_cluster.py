# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host whose package has made no cluster, or that has lost half of it, gets one; data of another version is not passed over."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import network
import pytest
from network import changed
from testinfra.host import Host
from web import query

pytestmark = pytest.mark.one_release

KEPT = "/var/backups/kept-by-the-test"
#: A version that no supported distribution brings.
EARLIER = "13"
STOP = "systemctl stop postgresql.service 'postgresql@*.service'"
COUNT = "SELECT count(*) FROM telemetry.sensors"


def postgresql() -> subprocess.CompletedProcess[str]:
    return network.attempt("--tags", "postgresql")


@pytest.fixture
def version(server: Host) -> Iterator[str]:
    """The version, whose cluster is put back afterwards as it was, and runs."""
    found = server.check_output("ls /etc/postgresql")
    assert found.isdigit()
    main, data = f"/etc/postgresql/{found}/main", f"/var/lib/postgresql/{found}/main"
    server.check_output(f"{STOP} && mkdir {KEPT} && cp -a {main} {KEPT}/main && mv {data} {KEPT}/data")
    yield found
    server.check_output(
        f"{STOP}; rm -rf {main} {data} /etc/postgresql/{EARLIER} /var/lib/postgresql/{EARLIER};"
        f"mv {KEPT}/main {main} && mv {KEPT}/data {data} && rmdir {KEPT} && rm -rf /var/backups/postgresql-*"
    )
    changed(postgresql())
    assert changed(postgresql()) == 0
    assert int(query(server, COUNT)) > 0


def test_a_host_that_lost_its_cluster(server: Host, version: str) -> None:
    main, data = f"/etc/postgresql/{version}/main", f"/var/lib/postgresql/{version}/main"
    # The data of another version is there, and none of ours: nothing empty is put in its place.
    places = f"/var/lib/postgresql/{EARLIER} /etc/postgresql/{EARLIER}"
    server.check_output(
        f"for place in {places}; do mkdir -p $place/main; done; echo {EARLIER} >/var/lib/postgresql/{EARLIER}/main/PG_VERSION"
    )
    done = postgresql()
    assert done.returncode == 2 and f"the data is in the cluster {EARLIER}/main" in done.stdout, done.stdout
    assert not server.file(data).exists
    server.check_output(f"rm -r {places}")
    # No room for a cluster: that is said, no half of one is left, and the next run has it.
    server.check_output(f"{STOP}; rm -r {main} && mount -t tmpfs -o size=4m,mode=755 tmpfs /var/lib/postgresql")
    try:
        done = postgresql()
        assert done.returncode == 2 and "No space left on device" in done.stdout, done.stdout
        assert not server.file(main).exists
    finally:
        server.check_output("umount /var/lib/postgresql")
    assert changed(postgresql()) >= 2
    server.check_output(f"{STOP}; rm -r {data}")
    # A configuration without data, then neither of both.
    for lost in ("true", f"{STOP} && rm -r {main} {data}"):
        server.check_output(lost)
        assert changed(postgresql()) >= 2
        assert changed(postgresql()) == 0
        assert query(
            server, "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'postgres'"
        ) == ("C.UTF-8|UTF8")
    # Data without a configuration.
    server.check_output(f"psql -U postgres -d nostromo -qXc 'CREATE TABLE kept ()'; {STOP}; rm -r {main}")
    assert changed(postgresql()) >= 2
    assert changed(postgresql()) == 0
    assert query(server, "SELECT to_regclass('kept')") == "kept"
