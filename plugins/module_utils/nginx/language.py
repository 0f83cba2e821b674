# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nginx' configuration language, read as nginx reads it (ngx_conf_file.c, ngx_conf_read_token)."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypedDict

#: A token that begins with a quote ends with the same; no other holds a space, ; or { but in ${name}. # begins a comment, and
#: } ends a block, only where a token could begin.
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)|(?P<mark>[;{}])|(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')(?=[\s;{)])"""
    r"""|(?P<word>(?!["'])(?:\\.|\$\{|[^\s;{\\])+)""",
    re.DOTALL,
)
_ESCAPED = re.compile(r"""\\([\\"'trn])""")
_MEANT = {"t": "\t", "r": "\r", "n": "\n"}
#: How ``nginx -T`` begins each file (nginx.c).
_FILE = re.compile(r"^# configuration file (?P<path>/.*):$", re.MULTILINE)
_DEEPEST = 32


class Directive(TypedDict):
    """A directive; ``block`` holds those within it, ``None`` where it ends with a semicolon. ``where`` is file:line."""

    name: str
    args: list[str]
    where: str
    block: list[Directive] | None


class LanguageError(ValueError):
    """Something is not a configuration; the message says where and why."""


class _Token(NamedTuple):
    text: str
    mark: bool
    line: int


def parse(text: str, file: str = "") -> list[Directive]:
    """The directives of a file, includes as they stand. :raises LanguageError: it is not in the language."""
    tokens = iter([*_tokens(text, file)])
    found = _block(tokens, file, 0)
    if next(tokens, None) is not None:
        raise LanguageError(f"{file}: a block ends that did not begin")
    return found


def read_dump(dumped: str) -> list[Directive]:
    """The whole configuration that ``nginx -T`` prints, with what is included in place of ``include``.

    :raises LanguageError: it cannot be read, or holds what nothing includes.
    """
    files = _files(dumped)
    main = next(iter(files))
    used = {main}
    whole = _included(parse(files[main], main), files, posixpath.dirname(main), used, 0)
    if unused := sorted(files.keys() - used):
        raise LanguageError(f"nothing includes {', '.join(unused)}")
    return whole


def _files(dumped: str) -> dict[str, str]:
    """Path -> text. Each file is printed once (ngx_conf_add_dump), so that a comment in the manner of a beginning is told."""
    heads = [*_FILE.finditer(dumped)]
    if not heads or dumped[: heads[0].start()].strip():
        raise LanguageError("nginx -T does not print a configuration")
    ends = [*(head.start() for head in heads[1:]), len(dumped)]
    files: dict[str, str] = {}
    for head, end in zip(heads, ends, strict=True):
        if head["path"] in files:
            raise LanguageError(f"{head['path']} is printed twice")
        files[head["path"]] = dumped[head.end() + 1 : end]
    return files


def _included(
    directives: Sequence[Directive], files: Mapping[str, str], root: str, used: set[str], depth: int
) -> list[Directive]:
    if depth > _DEEPEST:
        raise LanguageError("includes do not end")
    found: list[Directive] = []
    for one in directives:
        if one["name"] != "include" or one["block"] is not None:
            block = one["block"]
            inner = None if block is None else _included(block, files, root, used, depth + 1)
            found.append({**one, "block": inner})
            continue
        for path in _matching(one, files, root):
            used.add(path)
            found += _included(parse(files[path], path), files, root, used, depth + 1)
    return found


def _matching(include: Directive, files: Mapping[str, str], root: str) -> list[str]:
    """The printed files that an ``include`` means; * does not stand for a slash (glob(3))."""
    pattern = posixpath.join(root, *include["args"])
    steps = pattern.split("/")
    found = [
        path
        for path in files
        if len(path.split("/")) == len(steps) and all(map(fnmatch.fnmatchcase, path.split("/"), steps))
    ]
    if not found and not re.search(r"[*?\[]", pattern):
        raise LanguageError(f"{include['where']}: {pattern} is not printed")
    return found


def _tokens(text: str, file: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise LanguageError(f"{file}:{line}: {text[at : at + 20]!r} is not a token")
        if match["mark"]:
            yield _Token(match["mark"], True, line)
        elif match["quoted"] or match["word"]:
            plain = match["word"] or match["quoted"][1:-1]
            yield _Token(_ESCAPED.sub(lambda one: _MEANT.get(one[1], one[1]), plain), False, line)
        line += match[0].count("\n")
        at = match.end()


def _block(tokens: Iterator[_Token], file: str, depth: int) -> list[Directive]:
    """The directives up to the end of a block (or of the file, of which depth is 0)."""
    if depth > _DEEPEST:
        raise LanguageError(f"{file}: blocks are too deep")
    found: list[Directive] = []
    words: list[_Token] = []
    for token in tokens:
        if not token.mark:
            words.append(token)
            continue
        if token.text == "}" and not words and depth:
            return found
        if token.text == "}" or not words:
            raise LanguageError(f"{file}:{token.line}: unexpected {token.text}")
        block = _block(tokens, file, depth + 1) if token.text == "{" else None
        name, *args = [word.text for word in words]
        found.append({"name": name, "args": args, "where": f"{file}:{words[0].line}", "block": block})
        words = []
    if words or depth:
        raise LanguageError(f"{file}: it ends within a {'directive' if words else 'block'}")
    return found
