# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules that are shown in explanations are lines of the file that the role writes."""

from __future__ import annotations

from ansible_collections.nostromo.networking.plugins.module_utils.explain.answer import explain
from ansible_collections.nostromo.networking.plugins.module_utils.explain.question import read_question
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.firewall import firewall_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import SOUND, matrix_of

from .conftest import Render

ENDS = ["etl", "mother", "nginx", "orchestrator", "server", "sevastopol", "internet", "admins", "8.8.8.8"]


def test_shown_rules_are_lines_of_the_role_s_file(render: Render) -> None:
    matrix = parse_matrix(matrix_of(SOUND))
    view = firewall_view(matrix, matrix.hosts["server"])
    file = render("firewall", "firewall.nft.j2", inventory_hostname="server", network_view={"firewall": view})
    written = {line.strip() for line in file.splitlines()}
    shown: set[str] = set()
    for source in ENDS:
        for destination in ENDS:
            for port in (22, 80, 443, 5432, 8000, 9000):
                question = read_question(matrix, source, destination, port, "tcp", Faults())
                if question is not None:
                    answer = explain(matrix, question)
                    shown |= {rule.line for route in answer.routes for rule in route.rules}
    assert len(shown) > 10
    assert shown <= written
