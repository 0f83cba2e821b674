# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a value stands in what monitoring reads: programs of mtail, PromQL, templates of Go, and the exposition format."""

from __future__ import annotations

import json
import re

from .characters import BREAKS, line, matching

#: mtail's strings know no escape but that of the quote, so a backslash at their end would be one.
_MTAIL = re.compile(rf'[^"\\{BREAKS.pattern[1:]}*')


def mtail(value: object) -> str:
    """A string of a program of mtail."""
    return f'"{matching(value, _MTAIL, "a string of mtail", "write it on one line, without quotes and backslashes")}"'


def mtail_pattern(value: object) -> str:
    """A text within a pattern of mtail (RE2), which stands for itself."""
    return re.sub(r"[^A-Za-z0-9_ -]", lambda mark: f"\\{mark[0]}" if mark[0].isascii() else mark[0], line(value))


def promql(value: object) -> str:
    """A string of PromQL, as in a label matcher: Go's, of whose escapes those of JSON are a part."""
    return json.dumps(line(value), ensure_ascii=False)


def go_template(value: object) -> str:
    """Text within a template of Go, such as an alert's annotation: what would begin an action is written by one."""
    return line(value).replace("{{", '{{"{{"}}')


def exposition_label(value: object) -> str:
    """A label's value in Prometheus' text format, with its quotes."""
    return '"' + line(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def connection_value(value: object) -> str:
    """A value in a connection string of PostgreSQL's (libpq, section 34.1.1.1)."""
    return "'" + line(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
