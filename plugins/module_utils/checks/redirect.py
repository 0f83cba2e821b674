# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does plain HTTP lead to HTTPS, a site that is a redirect to its target, and do all others answer?"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..probe.site import PATH, Answer
from .model import Check, Finding, Scene, held
from .site import SITE, ask, told

_PERMANENT = (301, 308)


def judge(scene: Scene) -> Iterator[Finding]:
    """Two findings for each site."""
    for site in scene.intent.sites:
        name = site.hostname
        seen = scene.seen[SITE]["answers"][name]
        yield _redirect(f"http://{name}", f"https://{name}", seen["http"])
        if site.redirect:
            yield _redirect(f"https://{name}", f"https://{site.redirect}", seen["https"])
        else:
            yield _served(f"https://{name}", seen["https"])


def _redirect(start: str, target: str, answer: Answer) -> Finding:
    wrong = "" if "error" not in answer and _leads(answer, target) else told(answer)
    return held(f"{start} leads to {target}", wrong, f"{start}{PATH}: {told(answer)}")


def _leads(answer: Answer, target: str) -> bool:
    """Whether an answer leads to the same path elsewhere, for good."""
    location = urlsplit(answer["location"])
    return (
        answer["status"] in _PERMANENT
        and f"{location.scheme}://{location.hostname}" == target
        and f"{location.path}?{location.query}" == PATH
    )


def _served(start: str, answer: Answer) -> Finding:
    """Any answer but an error of the server: what there is at the address is the application's matter."""
    right = "error" not in answer and answer["status"] < 500 and answer["status"] not in _PERMANENT
    return held(f"{start} answers", "" if right else told(answer), f"{start}: {told(answer)}")


CHECK = Check("Sites and redirects", ask, judge, part="nginx")
