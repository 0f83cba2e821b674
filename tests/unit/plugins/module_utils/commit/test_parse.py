# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task asks for becomes a set, or is refused with the argument at fault."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.nostromo.networking.plugins.module_utils.commit.arguments import ARGUMENTS
from ansible_collections.nostromo.networking.plugins.module_utils.commit.change_set import ChangeSet
from ansible_collections.nostromo.networking.plugins.module_utils.commit.model import CommitError, Entry
from ansible_collections.nostromo.networking.plugins.module_utils.commit.parse import change_set, commands

FILE = {"path": "/etc/a", "content": "a"}


def read(**given: Any) -> ChangeSet:
    """The set of a task with these arguments."""
    checked = ArgumentSpecValidator(ARGUMENTS).validate({"name": "web", **given})
    assert not checked.error_messages
    return change_set(checked.validated_parameters)


def test_directories_come_first_and_files_have_the_sets_commands_or_their_own() -> None:
    found = read(
        files=[
            {**FILE, "owner": "api", "mode": "0600", "sensitive": True, "as_user": "api"},
            {"path": "/etc/b", "state": "absent", "activate": ["b 'c d'"]},
        ],
        directories=[{"path": "/etc/d", "group": "api"}],
        activate="systemctl reload nginx",
    )
    reload = (("systemctl", "reload", "nginx"),)
    assert found.activate == reload
    assert found.entries == (
        Entry("/etc/d", "directory", group="api", mode=0o755),
        Entry("/etc/a", "file", b"a", "api", mode=0o600, sensitive=True, activate=reload, as_user="api"),
        Entry("/etc/b", "absent", activate=(("b", "c d"),)),
    )


@pytest.mark.parametrize(
    ("confirm", "waits", "confirmation"),
    [
        (None, False, ()),
        ({"command": "true"}, False, (("true",),)),
        ({"connection": True}, True, ()),
        ({"url": "https://app.test"}, True, ()),
    ],
)
def test_what_only_the_controller_can_try_has_the_commit_wait(
    confirm: dict[str, Any] | None, waits: bool, confirmation: tuple[tuple[str, ...], ...]
) -> None:
    found = read(confirm=confirm)
    assert (found.waits, found.confirm) == (waits, confirmation)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"keep": -1}, "keep is -1: give 0 or more"),
        ({"files": [{"path": "/etc/a"}]}, "/etc/a: content is missing"),
        ({"files": [{**FILE, "mode": "rw"}]}, "/etc/a: mode 'rw' is not octal, such as '0644'"),
        ({"files": [{**FILE, "activate": 7}]}, "activate of /etc/a: give a command or a list of commands"),
        ({"files": [FILE], "directories": [{"path": "/etc/a"}]}, "/etc/a stands in the set twice"),
        ({"files": [{**FILE, "path": "etc/a"}]}, "etc/a: give an absolute path"),
        ({"validate": {"a": "b"}}, "validate: give a command or a list of commands"),
        ({"deactivate": [1]}, "deactivate: give a command or a list of commands"),
        ({"confirm": {"command": 1}}, "confirm.command: give a command or a list of commands"),
    ],
)
def test_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(CommitError) as error:
        read(**given)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ()), ([], ()), ("a 'b c'", (("a", "b c"),)), (["a", "b"], (("a",), ("b",)))]
)
def test_commands(value: object, expected: tuple[tuple[str, ...], ...]) -> None:
    assert commands(value, "x") == expected
