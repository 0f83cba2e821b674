# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a name that is not served here get no answer: over TLS no handshake, without TLS a closed connection?"""

from __future__ import annotations

from collections.abc import Iterator

from ..probe.site import UNKNOWN_NAME, Answer
from .model import Check, Finding, Scene, held, skipped
from .site import SITE, ask, told


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each scheme."""
    for scheme in ("http", "https"):
        yield _unanswered(scheme, scene.seen[SITE]["answers"][UNKNOWN_NAME][scheme])


def _unanswered(scheme: str, answer: Answer) -> Finding:
    title = f"{scheme}://{UNKNOWN_NAME} gets no answer"
    if "error" in answer and not answer["reached"]:
        return skipped(title, answer["error"])
    wrong = "" if "error" in answer else f"it answers with status {answer['status']}"
    return held(title, wrong, f"{scheme}: {told(answer)}")


CHECK = Check("Unknown host names", ask, judge, part="nginx")
