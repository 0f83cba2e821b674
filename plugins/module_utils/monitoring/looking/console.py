# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The panels as a page that Prometheus itself serves: a console template, for servers without Grafana.

It is a template of Go's html/template: what Prometheus answers is escaped there, what we write is escaped here. Figures,
states and rows are asked for by Prometheus while it serves the page; graphs, and what alerts say, by the page's script.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from ...quoting.characters import readable
from ...quoting.monitoring import go_template, promql
from ..rules.itself import HEARTBEAT
from ..scrape import INTERVAL_SECONDS
from ..watched import Watched
from .model import NOW, WINDOW, Panel, Query, Unit
from .panels import panels
from .phrases import Phrases, phrases

#: How a value of a unit is written, in a template.
_WRITTEN: dict[Unit, str] = {
    "reqps": '{{ printf "%.1f" .Value }}/s',
    "pps": '{{ printf "%.1f" .Value }}/s',
    "Bps": "{{ humanize .Value }}B/s",
    "s": "{{ humanizeDuration .Value }}",
    "percentunit": '{{ printf "%.3g" .Value }} %',
    "none": '{{ printf "%.0f" .Value }}',
}
#: How far back the graphs may go, in hours.
_RANGES = (1, 6, 24, 168, 720)
_DAY = 24
_REFRESH_SECONDS = 60
#: What the script says.
_SAID = (
    "page", "ticket", "pending", "no_alerts", "since", "alert_above", "no_data", "more", "no_answer"
)  # fmt: skip


def console_page(watched: Watched) -> str:
    """The page, to be put into the directory of ``--web.console.templates``."""
    texts = phrases(watched.language)
    script = _file("console.js")
    found = panels(watched)
    name = readable(watched.name or watched.host)
    title = name[:1].upper() + name[1:]
    policy = f"default-src 'none'; connect-src 'self'; img-src data:; style-src 'unsafe-inline'; script-src '{_hash(script)}'"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{watched.language}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f'<noscript><meta http-equiv="refresh" content="{_REFRESH_SECONDS}"></noscript>',
            '<link rel="icon" href="data:,">',
            f"<title>{_text(title)} · {texts['monitoring']}</title>",
            f"<style>\n{_file('console.css')}</style>",
            "</head>",
            "<body>",
            "<header>",
            f"<div><h1>{_text(title)}</h1>",
            f"<p>{texts['monitoring']}, {_text(texts['seen_by'].format(host=watched.host))}</p></div>",
            *_ranges(watched, texts),
            "</header>",
            "<main>",
            *(_sections(found, texts) if found else [f"<p>{texts['nothing']}</p>"]),
            "</main>",
            f'<script type="application/json" id="data">{_data(watched, found, texts)}</script>',
            f'<script type="module">{script}</script>',
            "</body>",
            "</html>",
            "",
        ]
    )


def _file(name: str) -> str:
    """A file beside this one, without comments: Prometheus takes them out, and the hash has to be that of what it serves."""
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not re.match(r"\s*(//|/\*)", line))


def _hash(script: str) -> str:
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


def _text(value: str) -> str:
    return go_template(escape(readable(value)))


def _ranges(watched: Watched, texts: Phrases) -> Iterator[str]:
    """As far back as is kept."""
    yield f'<nav aria-label="{texts["range"]}">'
    for hours in _RANGES:
        if hours <= watched.monitoring.retention.days * _DAY:
            days = hours > _DAY
            number = hours // _DAY if days else hours
            yield f'<a href="?hours={hours}">{texts["days" if days else "hours"].format(number=number)}</a>'
    yield "</nav>"


def _data(watched: Watched, found: Iterable[Panel], texts: Phrases) -> str:
    """What the script goes by. As JSON that neither HTML nor Go finds a mark of its own in."""
    data: dict[str, Any] = {
        "language": watched.language,
        "interval": INTERVAL_SECONDS,
        "refresh": _REFRESH_SECONDS,
        "window": WINDOW,
        "heartbeat": HEARTBEAT,
        "texts": {key: texts[key] for key in _SAID},
        "graphs": [
            {
                "unit": panel.unit,
                "limit": panel.bad_above,
                "queries": [{"expr": query.expr, "legend": query.legend} for query in panel.queries],
            }
            for panel in found
            if panel.kind == "graph"
        ],
    }
    return re.sub(r"[<>&]|(?<={){", lambda mark: f"\\u{ord(mark[0]):04x}", json.dumps(data, ensure_ascii=True))


