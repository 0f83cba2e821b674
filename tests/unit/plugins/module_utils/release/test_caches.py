# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The caches of builds: one each, begun anew when too large, and one build at a time."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.caches import cache
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BuildError

BUILDER = 12345

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def test_a_cache_is_the_build_users_below_what_is_roots(tmp_path: Path) -> None:
    place = tmp_path / "caches"
    with cache(place, "app", (BUILDER, BUILDER), 1, 1000_000) as found:
        assert found == place / "app" / "cache"
        modes = {path: (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) for path in (place, found.parent, found)}
    assert modes == {place: (0, 0o700), found.parent: (0, 0o700), found: (BUILDER, 0o700)}


def test_it_stays_until_it_is_too_large(tmp_path: Path) -> None:
    for limit, expected in ((1000_000, []), (1000_000, ["file"]), (10_000, [])):
        with cache(tmp_path, "app", (BUILDER, BUILDER), 1, limit) as found:
            assert [path.name for path in found.iterdir()] == expected
            (found / "file").write_bytes(b"x" * 50_000)


def test_the_former_home_of_all_builds_goes(tmp_path: Path) -> None:
    place = tmp_path / "home"
    (place / "app" / "cache").mkdir(parents=True)
    (place / "app" / "cache" / "planted").touch()
    (place / ".ssh").symlink_to(tmp_path)
    for path in (place, place / "app", place / "app" / "cache", place / ".ssh"):
        os.chown(path, BUILDER, BUILDER, follow_symlinks=False)
    with cache(place, "app", (BUILDER, BUILDER), 1, 1000_000) as found:
        assert list(found.iterdir()) == []
        assert [path.name for path in place.iterdir()] == ["app"]


def test_one_build_at_a_time(tmp_path: Path) -> None:
    place = tmp_path / "caches"
    with (
        cache(place, "app", (BUILDER, BUILDER), 1, 1000_000),
        pytest.raises(BuildError, match=r"another service's build has been running for more than 0.1 s"),
        cache(place, "other", (BUILDER, BUILDER), 0.1, 1000_000),
    ):
        pass
    with cache(place, "other", (BUILDER, BUILDER), 0.1, 1000_000) as found:
        assert found.is_dir()
