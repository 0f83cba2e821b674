# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a real mtail counts of a log that is rotated, by the names that the role gives it."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from urllib.request import urlopen

import pytest
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.monitoring.serving import free_port

from .conftest import Render
from .tools import tool

_LOOKS_SECONDS = 0.1


class Followed:
    """A log, and mtail with its names."""

    def __init__(self, place: Path, follow: Path) -> None:
        self.log = place / "access.log"
        self.names = place / "mtail"
        self._follow = [str(follow), str(self.log), str(self.names / "access.log")]
        self._url = f"http://127.0.0.1:{free_port()}/metrics"

    def follow(self, *hold: str) -> None:
        subprocess.run([*self._follow, *hold], check=True)

    def rotated(self) -> TextIO:
        """The new log; an own descriptor still leads to the old one."""
        self.follow("hold")
        self.log.rename(self.log.with_suffix(f".{time.monotonic_ns()}"))
        return self.log.open("a", buffering=1)

    def counts(self, lines: int) -> bool:
        """Whether mtail comes to so many, and leaves it at that."""
        deadline = time.monotonic() + 10
        while self._counted() < lines and time.monotonic() < deadline:
            time.sleep(_LOOKS_SECONDS)
        time.sleep(4 * _LOOKS_SECONDS)
        return self._counted() == lines

    def _counted(self) -> int:
        with urlopen(self._url) as answer:
            found = re.search(rb"^lines (\d+)$", answer.read(), re.MULTILINE)
        assert found
        return int(found[1])

    def reader(self, place: Path) -> list[str]:
        (place / "lines.mtail").write_text("counter lines\n/x/ {\n  lines++\n}\n", encoding="utf-8")
        port = self._url.split(":")[2].split("/")[0]
        looks = f"{_LOOKS_SECONDS}s"
        return [
            *(tool("mtail"), "--address=127.0.0.1", f"--port={port}", f"--progs={place}/lines.mtail", "--logtostderr"),
            *(f"--logs={self.names}/access.log.{number}" for number in (0, 1)),
            *(f"--poll_interval={looks}", f"--poll_log_interval={looks}", "--stale_log_gc_interval=0"),
            "--emit_prog_label=false",
        ]


@pytest.fixture
def followed(render: Render, tmp_path: Path) -> Iterator[Followed]:
    follow = tmp_path / "follow"
    follow.write_text(render("monitoring", "follow.sh.j2"), encoding="utf-8")
    follow.chmod(0o755)
    (tmp_path / "log").mkdir()
    made = Followed(tmp_path / "log", follow)
    made.log.write_text("x from before\n", encoding="utf-8")
    made.follow()
    with subprocess.Popen(made.reader(tmp_path), stderr=subprocess.PIPE, text=True) as mtail:
        assert mtail.stderr
        assert any("Listening on" in line for line in mtail.stderr)
        yield made
        mtail.kill()


def test_each_line_is_counted_once(followed: Followed) -> None:
    writers = [followed.log.open("a", buffering=1)]
    for rotation in range(1, 4):
        writers[-1].write("x\n")
        writers.append(followed.rotated())
        assert followed.counts(rotation * 3 - 2)
        # Nginx's new workers and its old ones, before mtail has heard of it and later.
        writers[-1].write("x\n")
        followed.follow()
        writers[-2].write("x\n")
        assert followed.counts(rotation * 3)
    assert [path.is_symlink() for path in sorted(followed.names.iterdir())] == [True, False, True]


def test_a_log_that_was_not_rotated_has_one_name(followed: Followed) -> None:
    with followed.log.open("a", buffering=1) as log:
        followed.follow("hold")
        assert followed.log.stat().st_nlink == 2
        followed.follow()
        assert followed.log.stat().st_nlink == 1
        log.write("x\n")
        assert followed.counts(1)


def test_another_log_is_followed_by_itself(followed: Followed) -> None:
    """Where nobody told of its rotation."""
    followed.log.rename(followed.log.with_suffix(".old"))
    with followed.log.open("a", buffering=1) as log:
        log.write("x\n")
        assert followed.counts(1)
        followed.follow()
        log.write("x\n")
        assert followed.counts(2)


def test_what_was_held_and_not_told_of_is_caught_up(followed: Followed) -> None:
    with followed.rotated() as log:
        log.write("x\n")
        assert followed.counts(0)
        with followed.rotated() as newer:
            newer.write("x\n")
            followed.follow()
            assert followed.counts(2)
