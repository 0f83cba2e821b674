# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.commit.model import (
    Actual,
    CommitError,
    Entry,
    diff,
    differences,
)

FILE = Entry("/etc/a", content=b"new\n", mode=0o600)
SAME = Actual("file", b"new\n", "root", "root", 0o600)


@pytest.mark.parametrize(
    ("entry", "actual", "expected"),
    [
        (FILE, SAME, ()),
        (FILE, None, ("state",)),
        (FILE, Actual("file", b"old\n", "root", "root", 0o600), ("content",)),
        (FILE, Actual("file", b"new\n", "nobody", "nogroup", 0o644), ("owner", "group", "mode")),
        (FILE, Actual("link", None, "root", "root", 0o777), ("state",)),
        (Entry("/etc/a", "absent"), None, ()),
        (Entry("/etc/a", "absent"), SAME, ("state",)),
        (Entry("/srv/d", "directory", mode=0o755), Actual("directory", None, "root", "root", 0o755), ()),
        (Entry("/srv/d", "directory", mode=0o700), Actual("directory", None, "root", "root", 0o755), ("mode",)),
    ],
)
def test_differences(entry: Entry, actual: Actual | None, expected: tuple[str, ...]) -> None:
    assert differences(entry, actual) == expected


@pytest.mark.parametrize(
    ("entry", "actual", "message"),
    [
        (
            FILE,
            Actual("directory", None, "root", "root", 0o755),
            "/etc/a is a directory on the host; the set wants a file there",
        ),
        (Entry("/etc/a", "directory"), SAME, "/etc/a is a file on the host; the set wants a directory there"),
        (
            Entry("/etc/a", "absent"),
            Actual("directory", None, "root", "root", 0o755),
            "/etc/a is a directory; a set removes files only",
        ),
    ],
)
def test_nothing_is_removed_to_make_room(entry: Entry, actual: Actual, message: str) -> None:
    with pytest.raises(CommitError) as error:
        differences(entry, actual)
    assert str(error.value) == message


def test_diff_shows_contents_but_not_secrets() -> None:
    secret = Entry("/etc/a", content=b"hunter2\n", sensitive=True)
    assert diff(FILE, None)["after"] == "file owner=root group=root mode=0600\nnew\n"
    assert diff(secret, Actual("file", b"hunter1\n", "root", "root", 0o644)) == {
        "before_header": "/etc/a",
        "after_header": "/etc/a",
        "before": "file owner=root group=root mode=0644\n(content not shown)\n",
        "after": "file owner=root group=root mode=0644\n(content not shown)\n",
    }
