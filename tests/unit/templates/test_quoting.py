# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No value leaves its place in a file: every template quotes what it writes, and the quotes hold."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.filter import quoted as plugin
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.characters import UnquotableError
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.kinds import KINDS, quoted
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from .conftest import REPOSITORY, Render
from .nginx_config import parse

FILTER = "nostromo.networking.quoted"
#: Filters that quote all that they write, or write none of it.
QUOTING = {FILTER, "nostromo.networking.nft_rules", "nostromo.networking.log_format", "to_json", "length", "e"}
#: What the operator writes in the file's own language, and the documentation says so; and the text of a whole file, which a
#: module of the collection has made.
AS_IT_STANDS = {"directive", "letsencrypt_reload_command", "__file_text"}
TITLE = 'Mother "la base" Ñandú (100 %) \\'
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB+w==\n-----END CERTIFICATE-----"
HOSTILE = st.text(st.sampled_from("ab/ Ñ\"'`\\;{}#$%:\n\r\t\0\x85\u2028\ud800\ufffe"), max_size=12)


def safe(node: nodes.Node, known: set[str]) -> bool:
    """Whether an expression gives nothing but constants and what was quoted. ``known`` are names of which that is so."""
    if isinstance(node, (nodes.Const, nodes.TemplateData)):
        return True
    if isinstance(node, nodes.Name):
        return node.name in known
    if isinstance(node, nodes.Call):
        # A lookup reads a file of the collection's own.
        return isinstance(node.node, nodes.Name) and node.node.name in {*known, "lookup"}
    if isinstance(node, nodes.Filter):
        if node.name in QUOTING:
            return True
        if node.name == "map":
            return bool(node.args) and isinstance(node.args[0], nodes.Const) and node.args[0].value == FILTER
        return node.name in {"join", "trim", "dirname", "indent"} and node.node is not None and safe(node.node, known)
    if isinstance(node, nodes.CondExpr):
        return safe(node.expr1, known) and (node.expr2 is None or safe(node.expr2, known))
    if isinstance(node, nodes.Mul):
        return safe(node.left, known) and safe(node.right, known)
    if isinstance(node, nodes.Concat):
        return all(safe(part, known) for part in node.nodes)
    if isinstance(node, (nodes.Dict, nodes.List)):
        return all(
            safe(child.value if isinstance(child, nodes.Pair) else child, known) for child in node.iter_child_nodes()
        )
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "loop":
        return node.attr == "index"
    return isinstance(node, (nodes.Getitem, nodes.Getattr)) and safe(node.node, known)


def constants(role: Path) -> set[str]:
    """The role's own values that are made of nobody's data."""
    values = yaml.safe_load((role / "vars" / "main.yml").read_text(encoding="utf-8")) or {}
    return {name for name, value in values.items() if "{{" not in str(value)}


def names_in(target: nodes.Node) -> set[str]:
    """The names to which something is assigned."""
    if isinstance(target, nodes.Name):
        return {target.name}
    return {name.name for name in target.find_all(nodes.Name)}


def learned(tree: nodes.Template, known: set[str]) -> set[str]:
    """The names of a template that hold nothing but constants and what was quoted, given that ``known`` do."""
    found = set(known)
    for assigned in tree.find_all((nodes.Assign, nodes.For)):
        value = assigned.node if isinstance(assigned, nodes.Assign) else assigned.iter
        if safe(value, found):
            found |= names_in(assigned.target)
    calls = list(tree.find_all(nodes.Call))
    for macro in tree.find_all(nodes.Macro):
        for index, argument in enumerate(macro.args):
            given_values = [
                call.args[index]
                for call in calls
                if isinstance(call.node, nodes.Name) and call.node.name == macro.name and len(call.args) > index
            ]
            if given_values and all(safe(value, found) for value in given_values):
                found.add(argument.name)
    return found if found == known else learned(tree, found)


def unquoted(template: str, known: set[str]) -> list[int]:
    """The lines of a template that write a value without quoting it."""
    tree = Environment(extensions=["jinja2.ext.do"]).parse(template)
    known = learned(tree, known | {macro.name for macro in tree.find_all(nodes.Macro)})
    written = [part for output in tree.find_all(nodes.Output) for part in output.nodes]
    return [part.lineno for part in written if not safe(part, known)]


IMPORT = re.compile(r"\{% from '([^']+)' import [^%]*%\}")
ALL = sorted(REPOSITORY.glob("roles/*/templates/*.j2"))
#: Macros of their own files are judged with the templates that call them.
IMPORTED = {path.parent / name for path in ALL for name in IMPORT.findall(path.read_text(encoding="utf-8"))}
TEMPLATES = [path for path in ALL if path not in IMPORTED]


