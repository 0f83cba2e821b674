# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which cluster there is, and what has to come before there is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.clusters import (
    ClusterError,
    Found,
    Step,
    configuration,
    look,
    step,
)

MAIN = Found("17", "main", "/var/lib/postgresql/17/main", True, True, True, "17", ours=True)
BARE = replace(MAIN, ours=False)
EARLIER = Found("15", "main", "/var/lib/postgresql/15/main", True, True, True, "15", ours=True)
GONE = {"configured": False, "leftover": False, "ours": False}
EMPTY = {"filled": False, "holds": ""}


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([MAIN], None),
        ([MAIN, EARLIER], None),  # moved, and the earlier one kept
        ([BARE], None),
        ([BARE, replace(EARLIER, ours=False)], None),  # somebody else's beside ours to be
        ([], Step(aside=False, initialise=True)),
        ([replace(MAIN, **EMPTY)], Step(aside=True, initialise=True)),
        ([replace(MAIN, configured=False, **EMPTY)], Step(aside=True, initialise=True)),
        ([replace(MAIN, **GONE)], Step(aside=False, initialise=False)),
        ([replace(MAIN, **GONE), EARLIER], Step(aside=False, initialise=False)),
        ([replace(EARLIER, **EMPTY)], Step(aside=False, initialise=True)),  # 15/main's configuration alone
        ([replace(BARE, name="other")], Step(aside=False, initialise=True)),
    ],
)
def test_what_comes_before_the_cluster_is_there(found: list[Found], wanted: Step | None) -> None:
    assert step(found, "17") == wanted


@pytest.mark.parametrize("found", [[EARLIER], [BARE, EARLIER], [replace(MAIN, **EMPTY), replace(EARLIER, ours=False)]])
def test_data_of_another_version_is_named(found: list[Found]) -> None:
    with pytest.raises(
        ClusterError, match=r"^the data is in the cluster 15/main \(/var/lib/postgresql/15/main\), and"
    ) as told:
        step(found, "17")
    assert "pg_upgradecluster 15 main" in str(told.value) and "postgresql_version: '15'" in str(told.value)


@pytest.mark.parametrize(
    ("main", "said"),
    [
        (replace(MAIN, holds="16"), "holds the data of PostgreSQL 16, not of 17"),
        (replace(MAIN, holds=""), r"holds files and no cluster \(no PG_VERSION\)"),
    ],
)
def test_what_is_in_the_way_is_named(main: Found, said: str) -> None:
    with pytest.raises(ClusterError, match=f"^/var/lib/postgresql/17/main {said}"):
        step([main], "17")


def test_look(tmp_path: Path) -> None:
    etc, lib = tmp_path / "etc", tmp_path / "lib"
    assert look(etc, lib) == []
    (etc / "17" / "main" / "conf.d").mkdir(parents=True)
    (etc / "17" / "main" / "conf.d" / "99-nostromo.conf").touch()
    (etc / "17" / "main" / "postgresql.conf").write_text(
        f"#data_directory = 'x'\ndata_directory = '{tmp_path}/it''s'\n"
    )
    (tmp_path / "it's").mkdir()
    (tmp_path / "it's" / "PG_VERSION").write_text("17\n")
    (lib / "15" / "main").mkdir(parents=True)
    (lib / "15" / "main" / "base").touch()
    (etc / "postgresql-common").mkdir()
    assert look(etc, lib) == [
        Found("15", "main", f"{lib}/15/main", filled=True),
        Found("17", "main", f"{tmp_path}/it's", True, True, True, "17", ours=True),
    ]


def test_a_configuration_for_data_alone() -> None:
    files = configuration("17", "/var/lib/postgresql/17/main")
    assert "data_directory = '/var/lib/postgresql/17/main'\n" in files["postgresql.conf"]
    assert files["postgresql.conf"].endswith("include_dir = 'conf.d'\n")
