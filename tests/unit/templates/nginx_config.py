# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read nginx's configuration language into nested blocks, as far as these tests need it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""\s+ | \#[^\n]* | (?P<quoted> "(?:\\.|[^"])*" | '(?:\\.|[^'])*') | (?P<mark>[{};]) | (?P<word>[^\s{};"']+)""",
    re.VERBOSE,
)


@dataclass
class Block:
    """A block and the directives in it, each as one string."""

    head: str
    directives: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def all(self, head: str) -> list[Block]:
        """Blocks directly in this one whose head begins with these words."""
        return [block for block in self.blocks if block.head.startswith(head)]

    def walk(self) -> Iterator[Block]:
        """This block and all blocks in it."""
        yield self
        for block in self.blocks:
            yield from block.walk()


def parse(text: str) -> Block:
    """A whole file; a syntax error is an assertion error."""
    stack, words = [Block("")], []
    for token in TOKEN.finditer(text):
        mark = token["mark"]
        if token["quoted"] or token["word"]:
            words.append(token[0])
        elif mark == ";":
            assert words, "empty directive"
            stack[-1].directives.append(" ".join(words))
            words = []
        elif mark == "{":
            block = Block(" ".join(words))
            stack[-1].blocks.append(block)
            stack.append(block)
            words = []
        elif mark == "}":
            assert not words, f"directive without semicolon: {words}"
            stack.pop()
    assert len(stack) == 1, "unbalanced"
    assert not words, f"directive without semicolon: {words}"
    return stack[0]
