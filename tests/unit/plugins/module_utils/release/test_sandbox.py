# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a command of a build sees and may do."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.nostromo.networking.plugins.module_utils.release.model import Limits, Workplace
from ansible_collections.nostromo.networking.plugins.module_utils.release.sandbox import environment, paths, properties

PLACE = Workplace(Path("/srv/app/.build"), Path("/srv/app/releases/a"))


def test_a_command_finds_its_release_where_it_will_be_and_others_nowhere() -> None:
    assert paths(PLACE, Path("/var/cache/builder/app/cache")) == [
        "TemporaryFileSystem=/srv/app:ro",
        "BindPaths=/srv/app/.build/tree:/srv/app/releases/a",
        "BindPaths=/srv/app/.build/home:/home/build",
        "BindPaths=/srv/app/.build/temporary:/tmp /srv/app/.build/temporary:/var/tmp",
        "BindPaths=/var/cache/builder/app/cache:/var/cache/build",
    ]


def test_limits_are_those_that_were_asked_for() -> None:
    found = properties(Limits(9, 100, 7, 50), 8.6, 252)
    assert {"LimitFSIZE=50M", "LimitNPROC=7", "MemoryMax=100M", "RuntimeMaxSec=9", "TasksMax=7"} <= set(found)
    assert "RuntimeMaxSec=1" in properties(Limits(), 0.1, 252)


def test_a_pid_namespace_is_asked_for_only_where_systemd_knows_it() -> None:
    assert [("PrivatePIDs=yes" in properties(Limits(), 1, version)) for version in (252, 256, 257, 260)] == [
        False,
        False,
        True,
        True,
    ]


def test_a_resolver_that_is_told_in_run_is_seen(tmp_path: Path) -> None:
    link = tmp_path / "resolv.conf"
    link.symlink_to("/run/systemd/resolve/stub-resolv.conf")
    assert "BindReadOnlyPaths=-/run/systemd/resolve/stub-resolv.conf" in properties(Limits(), 1, 257, str(link))
    link.unlink()
    link.touch()
    assert not any(line.startswith("BindReadOnlyPaths") for line in properties(Limits(), 1, 257, str(link)))


def test_git_reads_no_configuration_and_caches_are_the_services() -> None:
    variables = environment("builder")
    assert (variables["GIT_CONFIG_GLOBAL"], variables["GIT_CONFIG_NOSYSTEM"]) == ("/dev/null", "1")
    assert {variables[name].startswith("/var/cache/build") for name in ("PIP_CACHE_DIR", "npm_config_cache")} == {True}
