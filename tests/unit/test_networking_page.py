# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The networking page: current, well-formed, in both languages, and silent about addresses when masked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.nostromo.networking.plugins.module_utils.page.page import Page
from ansible_collections.nostromo.networking.plugins.module_utils.page.phrases import LANGUAGES
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.pages import code, markdown, mermaid
from ansible_collections.nostromo.networking.tests.unit.test_document import (
    COMPONENTS,
    FILLED_IN,
    INBOUND,
    INTERNAL,
    INTERNAL_PORTS,
    MONITORING,
    PUBLIC_PORTS,
    RECORDS,
    ROOT,
    Inventory,
)

TEMPLATE = ROOT / "playbooks" / "templates" / "networking.md.j2"


def page_of(data: dict[str, Any], language: str = "es", mask: bool = True) -> str:
    """The page as the playbook writes it."""
    variables = {"content": Page(data, language, mask).content(), "template_file": str(TEMPLATE)}
    lookup = trust_as_template("{{ lookup('ansible.builtin.template', template_file) }}")
    return str(Templar(loader=DataLoader(), variables=variables).template(lookup))


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    """Production's data, with its placeholders."""
    return Inventory("production.yml").network.page()


@pytest.fixture(scope="module")
def filled_in() -> dict[str, Any]:
    return Inventory("production.yml", FILLED_IN).network.page()


@pytest.fixture(scope="module")
def apart(filled_in: dict[str, Any]) -> dict[str, Any]:
    """Orchestrator and Mother in a private network."""
    hosts = {
        "web": {"addresses": ["203.0.113.7"], "components": ["etl", "nginx", "sevastopol"]},
        "api1": {"addresses": ["10.0.0.2"], "components": ["orchestrator"]},
        "api2": {"addresses": ["10.0.0.3"], "components": ["orchestrator"]},
        "data": {"addresses": ["10.0.0.4"], "components": ["mother"]},
    }
    return {**filled_in, "matrix": {**filled_in["matrix"], "hosts": hosts}}


def test_a_route_in_its_long_form_is_the_same_page(filled_in: dict[str, Any]) -> None:
    timed = [
        {**site, "routes": {path: {"component": one, "read_timeout": "10s"} for path, one in site.get("routes", {}).items()}}
        for site in filled_in["sites"]
    ]
    assert page_of({**filled_in, "sites": timed}) == page_of(filled_in)


