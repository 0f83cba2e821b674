# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.nginx.language import LanguageError, parse, read_dump
from ansible_collections.nostromo.networking.plugins.module_utils.nginx.meaning import locations, serving

HEAD = "# configuration file /etc/nginx/{}:\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b c;", ["a", "b", "c"]),
        ("a # b;\n c;", ["a", "c"]),
        ("a b#c;", ["a", "b#c"]),
        ("a 'b; {c} # d' \"e 'f'\";", ["a", "b; {c} # d", "e 'f'"]),
        (r'a "b\"c\\" d\;e;', ["a", 'b"c\\', r"d\;e"]),
        (r"a 'x\n';", ["a", "x\n"]),
        ("a ${b}c;", ["a", "${b}c"]),
        (r"location ~ \.php$ ;", ["location", "~", r"\.php$"]),
        ("a b}c;", ["a", "b}c"]),
    ],
)
def test_words_of_a_directive(text: str, words: list[str]) -> None:
    (one,) = parse(text)
    assert [one["name"], *one["args"]] == words


def test_blocks_and_lines() -> None:
    (http,) = parse("http {\n  server { listen 80; }\n\n  x;\n}", "f")
    assert [(one["name"], one["where"]) for one in http["block"] or []] == [("server", "f:2"), ("x", "f:4")]


@pytest.mark.parametrize("text", ["a", "a {", "}", ";", "{ }", "a { b }", "a 'b'c;", "a 'b", "a; }"])
def test_what_is_not_the_language_is_refused(text: str) -> None:
    with pytest.raises(LanguageError):
        parse(text)


def dump(**files: str) -> str:
    return "".join(HEAD.format(name) + text + "\n" for name, text in files.items())


def test_includes_stand_where_they_are_written() -> None:
    whole = read_dump(dump(main="a; include d/*.x; include none/*; b;", **{"d/1.x": "c { include one; }", "one": "e;"}))
    assert [one["name"] for one in whole] == ["a", "c", "b"]
    assert [one["name"] for one in whole[1]["block"] or []] == ["e"]


@pytest.mark.parametrize(
    ("dumped", "message"),
    [
        ("", "nginx -T does not print a configuration"),
        (dump(main="include one;"), "/etc/nginx/main:1: /etc/nginx/one is not printed"),
        (dump(main="a;", one="b;"), "nothing includes /etc/nginx/one"),
        (dump(main="include main;"), "includes do not end"),
        (dump(main="a;") + dump(main="a;"), "/etc/nginx/main is printed twice"),
    ],
)
def test_a_dump_that_cannot_be_believed(dumped: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        read_dump(dumped)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("written", "served_by"),
    [
        (["/", "/api/"], ["/api/"]),
        (["/", "/api"], ["/api"]),
        (["/"], ["/"]),
        (["^~ /api/", "~ x"], ["^~ /api/"]),
        (["/api/", "~ x", "~* y"], ["/api/", "~ x", "~* y"]),
        (["^~/api/", "=/api/a", "=/b", "/api/c/"], ["^~ /api/", "/api/c/", "= /api/a"]),
        (["~ x", "@named"], ["~ x"]),
    ],
)
def test_who_serves_a_path(written: list[str], served_by: list[str]) -> None:
    server = parse("".join(f"location {one} {{ }}" for one in written))
    assert [one.key for one in serving(locations(server), "/api/")] == served_by
