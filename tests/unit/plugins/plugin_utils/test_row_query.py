# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows by JMESPath, and how they are shown."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.nostromo.networking.plugins.module_utils.explain.rows import plain_row
from ansible_collections.nostromo.networking.plugins.module_utils.explain.text import rows_text
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.plugin_utils import row_query
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import SOUND, matrix_of

ROWS = [plain_row(flow) for flow in parse_matrix(matrix_of(SOUND)).flows]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (
            "[?destination=='mother']",
            "3 rows\n\n"
            "ROW               NAME       SOURCE        DESTINATION  PORTS     ACTION\n"
            "network_flows[4]  No DB      any           mother       5432/tcp  deny\n"
            "network_flows[5]  Queries    orchestrator  mother       5432/tcp  allow\n"
            "network_flows[6]  Ingestion  etl           mother       5432/tcp  allow",
        ),
        ("[?contains(ports, `80`)].name", '[\n  "HTTP",\n  "Updates"\n]'),
        ("[?!documented]", "No row matches."),
        ("[?nothing].x", "No row matches."),
        ("length(@)", "11"),
        (
            "[0]",
            "1 row\n\n"
            "ROW               NAME  SOURCE    DESTINATION  PORTS   ACTION\n"
            "network_flows[0]  HTTP  internet  nginx        80/tcp  allow",
        ),
    ],
)
def test_queries(query: str, text: str) -> None:
    assert rows_text(row_query.select(ROWS, query)) == text


def test_a_query_that_is_wrong() -> None:
    with pytest.raises(AnsibleActionFail, match="The query is not valid JMESPath: .*Incomplete expression"):
        row_query.select(ROWS, "[?")


def test_without_jmespath(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_query, "jmespath", None)
    with pytest.raises(AnsibleActionFail, match="needs the Python package jmespath on the controller: pip install"):
        row_query.select(ROWS, "[]")
