# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Commands in units, and what is told of those that fail; systemd's programs are stood in for by scripts."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release import builder, run
from ansible_collections.nostromo.networking.plugins.module_utils.release.deploy_key import DeployKey, granted
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import (
    BuildError,
    Limits,
    SourceError,
    Workplace,
)

RUN = r"""#!/bin/sh
echo "$@" >>"$LOG"
while [ "$1" != -- ]; do
  case $1 in --working-directory=*) cd "${1#*=}" ;; esac
  shift
done
shift
exec python3 -c '
import os, re, sys
meant = lambda word: re.sub(r"\$\$|\$\{\w+\}", lambda found: "$" if found[0] == "$$" else "", word)
os.execvp(sys.argv[1], [*map(meant, sys.argv[1:])])
' "$@"
"""
CONTROL = r"""#!/bin/sh
[ "$1" != --version ] || echo "systemd 257 (257.1)"
[ "$2" != show ] || echo "$RESULT"
"""


@pytest.fixture(autouse=True)
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, script in (("systemd-run", RUN), ("systemctl", CONTROL)):
        (tmp_path / name).write_text(script, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("RESULT", "exit-code")


def unit(**changes: object) -> run.Unit:
    given = {
        "name": "release-app-1.service",
        "owner": ("builder", 12),
        "directory": "/",
        "settings": ["MemoryMax=100M", "TasksMax=5"],
        "environment": {"TOKEN": "secret", "PATH": "/usr/bin"},
        "seconds": 5.0,
    }
    return run.Unit(**{**given, **changes})  # type: ignore[arg-type]


def refused(command: str, **more: object) -> str:
    with pytest.raises(BuildError) as error:
        run.run(more.pop("unit", unit()), ["sh", "-c", command], "it", **more)  # type: ignore[arg-type]
    return str(error.value)


def test_a_command_runs_with_its_variables_which_no_list_shows(tmp_path: Path) -> None:
    run.run(unit(directory=str(tmp_path)), ["sh", "-c", 'echo "$TOKEN" >made'], "build")
    assert (tmp_path / "made").read_text(encoding="utf-8") == "secret\n"
    logged = (tmp_path / "log").read_text(encoding="utf-8")
    assert "--uid=builder --gid=12" in logged
    assert "--setenv=TOKEN --setenv=PATH=/usr/bin --property=MemoryMax=100M --property=TasksMax=5 --" in logged
    assert "secret" not in logged


def test_a_command_keeps_its_dollars(tmp_path: Path) -> None:
    """systemd would replace ${name} by a variable of the unit's, and $$ by a dollar."""
    run.run(unit(directory=str(tmp_path)), ["sh", "-c", 'name=it; echo "${name}" "$1" >made', "sh", "$x"], "build")
    assert (tmp_path / "made").read_text(encoding="utf-8") == "it $x\n"


def test_an_answer_is_told_apart_from_what_is_said_of_it() -> None:
    with tempfile.TemporaryFile() as answer:
        run.run(unit(), ["sh", "-c", "echo answer; echo warning >&2"], "ask", answer=answer)
        answer.seek(0)
        assert answer.read() == b"answer\n"


@pytest.mark.parametrize(
    ("command", "result", "expected"),
    [
        ("exit 3", "exit-code", "it ended with status 3"),
        ("echo a; echo b >&2; exit 3", "exit-code", "it ended with status 3\n  | a\n  | b"),
        ("printf '\\033[2Jx'; exit 1", "exit-code", "it ended with status 1\n  | \\x1b[2Jx"),
        ("exit 1", "timeout", "it was stopped after 5 s"),
        ("exit 1", "oom-kill", "it was stopped, for it needed too much memory (MemoryMax=100M)"),
        ("exit 1", "signal", "it was killed, as happens when it needs too much memory (MemoryMax=100M)"),
    ],
)
def test_what_is_told_of_a_failure(monkeypatch: pytest.MonkeyPatch, command: str, result: str, expected: str) -> None:
    monkeypatch.setenv("RESULT", result)
    assert refused(command) == expected


def test_only_the_last_lines_are_told() -> None:
    assert refused("seq 100; exit 1").split("\n")[1:] == [f"  | {number}" for number in range(61, 101)]


def test_endless_output_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_MOST_BYTES", 1024 * 1024)
    said = refused("yes")
    assert said.startswith("it was stopped, for it printed more than 1 MiB\n  | y\n")
    assert len(said) < 1000


def test_whoever_watches_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_PAUSE", 0.05)
    monkeypatch.setattr(run, "_GRACE", 0.2)
    assert refused("exec sleep 60", fault=lambda: "took too much") == "it was stopped, for it took too much"


def test_it_ends_in_time_even_if_systemd_does_not_see_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_PAUSE", 0.05)
    monkeypatch.setattr(run, "_GRACE", 0.2)
    assert refused("exec sleep 60", unit=unit(seconds=0.1)) == "it was stopped after 0 s"


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., builder.Build]:
    release = tmp_path / "release"
    for path in (release, tmp_path / "work", tmp_path / "caches"):
        path.mkdir()

    def begin(**limits: int) -> builder.Build:
        made = builder.Builder("app", "nobody", {}, Limits(**limits), ["https", "ssh"])
        return made.at(Workplace(tmp_path / "work", release), tmp_path / "caches" / "cache")

    return begin