def tables(page: str) -> list[list[list[str]]]:
    """The cells of each table; fails on one that is not well-formed."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        rows = [[text.strip() for text in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()]
        assert set(rows[1]) == {"---"}, block
        assert {len(row) for row in rows} == {len(rows[0])}, block
        found.append([rows[0], *rows[2:]])
    return found


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    return tables(page.partition(f"# {heading}\n")[2] + "\n")[0][1:]


def test_the_page_in_the_repository_is_current(shipped: dict[str, Any]) -> None:
    """Write it again with: ansible-playbook playbooks/document.yml"""
    assert (ROOT / "docs" / "networking.md").read_text(encoding="utf-8") == page_of(shipped)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mask", [True, False])
@pytest.mark.parametrize("name", ["shipped", "filled_in", "apart"])
def test_the_page_is_well_formed(name: str, language: str, mask: bool, request: pytest.FixtureRequest) -> None:
    page = page_of(request.getfixturevalue(name), language, mask)
    _start, front, body = page.split("---\n", 2)
    assert _start == ""
    assert set(yaml.safe_load(front)) == {"title", "description"}
    assert len(tables(body)) >= 9
    # Every block is closed, has a heading and an empty line around it; nothing was left empty or unfilled.
    assert len(re.findall(r"^```", body, re.MULTILINE)) % 2 == 0
    assert not re.search(r"\n\n\n|[ \t]\n|\{\{|\}\}|None|Undefined", body)
    assert not re.search(
        r"[^\n]\n#{2,3} |\n#{2,3} .*\n[^\n]|[^|\n]\n\|", re.sub(r"```.*?```", "", body, flags=re.DOTALL)
    )
    assert page.endswith("|\n")


def test_the_document_s_tables_are_on_the_page(shipped: dict[str, Any]) -> None:
    page = page_of(shipped)
    assert {row[0]: row[1].strip("`") for row in table(page, "Componentes")} == {
        **COMPONENTS,
        **dict.fromkeys(["Builds", *MONITORING], "—"),
    }
    for heading, ports in (("Puertos públicos", PUBLIC_PORTS), ("Puertos internos", INTERNAL_PORTS)):
        shown = [row for row in table(page, heading) if row[2] not in MONITORING]
        assert sorted(shown) == sorted([str(port), *rest] for port, *rest in ports)
    for heading, flows in (("Tráfico entrante", INBOUND), ("Tráfico interno y saliente", INTERNAL)):
        shown = [(row[2], row[4], row[5]) for row in table(page, heading)]
        wanted = [(", ".join(map(str, ports)), f"**{action.upper()}**", name) for _s, _d, ports, action, name in flows]
        assert shown[: len(wanted)] == wanted
    assert table(page, "DNS") == [
        [f"`{name}`", kind, f"`{'EXTERNAL_IP' if kind == 'A' else value}`", str(ttl), text]
        for name, kind, value, ttl, text in RECORDS
    ]
    assert "    limit_req zone=api_limit burst=20 nodelay;\n    proxy_pass http://localhost:8000;\n" in page


@pytest.mark.parametrize(
    ("language", "row"),
    [
        ("es", "Nginx a Sevastopol (*agregada: el diagrama tiene a Nginx delante de Sevastopol*)"),
        ("en", "Nginx to Sevastopol (*added: the diagram has Nginx in front of Sevastopol*)"),
    ],
)
def test_rows_that_the_document_lacks_are_marked(shipped: dict[str, Any], language: str, row: str) -> None:
    assert row in page_of(shipped, language)


def test_the_english_page_speaks_english(shipped: dict[str, Any]) -> None:
    page = page_of(shipped, "en")
    assert not re.search(r"[áéíóúñ¿]| (de|el|la|para|público) ", page)


@pytest.mark.parametrize("name", ["filled_in", "apart"])
def test_addresses_are_shown_only_when_asked_for(name: str, request: pytest.FixtureRequest) -> None:
    data = request.getfixturevalue(name)
    secret = re.compile(r"203\.0\.113|198\.51\.100|2001:db8|10\.0\.0|240\.0\.0")
    assert not secret.search(page_of(data))
    shown = page_of(data, mask=False)
    assert "ADMIN_IPS (198.51.100.0/24, 2001:db8::/48)" in shown
    assert "| `app` | A | `203.0.113.7` | 300 |" in shown
    assert "240.0.0" not in shown
    assert "(2000::/3, 1.0.0.0/8, 2.0.0.0/7, 4.0.0.0/6, 8.0.0.0/7, 11.0.0.0/8, …)" in shown


def test_a_private_network_is_told(apart: dict[str, Any]) -> None:
    page = page_of(apart, "en", mask=False)
    assert "## Load balancing (active)" in page
    assert "Nodes of Orchestrator: api1, api2." in page
    assert "## Private network (VPC) (active)" in page
    assert "Orchestrator and Mother (PostgreSQL) are on servers of their own." in page
    assert [row[2] for row in table(page, "Components")] == [
        "`localhost`", "`localhost`", "`10.0.0.2`, `10.0.0.3`", "`10.0.0.4`", *["`localhost`"] * 8,
    ]
    assert [row[0] for row in table(page, "On one server")] == ["Sevastopol"]
    assert "proxy_pass http://orchestrator;" in page


@pytest.mark.parametrize(("text", "shown"), [("a | b", r"a \| b"), ("two\nlines", "two lines"), ("<x>", "&lt;x>")])
def test_cells_are_escaped(text: str, shown: str) -> None:
    assert markdown(text) == shown


@pytest.mark.parametrize(
    ("write", "text", "shown"),
    [
        (markdown, "<b onclick=x>\n# h | `c` [a](b) *e*", "&lt;b onclick=x> # h \\| \\`c\\` \\[a\\](b) \\*e\\*"),
        (markdown, "# no heading", "\\# no heading"),
        (markdown, "1. no list", "1\\. no list"),
        (markdown, "&lt; ADMIN_IPS (a_b) Ñ", "&amp;lt; ADMIN_IPS (a_b) Ñ"),
        (code, "a`b|c", "``a`b\\|c``"),
        (code, "`\n", "`` ` ``"),
        (mermaid, 'a"]\n%%{init: x}<b>', '"a#quot;] %%#123;init: x#125;#60;b#62;"'),
    ],
)
def test_text_from_the_data_is_only_text(write: Callable[[str], str], text: str, shown: str) -> None:
    assert write(text) == shown


@pytest.mark.parametrize(
    ("language", "receivers", "told"),
    [
        ("es", {}, "No se avisa a nadie: las alertas se ven solo en su página."),
        (
            "en",
            {"email": ["a@example.org"], "mail": {"server": "mail.example.org", "from": "b@example.org"}},
            "Mail addresses that are told of alerts: 1; webhooks: 0.",
        ),
    ],
)
def test_monitoring_says_what_is_kept_how_many_are_told_and_where_it_is_looked_at(
    shipped: dict[str, Any], language: str, receivers: dict[str, Any], told: str
) -> None:
    monitored = {**shipped["monitoring"], "receivers": receivers, "retention": {"days": 7, "gigabytes": 3}}
    page = page_of({**shipped, "monitoring": monitored}, language)
    lines = page.splitlines()
    start = lines.index("Grafana + Prometheus.") + 2
    kept, who, where = lines[start : start + 3]
    assert "7" in kept and "3 GB" in kept
    assert who == f"- {told}"
    assert "`ssh -L 9090:localhost:9090`" in where
    assert "example.org" not in page


def test_an_origin_lock_is_told(filled_in: dict[str, Any]) -> None:
    matrix = filled_in["matrix"]
    rows = [
        {**row, "source": "cloudflare"} if row["source"] == "internet" and row["destination"] == "nginx" else row
        for row in matrix["flows"]
    ]
    told = "The server lets in Cloudflare alone on the ports 80, 443: nobody reaches the sites past it."
    assert told in page_of({**filled_in, "matrix": {**matrix, "flows": rows}}, "en")
    assert told not in page_of(filled_in, "en")
