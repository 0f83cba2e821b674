# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A thousand components and ten thousand rows are checked and compiled within seconds, however the rows lie.

Times are of this process alone, and their bounds generous: some ten times what is measured, so that a busy machine does
not fail them, and a tenth of what it takes where every row is compared with every other.
"""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import Surroundings, validate
from ansible_collections.nostromo.networking.tests.bench.matrix import COLUMNS, measure
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.large import (
    Shape,
    Size,
    large_matrix,
    misspelt,
    one_destination,
    one_source,
    overlapping_ranges,
    spread,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import document_of

ROWS, BUDGET_SECONDS = 10000, 5.0
# Ten times the rows may take this many times as long.
GROWTH = 30
SHAPES = [spread, one_destination, one_source, overlapping_ranges, misspelt]


def seconds(work: Callable[[], object]) -> float:
    """The processor time of some work, the better of two tries."""
    return min(timeit.repeat(work, timer=time.process_time, number=1, repeat=2))


def judge(matrix: dict[str, Any]) -> Faults:
    """What is said of a matrix."""
    variables, hosts = document_of(matrix)
    return validate(variables, Surroundings(hosts=hosts, controllers=["192.0.2.1"]))[2]


def compile_all(matrix: Matrix) -> None:
    """The views of all hosts, from a matrix that nobody has looked at yet."""
    fresh = Matrix(matrix.components, matrix.zones, matrix.flows, matrix.hosts)
    for name in fresh.hosts:
        host_view(fresh, name)


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_thousand_rows_are_checked(shape: Shape) -> None:
    matrix = large_matrix(Size(ROWS, hosts=100), shape)
    assert seconds(lambda: judge(matrix)) < BUDGET_SECONDS


@pytest.mark.parametrize("shape", [spread, one_destination, one_source])
@pytest.mark.parametrize("hosts", [1, 10, 50])
def test_ten_thousand_rows_are_compiled(shape: Shape, hosts: int) -> None:
    matrix = parse_matrix(large_matrix(Size(ROWS, hosts), shape))
    assert seconds(lambda: compile_all(matrix)) < 2 * BUDGET_SECONDS


@pytest.mark.parametrize("shape", [spread, one_source])
def test_checking_grows_with_the_rows(shape: Shape) -> None:
    few, many = (large_matrix(Size(rows, hosts=10), shape) for rows in (ROWS // 10, ROWS))
    assert seconds(lambda: judge(many)) < GROWTH * seconds(lambda: judge(few))


@pytest.mark.parametrize("hosts", [1, 50])
def test_compiling_grows_with_the_rows(hosts: int) -> None:
    few, many = (parse_matrix(large_matrix(Size(rows, hosts))) for rows in (ROWS // 10, ROWS))
    assert seconds(lambda: compile_all(many)) < GROWTH * seconds(lambda: compile_all(few))


def test_the_sample_is_sound() -> None:
    """What is compiled for the figures is what validation lets through."""
    faults = judge(large_matrix(Size(ROWS, hosts=50)))
    assert not faults.errors


def test_the_bench_measures() -> None:
    assert {*measure(Size(100, hosts=1))} == {*COLUMNS, "memory"}
