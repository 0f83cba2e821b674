# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hold a host's SSH settings, health, ports and certificate renewal against the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..observe.impostors import IMPOSTOR, UNBOUND
from ..observe.sshd import Settings
from ..probe.connect import FILTERED, OPEN
from .model import Check, Verdict

_IMPOSTOR: Mapping[str, tuple[Verdict, str]] = {
    OPEN: ("fault", "whoever takes it while the component is down is believed: the firewall does not guard it"),
    FILTERED: ("proven", ""),
    UNBOUND: ("untried", "the port cannot be taken beside it: something listens on every address"),
}


def judge_ssh(host: str, documented: Mapping[str, Any], seen: Settings) -> Iterator[Check]:
    """A check for each documented directive of sshd_config(5): nobody has an exception to it."""
    for directive, value in documented.items():
        keyword = directive.lower()
        wanted = [str(one).lower() for one in (value if isinstance(value, list) else [value])]
        found = {"": seen["settings"].get(keyword, [])}
        found |= {user: own[keyword] for user, own in seen["users"].items() if keyword in own}
        told = {user: [one.lower() for one in values] for user, values in found.items()}
        faults = [
            f"in force is {', '.join(values) or 'nothing'}" + (f" for {user}" if user else "")
            for user, values in told.items()
            if values != wanted
        ]
        yield Check(
            "ssh",
            f"{directive} is {', '.join(wanted)}",
            "fault" if faults else "proven",
            "; ".join(faults),
            tuple(
                f"sshd -T{f' -C user={user}' if user else ''}: {keyword} {' '.join(values)}"
                for user, values in told.items()
            ),
            host=host,
        )


def judge_health(host: str, answers: Mapping[str, str]) -> Iterator[Check]:
    """A check for each component with a health check; an answer says what is wrong, if anything."""
    for component, wrong in sorted(answers.items()):
        yield Check(
            "health",
            f"{component} is healthy",
            "fault" if wrong else "proven",
            wrong,
            (f"{component}: {wrong or 'healthy'}",),
            host=host,
            destination=component,
        )


def judge_impostors(host: str, heard: Mapping[str, str]) -> Iterator[Check]:
    """A check for each component in whose place a stranger tried to answer."""
    for component, outcome in sorted(heard.items()):
        verdict, reason = _IMPOSTOR.get(outcome, ("untried", f"it could not be tried: {outcome}"))
        yield Check(
            "impostor",
            f"no other user is heard on the port of {component}",
            verdict,
            reason,
            (f"{IMPOSTOR} on the port of {component}: {outcome}",),
            host=host,
            destination=component,
        )


def judge_renewal(host: str, documented: Mapping[str, Any], found: Mapping[str, Any]) -> Check:
    """Whether the certificate is renewed as documented, and in that way only."""
    entries = [f"{one['schedule']} {one['command']}" for one in found["cron"]]
    evidence = (
        f"cron: {'; '.join(entries) or 'no entry'} ({'running' if found['cron_active'] else 'not running'})",
        f"certbot.timer: {'active' if found['timer_active'] else 'not active'}",
    )
    if documented["method"] == "timer":
        title = "certbot's timer renews the certificate"
        fault = "" if found["timer_active"] else "certbot.timer is not active"
        fault = fault or (f"cron renews it as well: {'; '.join(entries)}" if entries else "")
    else:
        wanted = f"{documented['schedule']} {documented['command']}"
        title = f"cron renews the certificate: {wanted}"
        fault = "" if entries == [wanted] else f"cron has {'; '.join(entries) or 'no entry for it'}"
        fault = fault or ("" if found["cron_active"] else "cron does not run")
        fault = fault or ("certbot.timer renews it as well" if found["timer_active"] else "")
    return Check("renewal", title, "fault" if fault else "proven", fault, evidence, host=host)
