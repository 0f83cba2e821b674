# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Causes before consequences, and no more is said to be a consequence than is sure."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.causes import traced
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.model import Finding, Remedy

DISK = Finding("disk", "/", "full", causes=("database:mother",))
DATABASE = Finding("database", "mother", "down", causes=("service:api",))
SERVICE = Finding("service", "api", "unhealthy", remedy=(Remedy("restart"),), heals=True)
OTHER = Finding("other", "x", "else")
WARNING = Finding("doubt", "y", "soon", severity="warning", causes=("other:x",))
ROUND, TRIP = (Finding("a", "", "a", causes=("b:",)), Finding("b", "", "b", causes=("a:",)))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([SERVICE, DATABASE, DISK], ["full", "down <- full", "unhealthy <- down"]),
        ([SERVICE, OTHER, DATABASE], ["else", "down", "unhealthy <- down"]),
        ([SERVICE, DISK], ["unhealthy", "full"]),
        ([WARNING, SERVICE], ["unhealthy", "soon"]),
        ([WARNING, OTHER], ["soon", "else <- soon"]),
        ([ROUND, TRIP], ["a", "b"]),
        ([OTHER, OTHER], ["else"]),
        ([], []),
    ],
)
def test_order(found: list[Finding], told: list[str]) -> None:
    assert [one.finding.text + (f" <- {one.cause.text}" if one.cause else "") for one in traced(found)] == told


def test_a_consequence_that_heals_with_its_cause_needs_no_command() -> None:
    alone, (_cause, consequence) = traced([SERVICE])[0], traced([SERVICE, DATABASE])
    assert (alone.remedy, consequence.remedy) == ((Remedy("restart"),), ())
