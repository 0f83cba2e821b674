# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No difference is left out, and none is made up, on random trees."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.plan.difference import Change, differences
from hypothesis import given
from hypothesis import strategies as st

LEAVES = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["", "a", "b", "1", "true"]))
KEYS = st.sampled_from(["name", "path", "a", "b", "1"])
TREES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)), max_leaves=12
)


@given(TREES, TREES)
def test_nothing_differs_exactly_if_the_trees_say_the_same(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (differences(one, other) == []) is same
    assert differences(one, copy.deepcopy(one)) == []


@given(TREES, TREES)
def test_what_is_gained_one_way_is_lost_the_other_way(one: Any, other: Any) -> None:
    turned = {"added": "removed", "removed": "added"}
    there, back = differences(one, other), differences(other, one)
    assert sorted((change.path, change.kind) for change in there) == sorted(
        (change.path, turned.get(change.kind, change.kind)) for change in back
    )


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"a": 1}, {"a": True}, Change(("a",), "changed", 1, True)),
        ({"a": {}}, {"a": {"b": 1}}, Change(("a", "b"), "added", None, 1)),
        ([{"name": "x", "v": 1}], [{"name": "x", "v": 2}], Change(("x", "v"), "changed", 1, 2)),
        ([{"name": "x"}], [{"name": "y"}, {"name": "x"}], Change(("y",), "added", None, {"name": "y"})),
        (["a", "b"], ["b", "a"], Change((), "reordered", ["a", "b"], ["b", "a"])),
        (["a", "a"], ["a"], Change(("a",), "removed", "a", None, nameless=True)),
        ([[1], [2]], [[2]], Change(("[1]",), "removed", [1], None, nameless=True)),
    ],
)
def test_an_entry_is_known_by_its_name_or_by_itself(before: Any, after: Any, change: Change) -> None:
    assert differences(before, after) == [change]
