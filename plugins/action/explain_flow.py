# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Say on the controller what the matrix decides, and why. Documented in plugins/modules/explain_flow.py."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils.explain.answer import explain, plain_answer
from ..module_utils.explain.question import read_question
from ..module_utils.explain.rows import plain_row
from ..module_utils.explain.text import answer_text, rows_text
from ..module_utils.faults import Faults, listing
from ..module_utils.matrix.model import Matrix
from ..plugin_utils.network import Network
from ..plugin_utils.row_query import select

_QUESTION = ("source", "destination", "port", "protocol")


class ActionModule(ActionBase):
    """Answer, print the answer for people, return it for programs."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer, or fail with everything that is wrong with the question."""
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "query": {"type": "str"},
                **{name: {"type": "raw"} for name in _QUESTION},
            }
        )
        matrix = Network.of_run(self._templar, task_vars or {}).matrix
        asked = [args[name] for name in _QUESTION]
        text, found = _rows(matrix, args["query"], asked) if args["query"] else _answer(matrix, asked)
        self._display.display(f"\n{text}\n")
        return {**result, "changed": False, "text": text, **found}


def _answer(matrix: Matrix, asked: list[Any]) -> tuple[str, dict[str, Any]]:
    faults = Faults()
    question = read_question(matrix, *asked, faults)
    if question is None:
        raise AnsibleActionFail(f"The question has {listing(faults)}")
    answer = explain(matrix, question)
    return answer_text(answer), plain_answer(answer)


def _rows(matrix: Matrix, query: str, asked: list[Any]) -> tuple[str, dict[str, Any]]:
    if any(value not in (None, "") for value in asked):
        raise AnsibleActionFail("Ask either for a connection (from, to, port) or for rows (query)")
    rows = select([plain_row(flow) for flow in matrix.flows], query)
    return rows_text(rows), {"rows": rows}
