# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever stands in the data, validation answers with faults, never with a traceback."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import Surroundings, validate
from ansible_collections.nostromo.networking.plugins.module_utils.rate_limit import check as rate_limits
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import SOUND, variables_of
from hypothesis import given, settings
from hypothesis import strategies as st

LIMITS = {"api_limit": {"key": "$remote_addr", "size": "1m", "rate": "1r/s", "burst": 2, "location": "/api/"}}
WORDS = [
    "",
    "any",
    "server",
    "nginx",
    "etl",
    "internet",
    "80",
    "1-2",
    "*",
    "10.0.0.0/8",
    "::1",
    "EXTERNAL_IP",
    "/",
    "tcp",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.integers(), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in the data with each of its keys or indexes."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(items):
        yield data, key
        yield from places(value)


@settings(max_examples=300, deadline=None)
@given(spoilt=st.lists(st.tuples(st.integers(0, 10000), VALUES), min_size=1, max_size=3))
def test_ports(spoilt: list[tuple[int, object]]) -> None:
    data = copy.deepcopy(SOUND)
    for number, value in spoilt:
        found = list(places(data))
        container, key = found[number % len(found)]
        container[key] = value
    _document, matrix, faults = validate(
        variables_of(data),
        Surroundings(
            hosts=data["hosts"],
            database_port=data.get("database_port"),
            controllers=["192.0.2.1"],
            filled_in=data,
        ),
    )
    assert all(str(fault) for fault in faults)
    for name in matrix.hosts if not faults.errors else ():
        host_view(matrix, name)


@settings(max_examples=200, deadline=None)
@given(number=st.integers(0, 10000), value=VALUES)
def test_rate_limits(number: int, value: object) -> None:
    data: dict[str, Any] = copy.deepcopy({"limits": LIMITS, "sites": SOUND["network_sites"]})
    found = list(places(data))
    container, key = found[number % len(found)]
    container[key] = value
    limits, faults = rate_limits.validate(
        {"network_rate_limits": data["limits"], "network_sites": data["sites"]}, rate_limits.Surroundings(proxied=True)
    )
    assert all(str(fault) for fault in faults)
    for limit in rate_limits.normalised(limits).values() if not faults.errors else ():
        assert limit["rate_per_second"] > 0
        assert limit["admitted_requests"] >= limit["immediate_requests"] >= 1
