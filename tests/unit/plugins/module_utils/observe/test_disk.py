# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from pathlib import Path

from ansible_collections.nostromo.networking.plugins.module_utils.observe.disk import largest, mount_of, observe
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import run


def test_a_file_system_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (one,) = observe(run, [str(tmp_path), str(tmp_path / "inner"), str(tmp_path / "none")])
    assert one["paths"] == [str(tmp_path), str(tmp_path / "inner")]
    assert tmp_path.is_relative_to(one["mount"])
    assert 0 < one["bytes_free"] <= one["bytes"]
    assert one["read_only"] is False


def test_mount_point() -> None:
    assert (mount_of("/"), mount_of("/proc/self/status")) == ("/", "/proc")


def test_largest_files(tmp_path: Path) -> None:
    for name, count in (("small", 1), ("large", 300), ("middle", 20), ("tiny", 0), ("inner/huge", 900)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * 1024 * count)
    found = largest(str(tmp_path), tmp_path.stat().st_dev)
    assert [Path(one["path"]).name for one in found] == ["huge", "large", "middle"]
    assert found[0]["bytes"] >= 900 * 1024
