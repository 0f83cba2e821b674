# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is it the right time there?"""

from __future__ import annotations

from ..model import CERTIFICATE, Check, Finding, Remedy, Scene, Severity
from ..words import moment, period

#: Seconds. Tokens and certificates are refused long before people notice.
WRONG, DOUBTFUL = 60.0, 5.0
_SYNCHRONISE = Remedy("sudo timedatectl set-ntp true")


def judge(scene: Scene) -> list[Finding]:
    """A clock that differs from the controller's, or that nothing keeps right."""
    clock = scene.seen["clock"]
    skew = _skew(scene)
    where = scene.intent.host
    evidence = (
        f"the host's time: {moment(clock['now'])}",
        f"the controller's:  {moment(scene.here['asked'])} to {moment(scene.here['answered'])}",
        f"synchronised: {_synchronised(clock['synchronised'])}",
    )
    if abs(skew) >= DOUBTFUL:
        way = "ahead of" if skew > 0 else "behind"
        text = f"The host's clock is {period(abs(skew))} {way} the controller's."
        severity: Severity = "error" if abs(skew) >= WRONG else "warning"
        # A container's clock is set on the machine around it.
        remedy = () if clock["container"] else (_SYNCHRONISE,)
        return [Finding("clock-skew", where, text, evidence, remedy, severity, CERTIFICATE)]
    if clock["synchronised"] is False and not clock["container"]:
        text = "Nothing synchronises the host's clock: it is right now and will drift."
        install = Remedy("sudo apt-get install --yes systemd-timesyncd")
        return [Finding("clock-free", where, text, evidence, (install, _SYNCHRONISE), "warning")]
    return []


def summary(scene: Scene) -> str:
    """How well it agrees."""
    clock = scene.seen["clock"]
    kept = f"kept by the machine around this container ({clock['container']})" if clock["container"] else "synchronised"
    return f"agrees with the controller's, {kept}"


def _skew(scene: Scene) -> float:
    """By how much the host is ahead, in seconds; it was asked somewhere between ``asked`` and ``answered``."""
    now = float(scene.seen["clock"]["now"])
    return now - min(max(now, float(scene.here["asked"])), float(scene.here["answered"]))


def _synchronised(state: bool | None) -> str:
    return "cannot be told" if state is None else "yes" if state else "no"


CHECK = Check("clock", judge, summary, needs=("clock",), here=("asked",), symptoms=frozenset({CERTIFICATE}))
