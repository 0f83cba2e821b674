# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What root takes over of a build, and what it refuses."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.files import directory
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BuildError
from ansible_collections.nostromo.networking.plugins.module_utils.release.takeover import leads_out, take_over

BUILDER = 12345
HOME = "/srv/app/releases/a"
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.mark.parametrize(
    ("links", "out"),
    [
        ({"a": "b"}, False),
        ({"d/a": "../b"}, False),
        ({"a": "./d//e/"}, False),
        ({"a": "."}, False),
        ({".venv/bin/python": "/usr/bin/python3"}, False),
        ({"a": "/opt/nodejs/22/bin/node"}, False),
        ({"a": f"{HOME}/b"}, False),
        ({"a": HOME}, False),
        ({"a": "a"}, False),
        ({"a": ".."}, True),
        ({"d/a": "../.."}, True),
        ({"a": "/etc/shadow"}, True),
        ({"a": "/usr/../etc/shadow"}, True),
        ({"a": "/usr-other/x"}, True),
        ({"a": f"{HOME}-other/b"}, True),
        ({"a": f"{HOME}/../b"}, True),
        ({"a": "/"}, True),
        # Through another link, which by itself stays inside.
        ({"a": "d/e/../../..", "d/e": "."}, True),
        ({"a": "d/e/..", "d/e": "../f/g"}, False),
        ({"a": "c/x", "c": "/etc"}, True),
        ({"a": "c/x", "c": "/usr/lib"}, False),
    ],
)
def test_where_a_link_leads(links: dict[str, str], out: bool) -> None:
    assert leads_out(next(iter(links)), links, HOME) is out


def taken(place: Path, users: tuple[int, ...] = (BUILDER,), shared: dict[str, str] | None = None) -> None:
    with directory(place) as opened:
        take_over(opened, "tree", HOME, users, 0, shared)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "tree"
    made.mkdir()
    os.chown(made, BUILDER, BUILDER)
    return made


def put(path: Path, mode: int = 0o644) -> Path:
    path.touch()
    os.chown(path, BUILDER, BUILDER)
    path.chmod(mode)
    return path


@root_only
def test_a_link_to_what_is_shared_may_lead_out_and_none_through_it(tree: Path) -> None:
    shared = {"uploads": "/var/lib/app/uploads"}
    (tree / "uploads").symlink_to(shared["uploads"])
    os.chown(tree / "uploads", BUILDER, BUILDER, follow_symlinks=False)
    taken(tree.parent, shared=shared)
    (tree / "other").symlink_to("uploads/planted")
    (tree / "elsewhere").symlink_to(shared["uploads"])
    with pytest.raises(BuildError) as refused:
        taken(tree.parent, (0, BUILDER), shared)
    assert "  | elsewhere leads to /var/lib/app/uploads\n  | other leads to uploads/planted\n" in str(refused.value)


@root_only
def test_all_that_is_odd_is_named_at_once(tree: Path) -> None:
    os.mkfifo(tree / "pipe\x1b[2J")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tree / "socket"))
    os.mknod(tree / "null", stat.S_IFCHR, os.makedev(1, 3))
    (tree / "link").symlink_to("/etc/shadow")
    (tree / "foreign").touch()
    with pytest.raises(BuildError) as error:
        taken(tree.parent)
    assert str(error.value).splitlines() == [
        "the release holds what no release may hold:",
        "  | foreign belongs to user 0",
        "  | link leads to /etc/shadow",
        "  | null is a device",
        "  | pipe\\x1b[2J is a FIFO",
        "  | socket is a socket",
        "It may hold files, directories, and symbolic links that stay in it or lead to programs in /usr, /opt or /bin;"
        " let the last build command remove the rest.",
    ]


@root_only
def test_a_long_list_is_cut(tree: Path) -> None:
    for number in range(30):
        (tree / f"{number:02}").symlink_to("/etc")
    with pytest.raises(BuildError, match=r"19 leads to /etc\n  \| … and 10 more\n"):
        taken(tree.parent)


@root_only
def test_names_of_one_file_are_fine_as_long_as_all_are_inside(tree: Path) -> None:
    os.link(put(tree / "a"), tree / "b")
    taken(tree.parent)
    assert {(path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) for path in tree.iterdir()} == {(0, 0o640)}
    os.chown(tree, BUILDER, BUILDER)
    os.chown(tree / "a", BUILDER, BUILDER)
    os.link(tree / "a", tree.parent / "outside")
    with pytest.raises(BuildError, match="[ab] has a name outside the release as well"):
        taken(tree.parent)


@root_only
def test_the_tree_of_somebody_else_is_refused(tree: Path) -> None:
    with pytest.raises(BuildError, match="belongs to somebody else than the build user"):
        taken(tree.parent, users=(BUILDER + 1,))


@root_only
def test_a_bottomless_tree_is_refused(tree: Path) -> None:
    inner = tree
    for _level in range(102):
        inner /= "d"
        inner.mkdir()
        os.chown(inner, BUILDER, BUILDER)
    with pytest.raises(BuildError, match="directories more than 100 deep"):
        taken(tree.parent)
