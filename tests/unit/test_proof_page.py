# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof's page as a browser gets it: whole, well-formed, sealed against hostile names, and alone."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.nostromo.networking.plugins.module_utils.proof.page import page_content
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.proof.systems import (
    ALONE,
    observing,
    report_of,
    spread,
)
from ansible_collections.nostromo.networking.tests.unit.test_document import ROOT

TEMPLATE = ROOT / "playbooks" / "templates" / "proof.html.j2"
VOID = {"meta", "link", "br"}
NAMES = ("server", "mother", "internet", "nginx", "admins", "outside")
HOSTILE = """<script>alert(1)</script> & "quoted' {{ 7 * 7 }} --> ]]>"""


class Page(HTMLParser):
    """The elements of a page; fails on one that is not closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        assert len({*names}) == len(names), (tag, attrs)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        assert self._open.count("a") <= 1, "links do not nest"
        if self._open and self._open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """What is read, its white space as a browser shows it."""
        return " ".join("".join(self.words).split())

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _tag, attributes in self.elements if attribute in attributes]


def render(report: dict[str, Any]) -> str:
    """The page as the playbook writes it, from a report that went through JSON."""
    variables = {"content": page_content(json.loads(json.dumps(report))), "template_file": str(TEMPLATE)}
    lookup = trust_as_template("{{ lookup('ansible.builtin.template', template_file) }}")
    return str(Templar(loader=DataLoader(), variables=variables).template(lookup))


def failing() -> dict[str, Any]:
    """Everybody reaches Mother, SSH is not as it should be, and something else listens."""
    stray = {"protocol": "tcp", "address": "0.0.0.0", "port": 6379, "process": "redis", "user": "redis", "pid": 9}
    return report_of(
        ALONE,
        lambda probe: "open" if probe.port == 5432 else None,
        observing("server", sockets=[stray], sshd={"settings": {"permitrootlogin": ["yes"]}, "users": {}}),
    )


def apart() -> dict[str, Any]:
    return report_of(spread(("web", ["nginx", "sevastopol", "etl"]), ("api", ["orchestrator"]), ("data", ["mother"])))


REPORTS = {"passed": lambda: report_of(ALONE), "failing": failing, "apart": apart}


@pytest.fixture(scope="module", params=REPORTS)
def shown(request: pytest.FixtureRequest) -> tuple[dict[str, Any], str, Page]:
    """A report, its page, and what a browser makes of it."""
    report = REPORTS[request.param]()
    text = render(report)
    return report, text, Page(text)


def test_every_check_is_on_the_page(shown: tuple[dict[str, Any], str, Page]) -> None:
    report, _text, page = shown
    for check in report["checks"]:
        for told in (check["title"], check["reason"], *check["evidence"], *check["remedy"]):
            assert " ".join(told.split()) in page.text
    for row in report["rows"]:
        assert row["name"] in page.text
    for one in report["vantage_points"]:
        assert one["name"] in page.text


def test_links_lead_somewhere(shown: tuple[dict[str, Any], str, Page]) -> None:
    _report, _text, page = shown
    ids = page.values("id")
    assert len({*ids}) == len(ids)
    links = [value for value in page.values("href") if value != "data:,"]
    assert {
        value.removeprefix("#") for value in [*links, *page.values("aria-labelledby")] for value in value.split()
    } <= {*ids}
    assert all(value.startswith("#") for value in links)


def test_nothing_is_fetched_or_run(shown: tuple[dict[str, Any], str, Page]) -> None:
    _report, text, page = shown
    tags = {tag for tag, _attributes in page.elements}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "base", "audio", "video", "image", "use"}
    attributes = {name for _tag, attributes in page.elements for name in attributes}
    assert not attributes & {"src", "srcset", "action", "background", "xlink:href"}
    assert not any(name.startswith("on") for name in attributes)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert not re.search(r"url\(|@import|//", style)
    assert page.values("http-equiv") == ["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page.values("content")


def test_nothing_is_left_unfilled(shown: tuple[dict[str, Any], str, Page]) -> None:
    _report, text, page = shown
    assert not re.search(r"\{\{|\}\}|\{%|%\}|Undefined|&amp;(lt|gt|amp|quot|#)", text)
    assert "None" not in page.text


def test_the_verdict_is_not_told_by_colour_alone(shown: tuple[dict[str, Any], str, Page]) -> None:
    report, _text, page = shown
    faults = report["summary"]["failed"]
    assert f"{faults} ✗ faults" in page.text
    assert f"{report['summary']['passed']} ✓ proven" in page.text
    assert ("Proven: the running system is as its matrix says" in page.text) == (not faults)
    assert (f"{faults} faults: the running system is not as its matrix says" in page.text) == bool(faults)
    for verdict in ("passed", "failed", "skipped"):
        lines = [one for _tag, one in page.elements if one.get("class") == f"line {verdict}"]
        tried = [check for check in report["checks"] if (check["subject"], check["verdict"]) == ("flow", verdict)]
        assert bool(lines) >= bool(tried)
        words = {"passed": "✓proven:", "failed": "✗fault:", "skipped": "○"}[verdict]
        assert page.text.count(words) >= len(lines)


def test_a_failing_system() -> None:
    report = failing()
    page = Page(render(report))
    faults = [check for check in report["checks"] if check["verdict"] == "failed"]
    numbers = range(1, len(faults) + 1)
    assert [value for value in page.values("id") if value.startswith("fault-")] == [f"fault-{one}" for one in numbers]
    assert [one["class"] for tag, one in page.elements if tag == "header"] == ["failed"]
    places: dict[str, set[str]] = {}
    for tag, one in page.elements:
        if tag == "a" and one["href"].startswith("#fault-"):
            places.setdefault(one.get("class", "").split(" ")[0], set()).add(one["href"])
    flows = {f"#fault-{number}" for number, check in zip(numbers, faults, strict=True) if check["subject"] == "flow"}
    assert places["line"] == places["net"] == flows  # the grid and the arrows
    assert {one["id"] for tag, one in page.elements if tag == "details" and "open" in one} == {
        "checks-listener",
        "checks-ssh",
    }


def test_proven_checks_are_folded() -> None:
    page = Page(render(report_of(ALONE)))
    assert [one for tag, one in page.elements if tag == "details" and "open" in one] == []


def spoilt(value: Any) -> Any:
    """The same report with hostile names wherever a host, a component or a zone is named; a check may be called like one."""
    if isinstance(value, dict):
        return {
            spoilt(key) if key in NAMES else key: one if key in ("subject", "subjects") else spoilt(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [spoilt(one) for one in value]
    return re.sub("|".join(NAMES), lambda name: f"{name[0]}{HOSTILE}", value) if isinstance(value, str) else value


def test_hostile_names_are_text() -> None:
    report = failing()
    for row in report["rows"]:
        row["name"] += HOSTILE
    for check in report["checks"]:
        check["reason"] += HOSTILE
    text = render(spoilt(report))
    page, plain = Page(text), Page(render(report))
    assert " ".join(HOSTILE.split()) in page.text
    assert "<script" not in text
    # Neither an element nor an attribute more than there are with harmless names.
    assert [(tag, [*one]) for tag, one in page.elements] == [(tag, [*one]) for tag, one in plain.elements]
    for attribute in ("id", "href", "class"):
        assert not any("<" in value for value in page.values(attribute))


def test_every_expression_is_escaped() -> None:
    """Nothing does it by itself in a template of Ansible's."""
    body = re.sub(r"\{#.*?#\}", "", TEMPLATE.read_text(encoding="utf-8"), flags=re.DOTALL)
    sealed = re.compile(
        r"""
        ([\w.]+ | \(.*\)) (\ \|\ \w+(\(.*\))?)* \ \|\ e          # a value, whole
        | (verdict|counted|row_name|told|on)\(.*\)                # macros, which escape
        | (words|symbols)(\[[\w.]+\]|\.\w+)                      # constants of the template
        | '[^']*'\ if\ [\w.]+(\ ==\ ('\w+'|\d+)|\ and\ [\w.]+)?(\ else\ '[^']*')?  # a constant, or another, or nothing
        """,
        re.VERBOSE,
    )
    expressions = re.findall(r"\{\{-?\s*(.*?)\s*-?\}\}", body)
    assert len(expressions) > 100
    assert [one for one in expressions if not sealed.fullmatch(one)] == []
