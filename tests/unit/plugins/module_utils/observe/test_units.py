# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, Output
from ansible_collections.nostromo.networking.plugins.module_utils.observe.units import read_states, states

SHOWN = """MainPID=8917
Result=success
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
StateChangeTimestamp=Wed 2026-11-25 03:34:27 UTC

MainPID=
Result=success
LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=
StateChangeTimestamp=
"""


def test_each_paragraph_is_a_unit() -> None:
    assert read_states(SHOWN) == [
        {
            "load": "loaded",
            "active": "active",
            "sub": "running",
            "enabled": "enabled",
            "pid": 8917,
            "result": "success",
            "since": "Wed 2026-11-25 03:34:27 UTC",
        },
        {
            "load": "not-found",
            "active": "inactive",
            "sub": "dead",
            "enabled": "",
            "pid": 0,
            "result": "success",
            "since": "",
        },
    ]


def test_units_are_told_by_the_names_that_were_asked_for() -> None:
    assert list(states(lambda _words: Output(0, SHOWN, ""), "b.service", "a.service")) == ["b.service", "a.service"]


def test_systemd_that_does_not_answer() -> None:
    with pytest.raises(ObservationError, match="Failed to connect to bus"):
        states(lambda _words: Output(1, "", "Failed to connect to bus"), "a.service")
