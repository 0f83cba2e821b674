# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program by which mtail makes metrics of nginx's access log.

Whatever clients send, the labels are bounded: sites and methods are told by lists, routes are set by nginx alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..document.sites import Site
from ..document.variables import Document
from ..nginx.access_log import NO_ROUTE, line_pattern
from ..quoting.monitoring import mtail, mtail_pattern
from .metrics import (
    CLASSES,
    DURATION,
    LIMITED,
    LOG_LINES,
    OTHER_SITE,
    RECEIVED,
    REQUESTS,
    RESPONSES,
    SENT,
    UNPARSED,
)

#: Boundaries in seconds from a cached answer to a time-out; those of alerts are added, so that what is counted is exact there.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30)
#: RFC 9110, section 9.1, and RFC 5789, as far as sites have a use for them.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: What the role nginx calls the route of a redirect.
REDIRECT = "redirect"

_GROUPS = (
    "host",
    "method",
    "route",
    "status",
    "bytes_received",
    "bytes_sent",
    "duration",
    "limit",
    "upstream_header_time",
)
#: mtail refuses longer patterns (max_regexp_length, 1024).
_PATTERN_LENGTH = 1000
_BELOW_A_MILLISECOND = 0.0005


def routes_of(site: Site, hashed_paths: Sequence[str] = ()) -> list[str]:
    """What stands as the route in the lines of a site.

    :param hashed_paths: those of the role nginx, beside the routes of a site with ``/``.
    """
    if site.redirect:
        return [REDIRECT]
    hashed = hashed_paths if "/" in site.routes else ()
    return sorted({*site.routes, *(["/"] if site.root else []), *hashed, REDIRECT, NO_ROUTE})


def program_of(document: Document, hashed_paths: Sequence[str] = ()) -> str:
    """The program for the document's sites, exact where its alerts draw the line.

    :raises UnquotableError: a route cannot be written in it.
    """
    slow = document.monitoring.alerts.response_time if document.monitoring else None
    return log_program(document.sites, [slow.above_ms / 1000] if slow else [], hashed_paths)


def log_program(
    sites: Sequence[Site], thresholds_seconds: Iterable[float] = (), hashed_paths: Sequence[str] = ()
) -> str:
    """The program.

    :param thresholds_seconds: of the alerts on the response time.
    :raises UnquotableError: a route cannot be written in it.
    """
    buckets = ", ".join(f"{bound:g}" for bound in sorted({*BUCKETS, *thresholds_seconds}))
    declarations = [
        f"counter {REQUESTS} by site, route, method, status",
        f"counter {RESPONSES} by site, route, class",
        f"counter {RECEIVED} by site, route",
        f"counter {SENT} by site, route",
        f"histogram {DURATION} by site, route buckets {buckets}",
        f"counter {LOG_LINES} by result",
        "hidden gauge prepared",
        "hidden text site",
        "hidden text verb",
        "hidden text family",
    ]
    pattern = line_pattern(_GROUPS).replace(r"(?P<status>\d\d\d)", r"(?P<status>(?P<first>\d)\d\d)")
    return "\n".join(
        [
            *declarations,
            "",
            "# What has not happened yet is counted as 0: rate() does not see the first step of a series that begins with it.",
            "prepared == 0 {",
            "  prepared = 1",
            *(f"  {line}" for line in _prepared(sites, hashed_paths)),
            "}",
            "",
            f"/{pattern}/ {{",
            f'  {LOG_LINES}["parsed"]++',
            f'  site = "{OTHER_SITE}"',
            *(f"  {line}" for names in _chunks(sites) for line in _when(f"$host =~ /^(?:{names})$/", "site = $host")),
            '  verb = "other"',
            *(f"  {line}" for line in _when(f"$method =~ /^(?:{'|'.join(METHODS)})$/", "verb = $method")),
            '  family = $first + "xx"',
            *(f"  {line}" for line in _when('$limit == "REJECTED"', f'family = "{LIMITED}"')),
            f"  {REQUESTS}[site][$route][verb][$status]++",
            f"  {RESPONSES}[site][$route][family]++",
            f"  {RECEIVED}[site][$route] += $bytes_received",
            f"  {SENT}[site][$route] += $bytes_sent",
            "  # Only where an upstream answered, for refusals cost nothing; a WebSocket (101) lasts as long as its user stays.",
            # mtail's first bucket begins above 0: a duration of 0 would be in none of them. nginx cuts milliseconds off.
            r'  $upstream_header_time =~ /\d$/ && $status != "101" {',
            *(f"    {line}" for line in _when("$duration > 0", f"{DURATION}[site][$route] = $duration")[:-1]),
            "    } else {",
            f"      {DURATION}[site][$route] = {_BELOW_A_MILLISECOND}",
            "    }",
            "  }",
            "} else {",
            f'  {LOG_LINES}["{UNPARSED}"]++',
            "}",
            "",
        ]
    )


def _prepared(sites: Sequence[Site], hashed_paths: Sequence[str]) -> Iterator[str]:
    yield f'{LOG_LINES}["{UNPARSED}"] += 0'
    for site in sites:
        for route in routes_of(site, hashed_paths):
            for family in CLASSES:
                yield f'{RESPONSES}[{mtail(site.hostname)}][{mtail(route)}]["{family}"] += 0'


def _when(condition: str, action: str) -> list[str]:
    return [f"{condition} {{", f"  {action}", "}"]


def _chunks(sites: Sequence[Site]) -> Iterator[str]:
    """The host names as alternatives, in patterns that are short enough."""
    chunk = ""
    for name in (mtail_pattern(site.hostname) for site in sites):
        if chunk and len(chunk) + len(name) > _PATTERN_LENGTH:
            yield chunk
            chunk = ""
        chunk += f"|{name}" if chunk else name
    if chunk:
        yield chunk
