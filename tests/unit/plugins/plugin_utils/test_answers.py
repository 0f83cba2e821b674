# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host was asked in the last run is answered at once, and never taken for more than it is."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible_collections.nostromo.networking.plugins.action import firewall_conflicts, host_facts
from ansible_collections.nostromo.networking.plugins.module_utils import rehearsal
from ansible_collections.nostromo.networking.plugins.plugin_utils import answers
from ansible_collections.nostromo.networking.plugins.plugin_utils import rehearsal as rehearsed

ANSWER = {"changed": False}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A worker of a run that takes answers."""
    monkeypatch.setattr(answers.constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.setattr(answers, "_LOADED_BY", 1)
    assert answers.begin()
    return tmp_path


class Host(firewall_conflicts.ActionModule):
    """The action, whose host gives an answer and notes what it is sent."""

    def __init__(self, **task: Any) -> None:
        options = {"name": "Look", "async_val": 0, "no_log": False, "check_mode": False, "delegate_to": None, **task}
        become = SimpleNamespace(get_option=lambda _name: "root")
        self._task, self._connection = SimpleNamespace(**options), SimpleNamespace(become=become)
        self.sent: list[str] = []

    def _is_pipelining_enabled(self, *_arguments: Any, **_options: Any) -> bool:
        return True

    def _low_level_execute_command(self, *_arguments: Any, in_data: bytes, **_options: Any) -> dict[str, Any]:
        self.sent.append(in_data.decode())
        return {"stdout": json.dumps([{"changed": False, "asked": True}, {}]), "stderr": ""}

    def asked(self, **arguments: Any) -> bool:
        """Whether the host was asked."""
        return "asked" in (self._rehearse({"table": "nostromo", **arguments}, {"inventory_hostname": "nostromo-a"}) or {})


def test_only_the_very_same_question_is_not_asked(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = firewall_conflicts.firewall_conflicts
    parameters = ArgumentSpecValidator(module.ARGUMENTS).validate({"table": "nostromo"}).validated_parameters
    asked = rehearsed.question(module, parameters)
    answers.keep("nostromo-a", {rehearsal.digest(asked): ANSWER}, time.monotonic())
    assert not Host().asked()
    assert Host().asked(table="other")
    assert Host(delegate_to="another").asked()
    before = rehearsed._source
    monkeypatch.setattr(rehearsed, "_source", lambda module: before(module) + "# newer\n")
    assert Host().asked()


def test_an_answer_of_another_host_or_too_old_counts_for_nothing(run: Path) -> None:
    answers.keep("a", {"d": ANSWER}, time.monotonic())
    assert answers.answer("a", "d") == ANSWER
    assert answers.answer("b", "d") is None
    answers.keep("a", {"d": ANSWER}, time.monotonic() - answers.FRESH)
    assert answers.answer("a", "d") is None


def test_whatever_is_executed_on_any_host_ends_them(run: Path) -> None:
    answers.keep("a", {"d": ANSWER}, time.monotonic())
    with pytest.raises(AttributeError):  # it has no connection, and is noted before
        ActionBase._low_level_execute_command(SimpleNamespace(), "true")
    assert answers.answer("a", "d") is None
    assert not answers.begin()
    answers.keep("a", {"d": ANSWER}, time.monotonic())
    assert answers.answer("a", "d") is None


def test_a_rehearsal_ends_nothing(run: Path) -> None:
    with answers.looking(), pytest.raises(AttributeError):
        ActionBase._low_level_execute_command(SimpleNamespace(), "true")
    assert answers.usable()


def test_where_ansible_would_not_note_it_no_answer_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers.constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.setattr(answers, "_LOADED_BY", os.getpid())
    assert not answers.begin()
    assert not answers.usable()


@pytest.mark.parametrize("task", [{"check_mode": True}, {"no_log": True}, {"delegate_to": "another"}])
def test_what_is_not_for_keeping_is_not_kept(run: Path, task: dict[str, Any]) -> None:
    kept, not_kept = Host(), Host(**task)
    assert kept.asked() and "basic.remember" in kept.sent[0]
    assert "if 'firewall_conflicts-" in kept.sent[0]
    assert not_kept.asked()
    assert "if '':" in not_kept.sent[0]


def test_without_a_run_that_says_so_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers.constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    host = Host()
    assert host.asked()
    assert "if '':" in host.sent[0]
    assert list(tmp_path.iterdir()) == []


def test_the_facts_are_always_asked_for() -> None:
    assert not host_facts.ActionModule.beforehand


@pytest.fixture(autouse=True)
def _modules() -> Iterator[None]:
    """Ansible's own module is back after a question of this process."""
    yield
    rehearsal.SECRETS.clear()
    rehearsal.PARAMETERS.clear()


def _question(body: str) -> str:
    """One whose module needs nothing of Ansible; it runs in a process of its own."""
    source = "import sys\nfrom pathlib import Path\n\n\ndef main():\n    " + body
    return json.dumps({"sources": {"unit_test_module": source}, "parameters": {}})


def _ending(result: str) -> str:
    return f"raise sys.modules[{rehearsal.__name__!r}].Ended({result})\n"


def test_a_host_answers_what_it_has_kept_as_it_is_now(tmp_path: Path) -> None:
    seen, directory = tmp_path / "seen", tmp_path / "questions"
    text = _question(_ending(f"{{'changed': False}} if not Path({str(seen)!r}).exists() else None"))
    rehearsal.remember("a", text, directory)
    assert (directory.stat().st_mode & 0o777, (directory / "a.json").stat().st_mode & 0o777) == (0o700, 0o600)
    assert rehearsal.answer_again(directory) == {rehearsal.digest(text): ANSWER}
    seen.touch()
    assert rehearsal.answer_again(directory) == {}


def test_more_questions_than_are_looked_at_at_once(tmp_path: Path) -> None:
    texts = [_question(f"n = {number}; " + _ending("{'changed': False}")) for number in range(3 * rehearsal.AT_ONCE)]
    for number, text in enumerate(texts):
        rehearsal.remember(str(number), text, tmp_path / "questions")
    assert rehearsal.answer_again(tmp_path / "questions") == dict.fromkeys(map(rehearsal.digest, texts), ANSWER)


def test_a_question_with_a_secret_is_not_kept(tmp_path: Path) -> None:
    rehearsal.SECRETS.add("s3cret")
    rehearsal.remember("a", _question(_ending("None")), tmp_path / "questions")
    assert not (tmp_path / "questions").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"sources": {"a": 1}}', '{"sources": {"a": "def"}, "parameters": {}}', "\0"]
)
def test_what_is_no_question_is_not_answered(tmp_path: Path, text: str) -> None:
    good = _question(_ending("{'changed': False}"))
    rehearsal.remember("a", text, tmp_path / "questions")
    rehearsal.remember("b", good, tmp_path / "questions")
    rehearsal.remember("c", _question("raise OSError\n"), tmp_path / "questions")
    assert rehearsal.answer_again(tmp_path / "questions") == {rehearsal.digest(good): ANSWER}


def test_what_another_can_have_written_is_not_executed(tmp_path: Path) -> None:
    directory = tmp_path / "questions"
    rehearsal.remember("a", _question(_ending("{'changed': False}")), directory)
    (directory / "a.json").chmod(0o620)
    assert rehearsal.answer_again(directory) == {}
    (directory / "a.json").chmod(0o600)
    directory.chmod(0o770)
    assert rehearsal.answer_again(directory) == {}