def with_imports(path: Path) -> str:
    """A template with the macros that it imports."""
    text = path.read_text(encoding="utf-8")
    return IMPORT.sub(lambda found: (path.parent / found[1]).read_text(encoding="utf-8"), text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_every_template_quotes_what_it_writes(path: Path) -> None:
    assert unquoted(with_imports(path), constants(path.parents[1]) | AS_IT_STANDS) == []


@pytest.mark.parametrize(
    ("name", "quoted_before"),
    [
        # The filter networking_page gives Markdown; what it does to hostile text is shown in test_networking_page.
        ("networking.md.j2", {"content"}),
        ("proof.html.j2", set()),
    ],
)
def test_every_page_quotes_what_it_shows(name: str, quoted_before: set[str]) -> None:
    template = (REPOSITORY / "playbooks" / "templates" / name).read_text(encoding="utf-8")
    assert unquoted(template, quoted_before) == []


def written_by_tasks(value: object, module: bool = False) -> Iterator[str]:
    """The templates of files that stand in tasks themselves: ``content`` of a file."""
    if isinstance(value, list):
        for item in value:
            yield from written_by_tasks(item, module)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "content" and module:
                yield str(item)
            elif key != "vars":
                yield from written_by_tasks(item, module or "." in str(key))


TASKS = sorted(
    path for place in ("roles/*/tasks", "roles/*/handlers", "playbooks") for path in REPOSITORY.glob(f"{place}/*.yml")
)


@pytest.mark.parametrize("path", TASKS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_task_quotes_what_it_writes(path: Path) -> None:
    role = path.parents[1]
    known = (constants(role) if (role / "vars").is_dir() else set()) | AS_IT_STANDS
    tasks = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [line for content in written_by_tasks(tasks) for line in unquoted(content, known)] == []


@pytest.mark.parametrize(
    "template",
    [
        "{{ title }}",
        "{{ a.title | default('x') }}",
        "{% for title in titles %}{{ title }}{% endfor %}",
        "{{ 'x' ~ title }}",
        "{% set other = title %}{{ other }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(title) }}",
        "{{ titles | join(', ') }}",
        "{{ 'x' if a else title }}",
        "{% for a, b in pairs %}{{ b }}{% endfor %}",
        "{{ loop.previtem }}",
        "{{ site.title }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{% macro n(b) %}{{ m(b) }}{% endmacro %}{{ n(title) }}",
    ],
)
def test_a_template_that_forgets_is_found(template: str) -> None:
    assert unquoted(template, set())


def test_a_task_that_forgets_is_found() -> None:
    tasks = yaml.safe_load("""
      - name: Write a file
        ansible.builtin.copy: {dest: /etc/motd, content: "{{ title }}"}
      - block:
          - nostromo.networking.confirmed_commit:
              files: [{path: /etc/motd, content: "Welcome to {{ title }}"}]
            vars: {content: "{{ title }}"}
    """)
    found = list(written_by_tasks(tasks))
    assert found == ["{{ title }}", "Welcome to {{ title }}"]
    assert all(unquoted(content, set()) for content in found)


def words(text: str) -> list[str]:
    """A line as systemd splits it, with its specifiers resolved."""
    return [word.replace("%%", "%") for word in shlex.split(text)]


def read_back(kind: str, text: str) -> list[str]:
    """The values that a strict reader of the file sees in a line that holds this one between two others."""
    if kind == "nft_text":
        return re.findall(r'"([^"]*)"', f'"{text}"')
    if kind in {"nginx", "nginx_text"}:
        (directive,) = parse(f"a {text} b;").directives
        return [directive[2:-2]]
    if kind in {"systemd", "tmpfiles", "sysusers", "sysusers_text", "shell"}:
        return words(text) if kind != "shell" else shlex.split(text)
    if kind in {"pg_hba", "postgresql"}:
        quote = text[0]
        pattern = rf"{quote}(?:[^{quote}\\]|{quote}{quote}|\\.)*{quote}" if kind == "postgresql" else r'"(?:[^"]|"")*"'
        assert re.fullmatch(pattern, text)
    return [text]


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=200, deadline=None)
@given(value=HOSTILE)
def test_whatever_is_written_is_one_value_on_one_line(kind: str, value: str) -> None:
    try:
        text = quoted(value, kind)
    except UnquotableError as error:
        assert "; " in str(error)
        return
    assert len(f"<{text}>".splitlines()) == 1
    text.encode()
    seen = read_back(kind, text)
    assert len(seen) == 1
    if kind in {"systemd", "tmpfiles", "sysusers", "shell"}:
        assert seen == [value]


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("value", [None, ["a"], {"a": 1}, True])
def test_what_is_no_text_stays_no_text(kind: str, value: object) -> None:
    with contextlib.suppress(UnquotableError):
        assert len(quoted(value, kind).splitlines()) <= 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("nft", "80, 22"),
        ("nft", 'x" accept'),
        ("plain", "x\nUser=root"),
        ("systemd", "x\nExecStartPre=+/bin/sh"),
        ("cron", "certbot renew\n* * * * * root id"),
        ("cron", "certbot renew % x"),
        ("cron_schedule", "* * * * * root id #"),
        ("sudoers", "ALL"),
        ("sudoers", "ripley ALL=(ALL) ALL\nx"),
        ("sudoers", "%staff"),
        ("login", "ripley\nash"),
        ("pg_hba", "/.*"),
        ("pg_hba", 'x"\nhost all all all trust'),
        ("postgresql", "x\nlisten_addresses = '*'"),
        ("sshd", "no\nMatch User ash"),
        ("sshd_directive", "Match"),
        ("sshd_directive", "PermitRootLogin yes\nx"),
        ("sshd_word", "ash bishop"),
        ("file_name", "../cron.d/x"),
        ("header_name", "X-Real-IP; allow all"),
        ("url_path", "/`id`"),
        ("sysusers", "/home:0"),
        ("pem_certificates", ""),
        ("pem_certificates", f"{CERTIFICATE}\nuser root;"),
        ("pem_certificates", CERTIFICATE.replace("CERTIFICATE", "PRIVATE KEY")),
    ],
)
def test_what_a_file_cannot_hold_is_refused(kind: str, value: str) -> None:
    with pytest.raises(UnquotableError):
        quoted(value, kind)


