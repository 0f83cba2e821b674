# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do the rate limits let pass what the data say, and no more?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..document.limits import RateLimit
from ..matrix.model import Host
from ..nginx.variables import PEER_ADDRESS
from ..probe.limit import Measured
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped
from .site import SITE, ask

# The rate is taken over a dozen requests and more; it varies by about 1 %.
_RATE_TOLERANCE = 0.05
_REFUSED = 429


def needs(intent: Intent, host: Host) -> Needs:
    """The limits that can be tried without harm."""
    limits = [
        {
            "zone": limit.zone,
            "name": name,
            "path": limit.location,
            "rate": limit.rate_per_second,
            "burst": limit.burst,
            "delayed": limit.immediate_requests < limit.admitted_requests,
            "addresses": [str(address) for address in host.addresses],
            "beside": [[other, limit.location] for other in _routing(intent, limit) if other != name],
        }
        for limit in intent.limits
        if (name := _routed_by(intent, limit)) and _is_harmless(limit)
    ]
    return ask(intent, host, limits=limits) if intent.limits else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """Findings of each limit in action."""
    seen = scene.seen[SITE]["limits"]
    for limit in scene.intent.limits:
        where = f"{limit.location} ({limit.zone})"
        if limit.zone in seen:
            yield from _measured(where, limit, seen[limit.zone])
            yield from _beside(limit, seen[limit.zone].get("beside", {}))
            yield _other(where, limit, seen[limit.zone])
        elif _is_harmless(limit):
            yield skipped(f"{where} is limited", "no site routes it")
        else:
            yield skipped(f"{where} is limited", "its key is shared by clients, who would be refused")


def _measured(where: str, limit: RateLimit, seen: Measured) -> Iterator[Finding]:
    """Exactly 1 + burst requests are answered at once, and after them as many as the rate says."""
    burst = f"{where}: {limit.admitted_requests} of any number of immediate requests are answered"
    rate = f"{where}: {limit.rate_per_second:g} requests a second after that"
    if "error" in seen:
        yield from (skipped(title, seen["error"]) for title in (burst, rate))
        return
    evidence = f"{seen['answered']} of {seen['sent']} answered, within {seen['seconds'] * 1000:.0f} ms"
    yield held(burst, _burst(limit, seen), f"{evidence}; statuses {', '.join(map(str, seen['statuses']))}")
    if seen["rate"] is None:
        yield skipped(rate, f"the rate was not measured: {seen['unmeasured']}")
        return
    evidence = f"{seen['rate']:.2f} requests a second passed"
    sound = abs(seen["rate"] - limit.rate_per_second) <= _RATE_TOLERANCE * limit.rate_per_second
    yield held(rate, "" if sound else evidence, evidence)


def _beside(limit: RateLimit, seen: Mapping[str, list[int]]) -> Iterator[Finding]:
    """A client who has used up a limit on one site has on every other; while a few requests arrive one may pass."""
    for url, statuses in seen.items():
        refused = statuses.count(_REFUSED)
        wrong = (
            ""
            if refused >= len(statuses) - 1
            else f"{len(statuses) - refused} of {len(statuses)} requests were answered"
        )
        evidence = f"statuses {', '.join(map(str, statuses))} once the limit was used up elsewhere"
        yield held(f"{url} counts against the same limit ({limit.zone})", wrong, evidence)


def _other(where: str, limit: RateLimit, measured: Measured) -> Finding:
    """One client's requests take nothing from another's."""
    title = f"{where}: another client is served while one has used it up"
    if "error" in measured:
        return skipped(title, measured["error"])
    seen = measured["other"]
    if "error" in seen:
        return skipped(title, seen["error"])
    statuses = seen["statuses"]
    answered = len(statuses) - statuses.count(_REFUSED)
    sound = answered >= min(len(statuses), limit.admitted_requests)
    wrong = "" if sound else f"only {answered} of the other's {len(statuses)} requests were answered"
    return held(title, wrong, f"statuses {', '.join(map(str, statuses))} from another address, at {seen['address']}")


def _burst(limit: RateLimit, seen: Measured) -> str:
    """What is wrong with the number of requests that were answered at once."""
    if seen["answered"] == seen["sent"]:
        return f"nothing is limited: all {seen['sent']} requests were answered"
    # What the limit lets pass by right while the requests are on their way.
    most = limit.admitted_requests + int(seen["seconds"] * limit.rate_per_second)
    sound = limit.admitted_requests <= seen["answered"] <= most
    return "" if sound else f"{seen['answered']} of {seen['sent']} were answered"


def _routed_by(intent: Intent, limit: RateLimit) -> str | None:
    """A site that routes what a limit guards."""
    return next(iter(_routing(intent, limit)), None)


def _routing(intent: Intent, limit: RateLimit) -> list[str]:
    """The sites that route what a limit guards."""
    return [site.hostname for site in intent.sites if limit.location in site.routes]


def _is_harmless(limit: RateLimit) -> bool:
    """Whether trying a limit takes nothing from anybody else: each client address has its own."""
    return bool(PEER_ADDRESS & {*limit.variables})


CHECK = Check("Rate limits in action", needs, judge, part="nginx")
