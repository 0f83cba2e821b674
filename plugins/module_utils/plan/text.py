# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan for people, as it stands on a terminal, and as a comment of a pull request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..printable import printable
from ..quoting.pages import markdown
from .report import in_short, row_of, ways_of

Report = Mapping[str, Any]

_VERBS = ("opens", "closes")
#: Of a file, and characters of a comment: GitHub takes 65,536.
_SHOWN_LINES, _SHOWN_CHARACTERS = 100, 60_000


def plan_text(report: Report, with_differences: bool = False) -> str:
    """The plan as sections of indented lines.

    :param with_differences: show the lines of files that change.
    """
    lines = [f"Against {_against(report)}", *(f"  {sentence}" for sentence in report["summary"])]
    if report["connections"]:
        lines += ["", "Connections", *_connections(report["connections"])]
    if report["hosts"]:
        lines += ["", "Hosts", *_hosts(report["hosts"], with_differences)]
    if report["data"]:
        lines += ["", "Data", *(f"  {line['text']}" for line in report["data"])]
    return printable("\n".join(lines))


def plan_markdown(report: Report) -> str:
    """The plan as Markdown, with the lines of files folded away; without them where a comment could not hold them."""
    whole = _markdown(report, _folded)
    if len(whole) <= _SHOWN_CHARACTERS:
        return whole
    return _markdown(report, _alone) + "\nThe lines of files are left out, for they are too many; `plan.json` has them.\n"


def _markdown(report: Report, item: Callable[[Mapping[str, Any]], list[str]]) -> str:
    lines = [f"## Plan against {_against(report)}", "", *(f"- {markdown(sentence)}" for sentence in report["summary"])]
    if report["connections"]:
        lines += ["", "### Connections", "", "| | connection | row | hosts |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {one['verb']} | {markdown(_connection(one))} | {markdown(row_of(one))} | {markdown(ways_of(one))} |"
            for one in report["connections"]
        ]
    if report["hosts"]:
        lines += ["", "### Hosts"]
        for part in report["hosts"]:
            lines += ["", f"**{markdown(', '.join(part['hosts']))}: {markdown(part['subject'])}**", ""]
            lines += [f"- → {markdown(effect)}" for effect in part["effects"]]
            for line in part["changes"]:
                lines += item(line)
    if report["data"]:
        lines += ["", "### Data", ""]
        for line in report["data"]:
            lines += item(line)
    return "\n".join(lines) + "\n"


def _against(report: Report) -> str:
    return f"{report['against']} ({report['commit'][:12]})" if report["commit"] else str(report["against"])


def _connection(one: Mapping[str, Any]) -> str:
    return f"{one['environment']}: {in_short(one)}" if one["environment"] else in_short(one)


def _connections(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    silent = [verb for verb in _VERBS if not any(one["verb"] == verb for one in found)]
    for one in found:
        yield f"  {one['verb']:<7} {_connection(one)}  ({row_of(one)})"
        yield f"          {ways_of(one)}"
    yield from (f"  {verb:<7} nothing" for verb in silent)


def _hosts(parts: Sequence[Mapping[str, Any]], with_differences: bool) -> Iterator[str]:
    hosts = None
    for part in sorted(parts, key=lambda part: [other["hosts"] for other in parts].index(part["hosts"])):
        if part["hosts"] != hosts:
            hosts = part["hosts"]
            yield f"  {', '.join(hosts)}"
        yield f"    {part['subject']}"
        for line in part["changes"]:
            yield f"      {line['text']}"
            if with_differences:
                yield from (f"        {one}" for one in _limited(line["difference"]))
        yield from (f"      → {effect}" for effect in part["effects"])


def _alone(line: Mapping[str, Any]) -> list[str]:
    return [f"- {markdown(line['text'])}"]


def _folded(line: Mapping[str, Any]) -> list[str]:
    if not line["difference"]:
        return _alone(line)
    lines = (printable(one).replace("`", "'") for one in _limited(line["difference"]))
    return [
        f"- <details><summary>{markdown(line['text'])}</summary>",
        "",
        "  ```diff",
        *(f"  {one}" for one in lines),
        "  ```",
        "  </details>",
    ]


def _limited(lines: Sequence[str]) -> list[str]:
    if len(lines) <= _SHOWN_LINES:
        return list(lines)
    return [*lines[:_SHOWN_LINES], f"… and {len(lines) - _SHOWN_LINES} lines more"]