def test_certificates_keep_their_lines_and_what_may_be_a_key_is_not_shown() -> None:
    assert quoted(f"\n{CERTIFICATE}\n\n{CERTIFICATE}\n", "pem_certificates") == f"{CERTIFICATE}\n{CERTIFICATE}"
    with pytest.raises(UnquotableError) as refused:
        quoted(CERTIFICATE.replace("CERTIFICATE", "PRIVATE KEY"), "pem_certificates")
    assert "MIIB" not in str(refused.value)


def test_free_text_is_kept_as_people_read_it(render: Render) -> None:
    account = {"name": "postgres", "title": TITLE, "home": "/var/lib/postgresql", "shell": "/bin/bash"}
    line = render("firewall", "sysusers.conf.j2", firewall_accounts=[account]).splitlines()[-1]
    assert words(line) == ["u", "postgres", "-", 'Mother "la base" Ñandú (100 %) /', "/var/lib/postgresql", "/bin/bash"]
    assert quoted(TITLE, "systemd_text") == 'Mother "la base" Ñandú (100 %%) /'
    assert quoted(TITLE, "nft_text") == "Mother 'la base' Ñandú (100 %) /"
    assert len(quoted("ñ" * 200, "nft_text").encode()) <= 120


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd is not installed")
@settings(max_examples=30, deadline=None)
@given(title=HOSTILE.map(lambda text: f"M {text}"))
def test_systemd_reads_one_user_from_one_line(title: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("root")
    (root / "etc").mkdir()
    (root / "u.conf").write_text(f"u mother - {quoted(title, 'sysusers_text')} /srv/m /bin/sh\n", encoding="utf-8")
    done = subprocess.run(
        ["systemd-sysusers", f"--root={root}", "--dry-run", str(root / "u.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Would create user") <= 1


def test_the_filter_names_every_kind() -> None:
    assert yaml.safe_load(plugin.DOCUMENTATION)["options"]["kind"]["choices"] == sorted(KINDS)
    with pytest.raises(Exception, match="sudoers file cannot hold this value: 'ALL' is not the name of a user"):
        plugin.quoted("ALL", "sudoers")


def test_every_address_may_be_listened_on(render: Render) -> None:
    text = render("nginx", "sites.conf.j2", nginx_addresses=["*", "::", "192.0.2.1"])
    assert {"listen *:80;", "listen [::]:80;", "listen 192.0.2.1:80;"} <= {line.strip() for line in text.splitlines()}
