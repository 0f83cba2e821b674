# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Time and memory of what is done with the matrix, at growing sizes; see script/bench-matrix.

Each size is measured in a process of its own, on the sample of the unit tests (``matrix/large.py``).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.nostromo.networking.plugins.module_utils.explain.answer import explain
from ansible_collections.nostromo.networking.plugins.module_utils.explain.question import read_question
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import Surroundings, validate
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.large import Size, large_matrix
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import document_of

ROWS = (100, 1000, 10000)
HOSTS = (1, 10, 50)
COLUMNS = ("check", "one host", "all hosts", "explain")
KIBIBYTES = 1024


def main() -> None:
    """Print a line for each size."""
    heading = "".join(f"{column + ' s':>13}" for column in COLUMNS)
    print(f" flows  components  hosts{heading}     peak MiB")
    for rows in ROWS:
        for hosts in HOSTS:
            size = Size(rows, hosts)
            if hosts <= size.components:
                print(_line(size, _measured_apart(size)), flush=True)


def measure(size: Size) -> dict[str, float]:
    """Seconds of each step, and ``memory`` (MiB), the most that checking and compiling took with all views kept."""
    variables, inventory = document_of(large_matrix(size))
    found: dict[str, float] = {}

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        found[step] = time.perf_counter() - began

    with timed("check"):
        _document, matrix, faults = validate(variables, Surroundings(hosts=inventory, controllers=["192.0.2.1"]))
    assert not faults.errors, faults.summary()
    with timed("one host"):
        host_view(matrix, "host0")
    matrix = Matrix(matrix.components, matrix.zones, matrix.flows, matrix.hosts)  # one that nobody has looked at yet
    with timed("all hosts"):
        views = {name: host_view(matrix, name) for name in matrix.hosts}
    assert len(views) == size.hosts
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES

    row = next(flow for flow in matrix.flows if flow.source in matrix.components)
    question = read_question(matrix, row.source, row.destination, row.ports[0].first, "tcp", Faults())
    assert question is not None
    with timed("explain"):
        explain(matrix, question)
    return found


def _measured_apart(size: Size) -> dict[str, float]:
    command = [sys.executable, "-m", __spec__.name, str(size.rows), str(size.hosts)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _line(size: Size, found: dict[str, float]) -> str:
    times = "".join(f"{found[column]:13.3f}" for column in COLUMNS)
    return f"{size.rows:6}  {size.components:10}  {size.hosts:5}{times}{found['memory']:13.0f}"


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(Size(int(sys.argv[1]), int(sys.argv[2])))))
    else:
        main()
