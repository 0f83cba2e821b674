# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs as root on hosts changes files by descriptors (module_utils/files.py), not by names, but for the cases below."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: By descriptors itself.
FILES = "plugins/module_utils/files.py"
#: (file, call): why a name is safe there.
ALLOWED = {
    ("plugins/module_utils/commit/disk.py", "mkdir"): "in root's own mkdtemp in /run",
    ("plugins/module_utils/commit/disk.py", "symlink_to"): "in root's own mkdtemp in /run",
    ("plugins/module_utils/commit/disk.py", "write_bytes"): "in root's own mkdtemp in /run",
    ("plugins/module_utils/commit/disk.py", "chmod"): "in root's own mkdtemp in /run",
    ("plugins/module_utils/commit/disk.py", "shutil.rmtree"): "root's own mkdtemp in /run",
    ("plugins/module_utils/observe/room.py", "mkdir"): "/run/systemd/system is root's, and so is the way to it",
    ("plugins/module_utils/observe/room.py", "write_text"): "in /run/systemd/system",
    ("plugins/module_utils/observe/room.py", "unlink"): "in /run/systemd/system",
    ("plugins/module_utils/observe/room.py", "shutil.rmtree"): "root's own mkdtemp in /run",
    ("plugins/module_utils/observe/rooms.py", "unlink"): "a random name; where it lies, unlink(2) follows no link",
    ("plugins/module_utils/observe/inside.py", "os.unlink"): "runs in the service's room, as its user",
    ("plugins/module_utils/rehearsal.py", "mkdir"): "/run is root's; mkdir(2) follows no link",
    ("plugins/module_utils/rehearsal.py", "rename"): "in root's own directory in /run",
    ("roles/ssh_hardening/files/nostromo_sshd.py", "os.mkdir"): "/run is root's; mkdir(2) follows no link",
    ("roles/ssh_hardening/files/nostromo_sshd_login.py", "mkdir"): "/run is root's; mkdir(2) follows no link",
    ("roles/ssh_hardening/files/nostromo_sshd_login.py", "write_text"): "in root's own mkdtemp",
    ("roles/ssh_hardening/files/nostromo_sshd_foresee.py", "write_text"): "in root's own mkdtemp",
}
BY_NAME = {"chown", "chmod", "lchown", "rename", "replace", "unlink", "remove", "rmdir", "mkdir", "makedirs", "link",
           "symlink", "renames", "removedirs", "mkfifo", "mknod", "truncate", "utime", "setxattr"}  # fmt: skip
SHUTIL = {"chown", "rmtree", "copy", "copy2", "copyfile", "copymode", "copystat", "copytree", "move"}
PATH = {"chmod", "lchmod", "write_text", "write_bytes", "unlink", "rename", "mkdir", "rmdir", "symlink_to", "touch",
        "hardlink_to"}  # fmt: skip
#: The type whose methods have the same names as those of Path, and work by descriptors.
DIRECTORIES = "Directory"


def sources() -> list[Path]:
    """What runs on hosts."""
    places = (ROOT / "plugins/module_utils", ROOT / "plugins/modules", *ROOT.glob("roles/*/files"))
    found = [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]
    return [path for path in found if path.suffix == ".py" or path.read_bytes()[:64].startswith(b"#!/usr/bin/python")]


def directories_of(tree: ast.AST) -> set[str]:
    """Names that stand for a files.Directory: annotated so, or opened by a function or method that gives one."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation and ast.unparse(node.annotation).strip("'\"") == DIRECTORIES:
            names.add(node.arg)
        if isinstance(node, ast.withitem) and node.optional_vars and isinstance(node.context_expr, ast.Call):
            called, target = ast.unparse(node.context_expr.func), node.optional_vars
            first = target.elts[0] if isinstance(target, ast.Tuple) else target
            if called in {"directory", "parent"} or called.endswith(".open"):
                names.add(ast.unparse(first))
    return names


def writes(call: ast.Call, position: int) -> bool:
    """Whether a call of open() has a mode that writes; one that cannot be read here counts as if."""
    mode = next((word.value for word in call.keywords if word.arg == "mode"), None)
    mode = mode or (call.args[position] if len(call.args) > position else ast.Constant("r"))
    return not isinstance(mode, ast.Constant) or bool(set(str(mode.value)) & set("wax+"))


def by_name(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of each call that changes a file by its name."""
    tree = ast.parse(text)
    directories = directories_of(tree)
    opened = {ast.unparse(node.targets[0]) for node in ast.walk(tree) if isinstance(node, ast.Assign)
              and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in {"os.open", "os.pipe"}}  # fmt: skip
    descriptors = {name.strip() for names in opened for name in names.strip("()").split(",")}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        function, words = ast.unparse(call.func), {word.arg for word in call.keywords}
        owner, _dot, name = function.rpartition(".")
        relative = bool(words & {"dir_fd", "src_dir_fd", "dst_dir_fd"})
        if function == "open":
            target = call.args[0]
            is_descriptor = isinstance(target, ast.Call) or ast.unparse(target) in descriptors
            if writes(call, 1) and not is_descriptor:
                yield call.lineno, "open"
        elif owner == "os":
            if name in BY_NAME and not relative and not (call.args and ast.unparse(call.args[0]) in descriptors):
                yield call.lineno, function
        elif owner == "shutil":
            if name in SHUTIL:
                yield call.lineno, function
        elif name == "replace":
            if len(call.args) == 1 and not words:  # str.replace takes two
                yield call.lineno, name
        elif name in PATH and owner and owner not in directories:
            yield call.lineno, name
        elif name == "open" and call.args and isinstance(call.args[0], ast.Constant) and writes(call, 0):
            yield call.lineno, "open"  # Path.open: its first argument is the mode


@pytest.mark.parametrize(
    "text",
    [
        "os.chown(path, 0, 0)",
        "os.rename(old, new)",
        "shutil.rmtree(path)",
        "open(path, 'w')",
        "open(path, mode=mode)",
        "path.open('ab')",
        "Path(name).write_text('x')",
        "path.replace(other)",
        "(place / name).unlink()",
    ],
)
def test_a_change_by_name_is_found(text: str) -> None:
    assert list(by_name(text))


@pytest.mark.parametrize(
    "text",
    [
        "os.mkdir(name, dir_fd=fd)",
        "open(path)",
        "text.replace('a', 'b')",
        "with directory(path) as place:\n    place.unlink(name)",
        "with parent(path) as (above, name):\n    above.rename(name, other)",
        "fd = os.open(name, flags, dir_fd=place)\nopen(fd, 'wb')",
        "fd = os.open(name, flags, dir_fd=place)\nos.utime(fd, times)",
    ],
)
def test_work_by_descriptors_is_not(text: str) -> None:
    assert not list(by_name(text))


def test_root_changes_files_by_descriptors_on_hosts() -> None:
    found = {
        (str(path.relative_to(ROOT)), call, line) for path in sources() for line, call in by_name(path.read_text())
    }
    assert len(sources()) > 50
    offenders = [f"{file}:{line} {call}" for file, call, line in sorted(found)
                 if file != FILES and (file, call) not in ALLOWED]  # fmt: skip
    assert offenders == []
    assert set(ALLOWED) <= {(file, call) for file, call, _line in found}, "an exception that nothing needs any more"
