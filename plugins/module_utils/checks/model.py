# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What checks are made of: what they need to be seen, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..matrix.model import Host
from ..observe.seen import Seen
from .intent import Intent, Vantage

#: ``skipped``: nothing speaks against it, but it could not be tried. Worst last.
Verdict = Literal["passed", "skipped", "failed"]
VERDICTS: tuple[Verdict, ...] = ("passed", "skipped", "failed")
#: Observation -> its parameters, as the module ``observe_host`` takes them.
Needs = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Hop:
    """From a vantage point to a host, with the worst of what was seen there; ``host`` is empty for an outsider."""

    vantage: str
    host: str
    verdict: Verdict


@dataclass(frozen=True)
class Finding:
    """One thing that was held against the data.

    :param title: what should hold, as a sentence without a full stop.
    :param reason: for what failed or was skipped, why.
    :param evidence: what was seen.
    :param remedy: the commands that put it right, in their order; the check's own where a finding names none.
    :param host: where, of what concerns one host. It and ``subject``, the check's name, are filled in by :mod:`.judge`.
    :param row: path of the row that decides (``network_flows[3]``), empty where none does.
    :param tries: how many attempts it rests on.
    :param ports: of a flow, such as ``5432/tcp``.
    :param hops: of a flow, between which hosts it was tried.
    """

    title: str
    verdict: Verdict
    reason: str = ""
    evidence: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()
    subject: str = ""
    host: str = ""
    source: str = ""
    destination: str = ""
    row: str = ""
    action: str = ""
    tries: int = 1
    ports: tuple[str, ...] = ()
    hops: tuple[Hop, ...] = ()


def held(title: str, wrong: str, *evidence: str, remedy: tuple[str, ...] = (), **ends: Any) -> Finding:
    """A finding that failed if anything is wrong, and else passed. ``ends`` are further fields of it."""
    return Finding(title, "failed" if wrong else "passed", wrong, evidence, remedy if wrong else (), **ends)


def skipped(title: str, reason: str, **ends: Any) -> Finding:
    """A finding of what could not be tried."""
    return Finding(title, "skipped", reason, **ends)


@dataclass(frozen=True)
class Look:
    """What was seen from one place: results of :mod:`..observe` by name, and why others are missing."""

    seen: Seen = field(default_factory=Seen)
    unseen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """A managed host with what was seen of it; ``now`` in seconds since the epoch."""

    intent: Intent
    host: Host
    look: Look
    now: float

    @property
    def seen(self) -> Seen:
        """What was seen, by name."""
        return self.look.seen


@dataclass(frozen=True)
class Evidence:
    """What was seen of a system.

    :param vantages: the vantage points with what is known of them.
    :param looks: managed host or client -> what was seen there.
    :param unreachable: the places that could not be looked at, and why. Any other without a look was left out of the run.
    :param now: when, in seconds since the epoch.
    """

    vantages: Sequence[Vantage]
    looks: Mapping[str, Look]
    now: float
    unreachable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A check of one host. Its file's name is its subject.

    :param title: the subject for people, in a few words.
    :param needs: what has to be seen of a host; nothing where the check does not apply.
    :param judge: what of that is as the data say.
    :param part: the tag of site.yml that puts right what failed, if a run does.
    :param optional: observations without which it can be made all the same.
    """

    title: str
    needs: Callable[[Intent, Host], Needs]
    judge: Callable[[Scene], Iterable[Finding]]
    part: str = ""
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SystemCheck:
    """A check that holds what was seen in all places together; see :class:`Check`."""

    title: str
    needs: Callable[[Intent, Host], Needs]
    judge: Callable[[Intent, Evidence], Iterable[Finding]]
    part: str = ""


def worst(verdicts: list[Verdict]) -> Verdict:
    """The worst of some verdicts; what has none was skipped."""
    return max(verdicts, key=VERDICTS.index, default="skipped")


def overall(verdicts: Collection[str]) -> Verdict:
    """What checks say together: what failed outweighs all, what passed outweighs what could not be tried."""
    return next((verdict for verdict in ("failed", "passed") if verdict in verdicts), "skipped")
