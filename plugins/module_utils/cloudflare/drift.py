# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a zone differs from what is wanted, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from .api import ApiError, UnreachedError
from .model import State, Zone
from .plan import Plan, Step
from .text import alone_text, row_of_change, row_of_step


class Changed(TypedDict):
    """A record or setting that is not as the data say, in words; ``refused``: why a run would not change it."""

    name: str
    type: str
    now: str
    wanted: str
    why: str
    made: str
    refused: str


class Drift(TypedDict):
    """What differs; ``known`` are the settings that the zone has, ``foreign`` what is left alone, and ``silence`` says why it
    serves nobody. ``pulls``: what is wrong with origin pulls, ``None`` where the data have none. Or an ``error``, and whether
    Cloudflare was ``reached``.
    """

    silence: str
    known: list[str]
    settings: list[Changed]
    records: list[Changed]
    foreign: list[str]
    pulls: list[str] | None
    error: str
    reached: bool


def drift(
    look: Callable[[], State],
    plan: Callable[[State], Plan],
    mark: str,
    pulls: Callable[[Zone], list[str] | None] = lambda _zone: None,
) -> Drift:
    """Read a zone and say how it differs. What only lacks our mark, or has another comment, does not.

    :param pulls: what is wrong with the zone's origin pulls. :raises ApiError: they cannot be read.
    """
    try:
        state = look()
        wrong = pulls(state.zone)
    except ApiError as error:
        told = Drift(
            silence="", known=[], settings=[], records=[], foreign=[], pulls=None, error=str(error), reached=True
        )
        return {**told, "reached": not isinstance(error, UnreachedError)}
    found = plan(state)
    return Drift(
        silence=_silence(state),
        known=sorted(state.settings),
        settings=[_changed(row_of_change(one), one.refused) for one in found.settings],
        records=[_changed(row_of_step(one, mark), one.refused) for one in found.steps if _differs(one)],
        foreign=[alone_text(one) for one in found.foreign],
        pulls=wrong,
        error="",
        reached=True,
    )


def _differs(step: Step) -> bool:
    return not (step.new and step.old and step.new.same_but_comment(step.old.record))


def _changed(row: tuple[str, ...], refused: str) -> Changed:
    name, kind, now, wanted, why, made = row
    return Changed(name=name, type=kind, now=now, wanted=wanted, why=why, made=made, refused=refused)


def _silence(state: State) -> str:
    zone = state.zone
    if zone.paused:
        return "it is paused: Cloudflare answers for names and stands in front of nothing"
    if zone.status not in ("", "active"):
        return f"it is {zone.status}: it serves once the registrar names its name servers"
    return ""
