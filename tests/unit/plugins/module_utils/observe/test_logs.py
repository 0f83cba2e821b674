# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.logs import shown, tail


@pytest.mark.parametrize(
    ("text", "secrets", "lines"),
    [
        ("one\ntwo\n\nthree\n", [], ["two", "three"]),
        ("password is hunter22, really hunter22", ["hunter22"], ["password is ********, really ********"]),
        ("postgres://etl:hunter22@mother:5432/nostromo", [], ["postgres://etl:********@mother:5432/nostromo"]),
        ("see http://127.0.0.1:8000/health@", [], ["see http://127.0.0.1:8000/health@"]),
        ("a is in many words", ["a"], ["a is in many words"]),
        ("x" * 400, [], ["x" * 299 + "…"]),
        ("\x1b]0;evil\x07up\r\x1b[2J", [], [r"\x1b]0;evil\x07up", r"\x1b[2J"]),
        ("", [], []),
    ],
)
def test_lines_as_they_are_shown(text: str, secrets: list[str], lines: list[str]) -> None:
    assert shown(text, secrets, 2) == lines


def test_the_end_of_a_long_file(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(10000)))
    assert tail(str(log), lines=2) == ["line 9998", "line 9999"]


def test_no_file_no_lines(tmp_path: Path) -> None:
    assert tail(str(tmp_path / "none")) == []


def test_a_fifo_has_no_lines(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    assert tail(str(tmp_path / "log")) == []