def _sections(found: Iterable[Panel], texts: Phrases) -> Iterator[str]:
    for kind, group in groupby(found, key=lambda panel: panel.kind):
        if kind == "figures":
            yield from ('<div class="tiles">', *(_tile(panel) for panel in group), "</div>")
        elif kind == "graph":
            yield from ('<div class="graphs">', *(_graph(panel, texts) for panel in group), "</div>")
        else:
            for panel in group:
                inside = {"alerts": _alerts, "states": _states, "table": _table}[kind]
                yield f"<section><h2>{panel.title}</h2>"
                yield from inside(panel, texts)
                yield "</section>"


def _answers(query: Query, each: str, otherwise: str) -> str:
    """For each series of the answer, or if there is none."""
    asked = promql(query.expr.replace(WINDOW, NOW))
    return f"{{{{ range query {asked} }}}}{each}{{{{ else }}}}{otherwise}{{{{ end }}}}"


def _tile(panel: Panel) -> str:
    figures = ""
    for query in panel.queries:
        figure = f"<b{_bad(query)}>{_WRITTEN[panel.unit]}</b>"
        asked = replace(query, expr=f"100 * ({query.expr})") if panel.unit == "percentunit" else query
        figures += f"<li>{_answers(asked, figure, '<b>–</b>')} {_text(query.legend)}</li>"
    return f'<section class="tile"><h2>{panel.title}</h2><ul>{figures}</ul></section>'


def _bad(query: Query) -> str:
    if query.bad_above is None:
        return ""
    return f'{{{{ if gt .Value {float(query.bad_above)} }}}} class="bad"{{{{ end }}}}'


def _states(panel: Panel, texts: Phrases) -> Iterator[str]:
    (query,) = panel.queries
    name = re.sub(r"\{\{(\w+)\}\}", r"{{ .Labels.\1 }}", query.legend)
    state = f"{{{{ if eq .Value 1.0 }}}}{texts['well']}{{{{ else }}}}{texts['bad']}{{{{ end }}}}"
    yield '<ul class="states">'
    yield _answers(
        query,
        f'<li class="{{{{ if eq .Value 1.0 }}}}well{{{{ else }}}}bad{{{{ end }}}}">{name} <span>{state}</span></li>',
        f"<li>{texts['no_data']}</li>",
    )
    yield "</ul>"


def _alerts(panel: Panel, texts: Phrases) -> Iterator[str]:
    """Their rules' annotations are no part of any metric: the script asks for the alerts themselves."""
    (query,) = panel.queries
    labels = " ".join(f"{{{{ .Labels.{name} }}}}" for name in panel.columns)
    yield '<div id="alerts"><noscript><ul>'
    yield _answers(query, f"<li>{labels}</li>", f"<li>{texts['no_alerts']}</li>")
    yield "</ul></noscript></div>"


def _graph(panel: Panel, texts: Phrases) -> str:
    caption = f"<figcaption><h2>{panel.title}</h2></figcaption>"
    return f"<figure>{caption}<noscript>{texts['no_script']}</noscript></figure>"


def _table(panel: Panel, texts: Phrases) -> Iterator[str]:
    """What is not well is seen at once."""
    (query,) = panel.queries
    heads = "".join(f'<th scope="col">{texts[name]}</th>' for name in panel.columns)
    cells = "".join(f'<td data-is="{texts[name]}">{{{{ .Labels.{name} }}}}</td>' for name in panel.columns)
    row = f"{{{{ range . | sortByLabel {promql(panel.columns[0])} }}}}<tr>{cells}</tr>{{{{ end }}}}"
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{row}</tbody></table>"
    for condition, text, look in (("== 0", "not_proven", 'class="bad" open'), ("== 1", "proven", 'class="well"')):
        summary = f"<summary><b>{{{{ len . }}}}</b> <span>{texts[text]}</span></summary>"
        asked = promql(f"{query.expr} {condition}")
        yield f"{{{{ with query {asked} }}}}<details {look}>{summary}{table}</details>{{{{ end }}}}"
    yield f'{{{{ if not (query {promql(query.expr)}) }}}}<p class="none">{texts["no_data"]}</p>{{{{ end }}}}'
