# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is each route of each site served by its component, whatever it says, and not by the web server in its place?"""

from __future__ import annotations

from collections.abc import Iterator

from ..matrix.model import Host
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped
from .site import SITE, ask, told

#: What is said in place of an answer (RFC 9110, sections 15.6.3 to 15.6.5), and what it means.
_UNSERVED = {
    502: "the web server gets no answer from it",
    503: "it cannot serve now",
    504: "the web server gets no answer from it in time",
}
#: Requests a second of a limit that a request or two of ours do not use up.
_RECOVERS = 4.0


def needs(intent: Intent, host: Host) -> Needs:
    """The answer to each route that can be asked for without harm."""
    paths = {
        site.hostname: [location for location in site.routes if not is_scarce(intent, location)]
        for site in intent.sites
        if site.routes
    }
    return ask(intent, host, paths=paths) if paths else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each route."""
    for site in scene.intent.sites:
        for location, route in site.routes.items():
            title = f"https://{site.hostname}{location} is served by {route.component}"
            answer = scene.seen[SITE]["answers"][site.hostname]["paths"].get(location)
            if answer is None:
                yield skipped(title, "its limit is so low that asking would use it up")
                continue
            wrong = told(answer) if "error" in answer else ""
            if answer.get("status") in _UNSERVED:
                wrong = f"{told(answer)}: {_UNSERVED[answer['status']]}"
            yield held(title, wrong, f"{location}: {told(answer)}", destination=route.component)


def is_scarce(intent: Intent, route: str) -> bool:
    """Whether a limit on a route is so low that a request takes from what clients have for a while."""
    return any(limit.location == route and limit.rate_per_second < _RECOVERS for limit in intent.limits)


CHECK = Check("Routes to the components", needs, judge)
