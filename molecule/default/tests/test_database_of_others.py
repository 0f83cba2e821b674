# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A database that another application uses is not taken from it."""

from __future__ import annotations

from collections.abc import Iterator

import network
import pytest
from testinfra.host import Host
from web import query

pytestmark = pytest.mark.one_release

OWNER = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'nostromo'"
#: As Debian's package brings them.
DEBIANS_RULES = "local all postgres peer\\nlocal all all peer\\nhost all all 127.0.0.1/32 scram-sha-256\\n"


def as_postgres(server: Host, *statements: str) -> None:
    """Whom every cluster's rules admit."""
    for statement in statements:
        server.check_output(f"cd / && runuser --user=postgres -- psql -qXc '{statement}'")


@pytest.fixture
def wiki(server: Host) -> Iterator[str]:
    """A role of another application, and where the client rules are; both are gone, or as they were, afterwards."""
    as_postgres(server, "CREATE ROLE wiki LOGIN")
    rules = f"/etc/postgresql/{server.check_output('ls /etc/postgresql')}/main/pg_hba.conf"
    yield rules
    as_postgres(
        server, "ALTER DATABASE nostromo OWNER TO orchestrator", "DROP DATABASE IF EXISTS wiki", "DROP ROLE wiki"
    )
    assert network.attempt("--tags", "postgresql").returncode == 0
    assert network.changed(network.attempt("--tags", "postgresql")) == 0


def test_a_declared_database_that_is_anothers(server: Host, wiki: str) -> None:
    as_postgres(server, "ALTER DATABASE nostromo OWNER TO wiki")
    refused = network.attempt("--tags", "postgresql")
    assert refused.returncode == 2
    assert "database nostromo: it is wiki's; its owner would be orchestrator." in refused.stdout
    assert query(server, OWNER) == "wiki"
    tolerated = network.attempt("--tags", "postgresql", postgresql_tolerated=["nostromo"])
    assert tolerated.returncode == 0
    assert query(server, OWNER) == "orchestrator"


def test_a_cluster_that_serves_another_application(server: Host, wiki: str) -> None:
    as_postgres(server, "CREATE DATABASE wiki OWNER wiki")
    server.check_output(f"printf '{DEBIANS_RULES}' >{wiki} && systemctl reload 'postgresql@*'")
    refused = network.attempt("--tags", "postgresql")
    assert refused.returncode == 2
    assert "database wiki: it is wiki's; only declared users would get in." in refused.stdout
    assert server.file(wiki).content_string == DEBIANS_RULES.encode().decode("unicode_escape")
