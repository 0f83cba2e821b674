# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hold what a site answers against the data: redirects, host names, certificate and rate limits."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ..certificates.lineage import DAY_SECONDS, LATE
from ..probe.site import PATH, UNKNOWN_NAME
from ..rate_limit.model import RateLimit
from .model import Check

_PERMANENT = (301, 308)
#: What is said in place of an answer (RFC 9110, sections 15.6.3 to 15.6.5), and what it means.
_UNSERVED = {
    502: "the web server gets no answer from it",
    503: "it cannot serve now",
    504: "the web server gets no answer from it in time",
}
# The rate is taken over a dozen requests and more; it varies by about 1 %.
_RATE_TOLERANCE = 0.05


def judge_redirects(host: str, sites: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> Iterator[Check]:
    """Plain HTTP leads to HTTPS; a site that is a redirect leads to its target; all others answer."""
    for site in sites:
        name = site["hostname"]
        seen = answers[name]
        yield _redirect(host, f"http://{name}", f"https://{name}", seen["http"])
        if "redirect" in site:
            yield _redirect(host, f"https://{name}", f"https://{site['redirect']}", seen["https"])
        else:
            yield _served(host, name, seen["https"])


def judge_routes(host: str, sites: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> Iterator[Check]:
    """Each route is served by its component, whatever it says, and not by the web server in its place."""
    for site in sites:
        name = site["hostname"]
        for route, component in site.get("routes", {}).items():
            title = f"https://{name}{route} is served by {component}"
            answer = answers[name]["paths"].get(route)
            if answer is None:
                yield Check("route", title, "untried", "its limit is so low that asking would use it up", host=host)
                continue
            told = _told(answer)
            fault = told if "error" in answer else ""
            if answer.get("status") in _UNSERVED:
                fault = f"{told}: {_UNSERVED[answer['status']]}"
            yield Check("route", title, "fault" if fault else "proven", fault, (f"{route}: {told}",), host=host)


def judge_unknown_name(host: str, answers: Mapping[str, Any]) -> Iterator[Check]:
    """A name that is not served here gets no answer: over TLS no handshake, without TLS a closed connection."""
    for scheme in ("http", "https"):
        answer = answers[UNKNOWN_NAME][scheme]
        title = f"{scheme}://{UNKNOWN_NAME} gets no answer"
        if "error" not in answer:
            fault = f"it answers with status {answer['status']}"
            yield Check("name", title, "fault", fault, (f"{scheme}: {_told(answer)}",), host=host)
        elif not answer["reached"]:
            yield Check("name", title, "untried", answer["error"], host=host)
        else:
            yield Check("name", title, "proven", "", (f"{scheme}: {_told(answer)}",), host=host)


def judge_certificate(
    host: str, names: Sequence[str], answers: Mapping[str, Any], disk: Mapping[str, Any] | str, now: float
) -> Iterator[Check]:
    """The certificate on disk holds the names and lives long enough; the one served is that one, and is trusted.

    :param disk: what ``observe_host`` saw, or why it saw nothing.
    :param now: seconds since the epoch.
    """
    if isinstance(disk, str):
        yield Check("certificate", "there is a certificate", "fault", disk, host=host)
    else:
        yield from _on_disk(host, names, disk, now)
    for name in names:
        shown = answers[name]["certificate"] if name in answers else {"error": "it is not a site's name"}
        if "error" in shown:
            yield Check("certificate", f"{name} shows its certificate", "untried", shown["error"], host=host)
            continue
        evidence = [f"{name} shows SHA-256 {_short(shown['fingerprint'])}"]
        if not isinstance(disk, str):
            same = shown["fingerprint"] == disk["fingerprint"]
            evidence.append(f"on disk is SHA-256 {_short(disk['fingerprint'])}")
            fault = "" if same else "another one is served: the web server was not reloaded, or uses other files"
            title = f"{name} shows the certificate that is on disk"
            yield Check("certificate", title, "proven" if same else "fault", fault, tuple(evidence), host=host)
        wrong = shown["distrusted"]
        title = f"{name}'s certificate is trusted, and is for that name"
        yield Check(
            "certificate", title, "fault" if wrong else "proven", wrong, (f"{name}: {wrong or 'verified'}",), host=host
        )


def judge_limit(host: str, limit: RateLimit, seen: Mapping[str, Any]) -> Iterator[Check]:
    """Exactly 1 + burst requests are answered at once, and after them as many as the rate says."""
    where = f"{limit.location} ({limit.zone})"
    burst_title = f"{where}: {limit.admitted_requests} of any number of immediate requests are answered"
    rate_title = f"{where}: {limit.rate_per_second:g} requests a second after that"
    if "error" in seen:
        for title in (burst_title, rate_title):
            yield Check("limit", title, "untried", seen["error"], host=host)
        return
    # What the limit lets pass by right while the requests are on their way.
    most = limit.admitted_requests + int(seen["seconds"] * limit.rate_per_second)
    sound = limit.admitted_requests <= seen["answered"] <= most
    evidence = f"{seen['answered']} of {seen['sent']} answered, within {seen['seconds'] * 1000:.0f} ms"
    evidence += f"; statuses {', '.join(map(str, seen['statuses']))}"
    fault = "" if sound else f"{seen['answered']} of {seen['sent']} were answered"
    if seen["answered"] == seen["sent"]:
        fault = f"nothing is limited: all {seen['sent']} requests were answered"
    yield Check("limit", burst_title, "proven" if sound else "fault", fault, (evidence,), host=host)
    if seen["rate"] is None:
        yield Check("limit", rate_title, "untried", f"the rate was not measured: {seen['unmeasured']}", host=host)
        return
    sound = abs(seen["rate"] - limit.rate_per_second) <= _RATE_TOLERANCE * limit.rate_per_second
    evidence = f"{seen['rate']:.2f} requests a second passed"
    yield Check("limit", rate_title, "proven" if sound else "fault", "" if sound else evidence, (evidence,), host=host)


def _redirect(host: str, start: str, target: str, answer: Mapping[str, Any]) -> Check:
    title = f"{start} leads to {target}"
    told = f"{start}{PATH}: {_told(answer)}"
    if "error" in answer:
        return Check("redirect", title, "fault", answer["error"], (told,), host=host)
    location = urlsplit(answer["location"])
    right = answer["status"] in _PERMANENT and f"{location.scheme}://{location.hostname}" == target
    right = right and f"{location.path}?{location.query}" == PATH
    return Check("redirect", title, "proven" if right else "fault", "" if right else _told(answer), (told,), host=host)


def _served(host: str, name: str, answer: Mapping[str, Any]) -> Check:
    """Any answer but an error of the server: what there is at the address is the application's matter."""
    right = "error" not in answer and answer["status"] < 500 and answer["status"] not in _PERMANENT
    told = _told(answer)
    title = f"https://{name} answers"
    return Check(
        "redirect", title, "proven" if right else "fault", "" if right else told, (f"{title[:-8]}: {told}",), host=host
    )


def _on_disk(host: str, names: Sequence[str], disk: Mapping[str, Any], now: float) -> Iterator[Check]:
    missing = sorted({*names} - {*disk["names"]})
    evidence = (f"it holds {', '.join(disk['names'])}",)
    fault = f"it lacks {', '.join(missing)}" if missing else ""
    yield Check(
        "certificate", "the certificate holds every name", "fault" if fault else "proven", fault, evidence, host=host
    )
    left, lifetime = disk["not_after"] - now, disk["not_after"] - disk["not_before"]
    days = f"{left / DAY_SECONDS:.0f} of {lifetime / DAY_SECONDS:.0f} days are left"
    fault = "" if left >= LATE * lifetime else ("it has expired" if left <= 0 else f"only {days}: does renewal run?")
    title = f"more than {LATE:.0%} of the certificate's lifetime is left"
    yield Check("certificate", title, "fault" if fault else "proven", fault, (days,), host=host)
    mode = disk["key_mode"]
    fault = "everybody has rights to the file" if int(mode, 8) & stat.S_IRWXO else ""
    title = "the certificate's key is not open to everybody"
    yield Check(
        "certificate", title, "fault" if fault else "proven", fault, (f"privkey.pem has mode {mode}",), host=host
    )


def _told(answer: Mapping[str, Any]) -> str:
    if "error" in answer:
        return str(answer["error"])
    location = f" to {answer['location']}" if answer["location"] else ""
    return f"status {answer['status']}{location}"


def _short(fingerprint: str) -> str:
    return f"{fingerprint[:16]}…"
