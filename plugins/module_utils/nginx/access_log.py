# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The access log: what a line holds, as nginx is told to write it and as a program that reads it knows it.

A line is one JSON object in UTF-8. Names, units (seconds, bytes) and order are an interface for log readers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..quoting.kinds import plain

#: What ``escape=json`` makes of any bytes that a client sends (ngx_http_log_module): no quote ends it, no line break is in it.
_ANY = r'(?:[^"\\]|\\.)*'
#: What nginx itself has written or let through as a word, or an upstream's address: nothing in it is escaped.
_OWN = r'[^"\\]*'
_NUMBER = r"\d+"
_SECONDS = r"\d+\.\d+"
_STATUS = r"\d\d\d"
_BARE = frozenset([_NUMBER, _SECONDS, _STATUS])

#: No route answered: the request fits none, or no site.
NO_ROUTE = "-"
#: What stands for a client's text that is not UTF-8, of which ``escape=json`` lets every byte through: no reader can take the
#: line for JSON, and mtail 3.0.0~rc50 (Debian 12) stops at such a byte for good, as it does at U+FFFD.
NOT_UTF8 = "not UTF-8"
#: RFC 3629, section 4, but for U+FFFD. What is possessive does not run into PCRE's limits, however long the text.
_UTF8 = (
    r"~^(?:[\x00-\x7f]++|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]"
    r"|(?!\xef\xbf\xbd)[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    r"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})*+$"
)
#: Variables that do not stand in the log as they are, and those that stand there for them.
MAPPED = {
    "$route": "$logged_route",
    "$host": "$logged_host",
    "$request_uri": "$logged_uri",
    "$http_referer": "$logged_referrer",
    "$http_user_agent": "$logged_user_agent",
}


@dataclass(frozen=True)
class Field:
    """A field: its name, nginx's variable, and what its values look like (RE2)."""

    name: str
    variable: str
    shape: str


#: In the order of the line.
FIELDS = (
    Field("time", "$time_iso8601", _OWN),
    Field("request_id", "$request_id", _OWN),
    Field("client", "$remote_addr", _OWN),
    Field("scheme", "$scheme", _OWN),
    Field("host", MAPPED["$host"], _ANY),
    Field("method", "$request_method", _OWN),
    Field("uri", MAPPED["$request_uri"], _ANY),
    Field("protocol", "$server_protocol", _OWN),
    Field("route", MAPPED["$route"], _OWN),
    Field("status", "$status", _STATUS),
    Field("bytes_received", "$request_length", _NUMBER),
    Field("bytes_sent", "$bytes_sent", _NUMBER),
    Field("duration", "$request_time", _SECONDS),
    Field("limit", "$limit_req_status", _OWN),
    Field("upstream", "$upstream_addr", _OWN),
    Field("upstream_status", "$upstream_status", _OWN),
    Field("upstream_connect_time", "$upstream_connect_time", _OWN),
    Field("upstream_header_time", "$upstream_header_time", _OWN),
    Field("upstream_response_time", "$upstream_response_time", _OWN),
    Field("tls", "$ssl_protocol", _OWN),
    Field("referrer", MAPPED["$http_referer"], _ANY),
    Field("user_agent", MAPPED["$http_user_agent"], _ANY),
)


def log_format(name: str) -> str:
    """The directives that define the format under a name. :raises UnquotableError: it is none."""
    members = [f'"{one.name}":' + (one.variable if one.shape in _BARE else f'"{one.variable}"') for one in FIELDS]
    lines = [f"    '{{{members[0]},'", *(f"    '{member},'" for member in members[1:-1]), f"    '{members[-1]}}}';"]
    return "\n".join([*_maps(), f"log_format {plain(name)} escape=json", *lines])


def _maps() -> Iterator[str]:
    for variable, logged in MAPPED.items():
        if variable == "$route":
            known = [f"default {variable}", f"'' {NO_ROUTE}"]
        else:  # an empty text is not held against patterns
            known = [f'default "{NOT_UTF8}"', "'' ''", f'"{_UTF8}" {variable}']
        yield from (f"map {variable} {logged} {{", *(f"    {line};" for line in known), "}")


def line_pattern(groups: Collection[str]) -> str:
    """A regular expression (RE2, Python) for a whole line, with groups named after some of the fields."""
    members = []
    for one in FIELDS:
        shape = f"(?P<{one.name}>{one.shape})" if one.name in groups else one.shape
        members.append(f'"{one.name}":' + (shape if one.shape in _BARE else f'"{shape}"'))
    return r"^\{" + ",".join(members) + r"\}$"
