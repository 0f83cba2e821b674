# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has to stand as text and is declared in Python: the schema of the group vars, and what lies between markers.

A marker is a comment ``script/generate: FORM OBJECT``, and ``end`` after the text. The object is a record or options, by its path
in ``plugins/module_utils``. Forms: ``options`` in YAML, of a role or in the documentation of a module; ``arguments`` of a module
that does not carry what is declared to the host; ``keys`` in a description; ``table`` in Markdown.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from itertools import starmap
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.document.options import (
    Options,
    argument_spec,
    documentation,
)
from ansible_collections.nostromo.networking.plugins.plugin_utils.schema_file import schema_text

ROOT = Path(__file__).resolve().parents[2]
_SCHEMA = ROOT / "schemas" / "group_vars.schema.json"
_PLACES = ("plugins/**/*.py", "roles/*/meta/argument_specs.yml", "roles/*/README.md", "docs/*.md")
_UTILITIES = "ansible_collections.nostromo.networking.plugins.module_utils"
_WIDTH = 120
_BLOCK = re.compile(
    r"^(?P<begin>(?P<indent> *)(?:# |<!-- )script/generate: (?P<form>\w+) (?P<path>[\w.]+)(?: -->)?\n)"
    r"(?:(?!script/generate:).)*?"
    r"^(?P<end> *(?:# |<!-- )end(?: -->)?)$",
    re.MULTILINE | re.DOTALL,
)


def files() -> dict[Path, str]:
    """Each file that holds what is declared, as it should be."""
    found = {_SCHEMA: schema_text()}
    for file in sorted(file for place in _PLACES for file in ROOT.glob(place)):
        text = file.read_text(encoding="utf-8")
        found[file], blocks = _BLOCK.subn(partial(_block, documents=file.suffix == ".py"), text)
        if blocks != text.count("script/generate: "):
            raise ValueError(f"{file}: a marker has no end; write the comment `end` after what is generated")
    return found


def drifted() -> dict[Path, str]:
    """Those of them that are not, as they should be."""
    return {file: text for file, text in files().items() if file.read_text(encoding="utf-8") != text}


def _block(match: re.Match[str], documents: bool) -> str:
    options = _options(match["path"])
    if documents and match["form"] == "options":
        options = documentation(options)
    text = _FORMS[match["form"]](options)
    return f"{match['begin']}{textwrap.indent(text, match['indent'])}{match['end']}"


def _options(path: str) -> Options:
    module, _, name = path.rpartition(".")
    declared = getattr(import_module(f"{_UTILITIES}.{module}"), name)
    found: Options = declared if isinstance(declared, dict) else declared.options()
    return found


class _Dumper(yaml.SafeDumper):
    """Lists of words on one line, others with dashes that are indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def represent_words(self, words: list[Any]) -> yaml.Node:
        several = any(isinstance(word, str) and " " in word for word in words)
        return self.represent_sequence("tag:yaml.org,2002:seq", words, flow_style=not several)


_Dumper.add_representer(list, _Dumper.represent_words)


def as_yaml(options: Any) -> str:
    """Options as YAML."""
    text: str = yaml.dump(options, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH - 30)
    return text


def as_keys(options: Options) -> str:
    """Options as items of a description."""
    return as_yaml([f"C({name}) - {option['description']}" for name, option in _flat(options)])


def _flat(options: Options, within: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, option in options.items():
        yield f"{within}{name}", option
        if "options" in option and option["type"] in ("dict", "raw"):
            yield from _flat(option.get("options", {}), f"{within}{name}.")


def as_python(options: Options) -> str:
    """Options as items of a dict of Python."""
    return "".join(_item(name, option) for name, option in argument_spec(options).items())


def _item(name: str, value: Any) -> str:
    line = f'"{name}": {_literal(value)},\n'
    if len(line) <= _WIDTH or not isinstance(value, dict):
        return line
    return f'"{name}": {{\n{textwrap.indent("".join(map(_item, value, value.values())), "    ")}}},\n'


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {_literal(one)}' for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def as_table(options: Options) -> str:
    """Options as a table of Markdown."""
    return "| key | type | default | what |\n| --- | --- | --- | --- |\n" + "".join(
        f"| {' | '.join(cells)} |\n" for cells in starmap(_cells, _flat(options))
    )


def _cells(name: str, option: dict[str, Any]) -> Iterator[str]:
    kind = {"bool": "boolean", "dict": "mapping", "int": "number", "list": "list", "raw": "–", "str": "text"}
    default = option.get("default")
    yield f"`{name}`"
    switched_off = "mapping or `false`" if option["type"] == "raw" and "options" in option else ""
    yield " or ".join(f"`{choice}`" for choice in option.get("choices", ())) or switched_off or kind[option["type"]]
    yield "required" if option.get("required") else "" if default in (None, "", [], {}) else f"`{_told(default)}`"
    yield option["description"].replace("|", "\\|")


def _told(default: Any) -> str:
    return default if isinstance(default, str) else json.dumps(default)


_FORMS: dict[str, Callable[[Options], str]] = {
    "options": as_yaml,
    "arguments": as_python,
    "keys": as_keys,
    "table": as_table,
}


def main() -> None:
    """Write what has drifted."""
    for file, text in drifted().items():
        file.write_text(text, encoding="utf-8")
        print(f"wrote {file.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
