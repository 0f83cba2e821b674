# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stands in for ``ansible.module_utils.basic`` while a module of this collection is rehearsed on a host.

See plugin_utils/rehearsal.py, which sends it. It has what the collection's modules use, always in check mode, and needs
Python's standard library alone. What a host is asked is a *question*: the sources of a module and its parameters, as JSON. A
host can keep questions, never answers, and look at all of them anew at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import types
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

#: The module's parameters, checked and complete; set before it starts.
PARAMETERS: dict[str, Any] = {}
#: What the module has said of values that nobody may see.
SECRETS: set[str] = set()
#: What this host was asked last, a file for each name; only root's, and gone when it boots.
QUESTIONS = Path("/run/nostromo-questions")
#: How many questions are looked at side by side, and for how many seconds each.
AT_ONCE = 8
PATIENCE = 5


class Ended(SystemExit):
    """The rehearsal has come to its end. ``result`` is the module's, ``None`` if the module itself has to say it."""

    def __init__(self, result: dict[str, Any] | None) -> None:
        super().__init__(0)
        self.result = result


class AnsibleModule:
    """Only looks. What a user has to be told ends the rehearsal, for telling it is the module's part."""

    check_mode = True

    def __init__(self, argument_spec: Mapping[str, Any], **_rules: Any) -> None:
        del argument_spec  # the controller has checked the parameters against it
        self.params = PARAMETERS
        self.no_log_values = SECRETS

    def exit_json(self, **result: Any) -> NoReturn:
        """End with a result; one that would change something is left to the module."""
        raise Ended(None if result["changed"] else result)

    def fail_json(self, msg: str, **_result: Any) -> NoReturn:
        """Leave it to the module to fail."""
        raise Ended(None)

    def warn(self, warning: str) -> NoReturn:
        """Leave it to the module to warn."""
        raise Ended(None)

    @staticmethod
    def get_bin_path(program: str, required: bool = False) -> str | None:
        """Where a program is; with ``required`` the rehearsal ends where it is missing."""
        found = shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/sbin:/usr/sbin:/usr/local/sbin")
        if required and not found:
            raise Ended(None)
        return found

    @staticmethod
    def run_command(
        words: Sequence[str],
        check_rc: bool = False,
        data: str | None = None,
        cwd: str | None = None,
        environ_update: Mapping[str, str] | None = None,
    ) -> tuple[int, str, str]:
        """Exit status, output and errors of a program. The rehearsal ends if it is missing, and with ``check_rc`` if it fails."""
        environment = {**os.environ, **(environ_update or {})}
        try:
            done = subprocess.run(
                words,
                input=data or "",
                capture_output=True,
                text=True,
                errors="surrogateescape",
                cwd=cwd,
                env=environment,
                check=check_rc,
            )
        except (OSError, subprocess.CalledProcessError):
            raise Ended(None) from None
        return done.returncode, done.stdout, done.stderr


def rehearse(text: str) -> dict[str, Any] | None:
    """The answer to a question: the module's result if it has nothing to do, else ``None``."""
    question = json.loads(text)
    PARAMETERS.clear()
    PARAMETERS.update(question["parameters"])
    SECRETS.clear()
    for name, source in question["sources"].items():
        module = sys.modules[name] = types.ModuleType(name)
        module.__package__ = name.rpartition(".")[0]
        exec(_code(name, source), vars(module))
    try:
        module.main()
    except Ended as ended:
        return ended.result
    return None


@cache
def _code(name: str, source: str) -> types.CodeType:
    return compile(source, name, "exec")


def digest(text: str) -> str:
    """By what a question is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def remember(name: str, text: str, directory: Path = QUESTIONS) -> None:
    """Keep the question that was just rehearsed, unless its module knows of a secret in it."""
    if any(SECRETS):
        return
    with suppress(OSError):  # then it is asked by itself the next time
        directory.mkdir(mode=0o700, exist_ok=True)
        new = directory / f".{name}.{os.getpid()}"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        new.rename(directory / f"{name}.json")


def answer_again(directory: Path = QUESTIONS) -> dict[str, dict[str, Any]]:
    """Digest -> answer of each question kept here for which nothing is to be done."""
    answers: dict[str, dict[str, Any]] = {}
    running: list[tuple[str, int, int]] = []
    texts = list(filter(_compiles, _kept(directory)))
    while texts or running:
        while texts and len(running) < AT_ONCE:
            text = texts.pop()
            running.append((text, *_aside(text)))
        text, process, pipe = running.pop(0)
        with open(pipe, encoding="utf-8") as told:
            answer = told.read()
        os.waitpid(process, 0)
        with suppress(ValueError):
            answers[digest(text)] = json.loads(answer)
    return answers


def _kept(directory: Path) -> list[str]:
    """The questions, of files that nobody else can have written."""
    found = []
    for path in (directory, *sorted(directory.glob("*.json"))):
        try:
            status = path.lstat()
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
                if path == directory:
                    return []
            elif stat.S_ISREG(status.st_mode):
                found.append(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
    return found


def _compiles(text: str) -> bool:
    """Whether it is a question at all. Each source is compiled but once, here; it runs in the process of its question."""
    try:
        question = json.loads(text)
        for name, source in question["sources"].items():
            _code(name, source)
        return bool(question["sources"]) and isinstance(question["parameters"], dict)
    except (AttributeError, KeyError, SyntaxError, TypeError, ValueError):
        return False


def _aside(text: str) -> tuple[int, int]:
    """A process of its own that looks, and a pipe in which it writes the answer, if there is one."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        os.close(reading)
        signal.alarm(PATIENCE)
        answer = rehearse(text)
        if answer is not None:
            with open(writing, "w", encoding="utf-8") as target:
                json.dump(answer, target)
    finally:
        os._exit(0)