def test_commands_follow_each_other_in_the_release(build: Callable[..., builder.Build], tmp_path: Path) -> None:
    build().build(["echo $GIT_ALLOW_PROTOCOL $HOME >a", "cat a a >b"])
    assert (tmp_path / "release" / "b").read_text(encoding="utf-8") == "https:ssh /home/build\n" * 2
    logged = (tmp_path / "log").read_text(encoding="utf-8")
    assert ("--unit=release-app-1.service" in logged, "--unit=release-app-2.service" in logged) == (True, True)


def test_the_first_that_fails_is_named(build: Callable[..., builder.Build]) -> None:
    with pytest.raises(BuildError) as error:
        build().build(["true", "echo no; false", "true"])
    assert str(error.value) == "build command 2 of 3, 'echo no; false', ended with status 1\n  | no"


def test_commands_share_one_time(build: Callable[..., builder.Build]) -> None:
    with pytest.raises(BuildError, match=r"build command 1 of 1, 'true', had no time left of the 0 s"):
        build(seconds=0).build(["true"])


@pytest.mark.parametrize("packed", [True, False])
def test_an_archive_is_unpacked(build: Callable[..., builder.Build], tmp_path: Path, packed: bool) -> None:
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "file").write_text("x", encoding="utf-8")
    archive = tmp_path / "archive"
    assert os.system(f"tar --create {'--gzip' if packed else ''} --file {archive} --directory {tmp_path} top") == 0
    with archive.open("rb", buffering=0) as file:
        build().unpack(file, 1)
    assert (tmp_path / "release" / "file").read_text(encoding="utf-8") == "x"


def test_a_download_has_its_checksum_and_no_more_than_the_disk(
    build: Callable[..., builder.Build], tmp_path: Path
) -> None:
    (tmp_path / "archive").write_bytes(b"x" * 2_000_000)
    address = (tmp_path / "archive").as_uri()
    with build().download(address, hashlib.sha256(b"x" * 2_000_000).hexdigest()) as found:
        assert len(found.read()) == 2_000_000
    with pytest.raises(SourceError, match="source.checksum: .* has sha256:"), build().download(address, "0" * 64):
        pass
    with (
        pytest.raises(BuildError, match="it has more than 1048576 bytes"),
        build(disk_mebibytes=1).download(address, "0" * 64),
    ):
        pass
    assert address not in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_version_is_looked_up_in_a_unit(tmp_path: Path) -> None:
    (tmp_path / "git").write_text(f"#!/bin/sh\nprintf '{'1' * 40}\\trefs/heads/main\\n'\n", encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    made = builder.Builder("app", "nobody", {}, Limits(), ["https"])
    assert made.commit("https://x/y.git", "2" * 40) == "2" * 40
    assert made.commit("https://x/y.git", "main") == "1" * 40
    with pytest.raises(SourceError, match="https://x/y.git has no branch or tag none"):
        made.commit("https://x/y.git", "none")
    assert "--unit=lookup-" in (tmp_path / "log").read_text(encoding="utf-8")


def test_only_what_fetches_is_given_the_key(
    build: Callable[..., builder.Build], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setattr(builder, "granted", lambda key, _owner: granted(key, (os.getuid(), os.getgid()), tmp_path))
    making = build()
    making.checkout("git@x:y.git", "1" * 40, False, DeployKey("-----BEGIN KEY-----", "x ssh-ed25519 AAAA"))
    making.build(["true"])
    fetched, built = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert "nostromo-deploy-" in fetched and ":/run/deploy/key" in fetched
    assert "deploy" not in built
    assert "BEGIN" not in fetched


def test_root_does_not_build() -> None:
    with pytest.raises(BuildError, match="build_user: root does not build"):
        builder.Builder("app", "root", {}, Limits(), [])


def git(place: Path, *arguments: str) -> str:
    """A git of nobody's settings, which may take submodules from files."""
    known = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=place, env={**os.environ, **known}, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize("submodules", [True, False])
def test_a_checkout_has_submodules_where_they_are_wanted_and_no_history(tmp_path: Path, submodules: bool) -> None:
    library, application, release = (tmp_path / name for name in ("library", "application", "release"))
    for place in (library, application):
        place.mkdir()
        git(place, "init", "--quiet", ".")
        (place / "file").write_text(place.name, encoding="utf-8")
    git(library, "add", "file")
    git(library, "commit", "--quiet", "--message", "it")
    git(application, "submodule", "--quiet", "add", str(library), "vendor/library")
    git(application, "add", "file")
    git(application, "commit", "--quiet", "--message", "it")
    commit = git(application, "rev-parse", "HEAD")
    release.mkdir()
    command = ["sh", "-c", builder._CHECKOUT, "sh", str(application), commit, "submodules" if submodules else ""]
    subprocess.run(command, cwd=release, env={**os.environ, "GIT_ALLOW_PROTOCOL": "file"}, check=True)
    assert (release / "file").read_text(encoding="utf-8") == "application"
    assert (release / "vendor/library/file").is_file() is submodules
    assert not list(release.rglob(".git"))
