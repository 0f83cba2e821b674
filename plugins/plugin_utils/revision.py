# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The files of a git revision, beside those that git does not keep: what a checkout of it would be here."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ansible.errors import AnsibleActionFail


@dataclass(frozen=True)
class Revision:
    """A revision as its files lie in ``root``, for a time; ``top`` is the working tree, ``commit`` what its name stands for.

    ``home`` is the working tree as the inventories name it, which may be by way of links.
    """

    name: str
    commit: str
    top: Path
    home: str
    root: Path

    def counterpart(self, path: str) -> str:
        """The same file of the revision; what is not in the working tree is its own."""
        real = Path(os.path.realpath(path))
        return str(self.root / real.relative_to(self.top)) if real.is_relative_to(self.top) else path

    def at_home(self, text: str) -> str:
        """A text in which files of the revision are named as those of the working tree."""
        return text.replace(str(self.root), self.home)

    def in_words(self, text: str) -> str:
        """A text for people, in which they are named as git does, ``main:inventories/production.yml``."""
        for root in (os.path.relpath(self.root), str(self.root)):
            text = text.replace(f"{root}/", f"{self.name}:")
        return text


@contextmanager
def revision(name: str, sources: list[str]) -> Iterator[Revision]:
    """The revision of that name of the repository in which some inventories lie.

    Nothing of the repository is touched. What git is told to ignore, such as a vault, is as it is now.

    :raises AnsibleActionFail: there is no git, no repository, or no such revision.
    """
    top = _top(sources)
    commit = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip()
    if not commit:
        raise AnsibleActionFail(
            f"{top} has no revision {name!r}: name a branch, a tag or a commit, as in -e against=main"
            " (in CI it may have to be fetched first)"
        )
    with tempfile.TemporaryDirectory(prefix="nostromo-plan-") as directory:
        root = Path(os.path.realpath(directory)) / "tree"
        root.mkdir()
        # An index of its own: that of the working tree stays as it is.
        index = {"GIT_INDEX_FILE": f"{directory}/index"}
        _git(top, "read-tree", commit, environment=index)
        _git(top, "checkout-index", "--all", "--quiet", f"--prefix={root}/", environment=index)
        _link_ignored(top, root)
        yield Revision(name, commit, top, _home(top, sources), root)


def _top(sources: list[str]) -> Path:
    """The working tree that holds the inventories."""
    files = [Path(os.path.realpath(source)) for source in sources if os.path.exists(source)]
    if not files:
        raise AnsibleActionFail(
            "No inventory is a file, so no revision has another: give one that git keeps, as in -i inventories/production.yml"
        )
    tops = {_git(file.parent, "rev-parse", "--show-toplevel", fault=f"{file} is not in a git repository") for file in files}
    if len(tops) > 1:
        raise AnsibleActionFail(f"The inventories are in several repositories: {', '.join(sorted(map(str.strip, tops)))}")
    return Path(os.path.realpath(tops.pop().strip()))


def _home(top: Path, sources: list[str]) -> str:
    for source in sources:
        real = Path(os.path.realpath(source))
        if real.is_relative_to(top) and source.endswith(inside := f"/{real.relative_to(top)}"):
            return source.removesuffix(inside)
    return str(top)


def _link_ignored(top: Path, root: Path) -> None:
    listed = _git(top, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
    for name in filter(None, listed.split("\0")):
        place = root / name.rstrip("/")
        if not os.path.lexists(place) and place.parent.resolve().is_relative_to(root):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(top / name.rstrip("/"))


def _git(directory: Path, *arguments: str, environment: Mapping[str, str] | None = None, fault: str = "") -> str:
    """What git prints; nothing if it only says no.

    :param fault: what it means that git fails.
    """
    command = ["git", "-C", str(directory), *arguments]
    variables = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", **(environment or {})}
    try:
        done = subprocess.run(command, env=variables, capture_output=True, text=True, errors="surrogateescape", check=False)
    except FileNotFoundError as error:
        raise AnsibleActionFail("The controller has no git, by which revisions are read: apt-get install git") from error
    said = done.stderr.strip()
    if done.returncode and (fault or said):
        raise AnsibleActionFail(f"{fault or 'git ' + arguments[0]}: {said or 'git does not say why'}")
    return done.stdout
