# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values in the files of monitoring: none leaves its place there, which the programs themselves are asked."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.characters import UnquotableError
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.monitoring import (
    exposition_label,
    go_template,
    mtail,
    mtail_pattern,
    promql,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from .programs import checked_rules, counted, samples

HOSTILE = st.text(st.sampled_from("ab/ Ñ\"'`\\;{}#$%:=!*.+?()[]|^-\n\r\t\0\x85\u2028\ud800\ufffe"), max_size=12)
SEVERAL = st.lists(HOSTILE, min_size=1, max_size=20)
FEW = settings(max_examples=15, deadline=None)


def written(quote: Callable[[object], str], values: list[str]) -> dict[str, str]:
    """Those values that a place can hold, each with how it stands there."""
    texts = {}
    for value in values:
        try:
            texts[value] = quote(value)
        except UnquotableError as error:
            assert "; " in str(error)
    return texts


@FEW
@given(values=SEVERAL)
def test_a_string_of_mtail_is_one_label(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = written(mtail, [*values, "usual"])
    program = "counter seen by word\n/x/ {\n" + "".join(f"  seen[{text}]++\n" for text in texts.values()) + "}\n"
    found = counted(program, b"x\n", tmp_path_factory.mktemp("mtail"))
    assert {label for _name, labels in found for _key, label in labels} == set(texts)


@FEW
@given(values=SEVERAL)
def test_a_pattern_of_mtail_stands_for_the_text_alone(
    values: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = written(mtail_pattern, [*values, "usual"])
    program = "counter seen by word\n" + "".join(
        f'/^<{text}>$/ {{\n  seen["{number}"]++\n}}\n' for number, text in enumerate(texts.values())
    )
    log = "".join(f"<{value}>\n" for value in texts).encode()
    found = counted(program, log, tmp_path_factory.mktemp("mtail"))
    assert {labels: number for (_name, labels), number in found.items() if labels} == {
        frozenset({("word", str(number))}): 1 for number in range(len(texts))
    }


@FEW
@given(values=SEVERAL)
def test_promql_and_annotations_hold_the_text(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    rules = [
        {"alert": f"A{number}", "expr": f"up{{job={text}}} == 0", "annotations": {"summary": go_template(value)}}
        for number, (value, text) in enumerate(written(promql, values).items())
    ]
    groups = {"groups": [{"name": "x", "rules": rules}]}
    assert checked_rules(json.dumps(groups), tmp_path_factory.mktemp("rules")) == len(rules)


@given(value=HOSTILE)
def test_a_label_is_read_back(value: str) -> None:
    for text in written(exposition_label, [value]).values():
        assert samples(f"metric{{text={text}}} 1") == {("metric", frozenset({("text", value)})): 1.0}


@pytest.mark.parametrize(
    ("quote", "value", "text"),
    [
        (mtail, "/api/", '"/api/"'),
        (mtail_pattern, "a.b/c", r"a\.b\/c"),
        (promql, 'a"\\b', r'"a\"\\b"'),
        (go_template, "50 % {{ x }}", '50 % {{"{{"}} x }}'),
        (exposition_label, "DB NO pública", '"DB NO pública"'),
    ],
)
def test_written(quote: Callable[[object], str], value: str, text: str) -> None:
    assert quote(value) == text


@pytest.mark.parametrize("quote", [mtail, mtail_pattern, promql, go_template, exposition_label])
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "a\u2028b", None, ["a"]])
def test_refused(quote: Callable[[object], str], value: object) -> None:
    with pytest.raises(UnquotableError):
        quote(value)


@pytest.mark.parametrize("value", ['a"b', "a\\", "\\n"])
def test_mtail_has_no_escapes(value: str) -> None:
    with pytest.raises(UnquotableError, match="is not a string of mtail"):
        mtail(value)
