# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is the zone at Cloudflare what the data say? What would change is asked of the very plan by which it is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..cloudflare.drift import Changed, Drift
from ..cloudflare.text import value_text
from ..cloudflare.wanted import wanted_records, wanted_settings
from ..matrix.model import Host
from .intent import Intent
from .model import Evidence, Finding, Needs, SystemCheck, held, skipped

#: Observation of the controller's: the zone, compared with the data; see :mod:`..cloudflare.drift`.
ZONE: Final = "zone"


def needs(intent: Intent, host: Host) -> Needs:
    """The zone, where there is a token to read it with."""
    return {ZONE: {}} if intent.has_zone and intent.has_token and intent.is_front(host) else {}


def judge(intent: Intent, evidence: Evidence) -> Iterator[Finding]:
    """A finding of the zone, of each setting and of each record."""
    if not intent.has_zone or not (intent.has_token or intent.proxied_names):
        return
    title = f"the zone {intent.domain} at Cloudflare is as the data say"
    seen: Drift | None = next((look.seen[ZONE] for look in evidence.looks.values() if ZONE in look.seen), None)
    if not intent.has_token:
        yield skipped(title, "no token to read it with (network_cloudflare.token)")
    elif seen is None:
        yield skipped(title, "it was not looked at")
    elif seen["error"]:
        yield held(title, seen["error"]) if seen["reached"] else skipped(title, seen["error"])
    else:
        yield held(title, seen["silence"], *(f"left alone: {one}" for one in seen["foreign"]))
        if seen["pulls"] is not None:
            title = "Cloudflare shows the server the certificate of the data (origin pulls)"
            yield held(title, "; ".join(seen["pulls"]))
        yield from _settings(intent, seen)
        yield from _records(intent, seen)


def _settings(intent: Intent, seen: Drift) -> Iterator[Finding]:
    changed = {one["name"]: one for one in seen["settings"]}
    for name, wanted in wanted_settings(intent.dns).items() if intent.dns else ():
        if name in changed or name in seen["known"]:
            yield _held(f"{name} is {value_text(wanted)} at Cloudflare", changed.get(name))


def _records(intent: Intent, seen: Drift) -> Iterator[Finding]:
    changed: dict[tuple[str, str], list[Changed]] = {}
    for one in seen["records"]:
        changed.setdefault((one["name"], one["type"]), []).append(one)
    wanted = dict.fromkeys((one.name, one.type) for one in wanted_records(intent.dns, intent.domain, "")) if intent.dns else {}
    for name, kind in {**wanted, **dict.fromkeys(changed)}:
        kept = (name, kind) in wanted
        title = f"{name} {kind} is at Cloudflare as the data say" if kept else f"{name} has no {kind} at Cloudflare"
        for one in changed.get((name, kind), ()):
            yield _held(title, one)
        if (name, kind) not in changed:
            yield _held(title, None)


def _held(title: str, one: Changed | None) -> Finding:
    if one is None:
        return held(title, "")
    made = f"; made {one['made']}" if one["made"] else ""
    evidence = (f"there: {one['now']}", f"data: {one['wanted']}")
    return held(title, f"{one['why']}: {one['now']}, not {one['wanted']}{made}", *evidence, *filter(None, [one["refused"]]))


CHECK = SystemCheck("The zone at Cloudflare", needs, judge, part="cloudflare")
