# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does monitoring run with what the data say, and does it see what they have it look at?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ..matrix.model import Host
from ..monitoring.standing import FIGURES, REQUIRED_FIGURES, Asked, Standing, standing
from ..observe.figures import Figure
from ..observe.monitoring import Monitored
from ..observe.targets import Target, Told
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped

#: So many runs of a timer may be missed before its figures are called old.
_MISSED = 3
_UNREACHED = "dial tcp"
_ASKED = "all that the data name is asked for metrics, and answers"
_ALERTS = "Prometheus has the alerts of the data, and no others"


def needs(intent: Intent, host: Host) -> Needs:
    """What the host's programs of monitoring say, if it has any."""
    wanted = standing_of(intent, host)
    return {"monitoring": wanted.look_at()} if wanted else {}


def standing_of(intent: Intent, host: Host) -> Standing | None:
    """What monitoring on a host should be."""
    hashed_paths = intent.web_server.hashed_paths if intent.web_server else ()
    return standing(intent.document, intent.matrix, host.name, hashed_paths)


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each kind of thing, however many programs there are."""
    wanted, seen = standing_of(scene.intent, scene.host), scene.seen["monitoring"]
    if wanted is None:
        return
    yield _running(seen)
    if wanted.contents:
        yield _told(wanted, seen)
    if seen["prometheus"]:
        yield from _seeing(wanted, seen, seen["prometheus"])
    if seen["logs"] or seen["prometheus"]:
        yield _reading(seen)
    if wanted.figures:
        yield _figures(wanted, seen["figures"])


def _running(seen: Monitored) -> Finding:
    wrong = [f"{unit} {one['wrong']}" for unit, one in seen["programs"].items() if one["wrong"]]
    title = "the programs of monitoring run with what is on disk"
    return held(title, "; ".join(wrong), *seen["programs"], tries=len(seen["programs"]))


def _told(wanted: Standing, seen: Monitored) -> Finding:
    wrong = [
        f"{path} {'holds something else' if found else 'is missing'}"
        for path, content in wanted.contents.items()
        if (found := seen["hashes"].get(path, "")) != content
    ]
    title = "the programs of monitoring are told what the data say"
    return held(title, "; ".join(wrong), *wanted.contents, tries=len(wanted.contents))


def _seeing(wanted: Standing, seen: Monitored, told: Told) -> Iterator[Finding]:
    if told["problem"]:
        yield from (skipped(title, told["problem"]) for title in (_ASKED, _ALERTS))
        return
    unasked, unseen, silent = sorted_out(wanted, seen)
    wrong = [f"{one.told} is not asked" for one in unasked]
    wrong += [f"{one.told} does not answer: {error}" for one, error in silent]
    wrong += [
        f"{one['job']} at {one['instance']} is asked, which the data do not name" for one in surplus(wanted, told)
    ]
    evidence = tuple(one.told for one in wanted.asked)
    if unseen and not wrong:
        yield skipped(_ASKED, f"not asked yet: {', '.join(one.told for one in unseen)}", tries=len(evidence))
    else:
        yield held(_ASKED, "; ".join(wrong), *evidence, tries=len(evidence))
    missing, others = Counter(wanted.alerts) - Counter(told["alerts"]), Counter(told["alerts"]) - Counter(wanted.alerts)
    differing = [f"missing: {', '.join(sorted(missing))}"] if missing else []
    differing += [f"not in the data: {', '.join(sorted(others))}"] if others else []
    yield held(_ALERTS, "; ".join(differing), f"{len(told['alerts'])} rules", tries=len(wanted.alerts))


def sorted_out(wanted: Standing, seen: Monitored) -> tuple[list[Asked], list[Asked], list[tuple[Asked, str]]]:
    """Of those that Prometheus should ask: which it does not, which not yet, and which do not answer, and why.

    One on its own host that it did not reach then, and that answers by now, has only begun since. In its first seconds
    Prometheus knows of nobody.
    """
    known: Mapping[tuple[str, str], Target] = {
        (one["job"], one["instance"]): one for one in (seen["prometheus"] or {"targets": []})["targets"]
    }
    unasked, unseen, silent = [], [], []
    for one in wanted.asked:
        target = known.get((one.job, one.instance))
        if not known or (target and target["health"] == "unknown"):
            unseen.append(one)
        elif target is None:
            unasked.append(one)
        elif target["health"] != "up" and not (_UNREACHED in target["error"] and _answers(one, seen)):
            silent.append((one, target["error"]))
    return unasked, unseen, silent


def surplus(wanted: Standing, told: Told) -> list[Target]:
    """Whom Prometheus asks beside those."""
    asked = {(one.job, one.instance) for one in wanted.asked}
    return [one for one in told["targets"] if (one["job"], one["instance"]) not in asked]


def _answers(one: Asked, seen: Monitored) -> bool:
    return one.unit in seen["programs"] and not seen["programs"][one.unit]["wrong"]


def _reading(seen: Monitored) -> Finding:
    wrong = [
        f"{unit} does not read {log['path']} ({log['mode']})"
        for unit, log in seen["logs"].items()
        if not log["is_read"]
    ]
    unparsed = seen["prometheus"]["unparsed"] if seen["prometheus"] else {}
    wrong += [
        f"about {lines:.0f} lines on {host} were not understood in ten minutes" for host, lines in unparsed.items()
    ]
    read = tuple(f"{unit} reads {log['path']}" for unit, log in seen["logs"].items() if log["is_read"])
    return held("the access log is read, and understood", "; ".join(wrong), *read)


def _figures(wanted: Standing, figures: Mapping[str, Figure]) -> Finding:
    wrong = [f"{name}: {why}" for name in wanted.figures if (why := unwritten(name, figures))]
    told = tuple(f"{name} ran {one['seconds']:.0f} s ago" for name, one in figures.items())
    title = "figures of rows, of rules and of certificates are written by their timers"
    return held(title, "; ".join(wrong), *told, tries=len(figures))


def unwritten(name: str, figures: Mapping[str, Figure]) -> str:
    """Why figures are not written, or not by now; empty if they are."""
    figure = figures.get(name)
    if figure is None:
        return f"there is no {name}.timer" if name in REQUIRED_FIGURES else ""
    if not figure["timed"]:
        return f"{name}.timer does not run"
    if figure["result"] != "success":
        return f"the last run failed ({figure['result']})"
    old = figure["seconds"] > _MISSED * FIGURES[name]
    return f"the last run was {figure['seconds']:.0f} s ago" if old else ""


CHECK = Check("Monitoring", needs, judge, part="monitoring")
