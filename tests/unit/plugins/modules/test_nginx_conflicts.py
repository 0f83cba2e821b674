# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.nostromo.networking.plugins.modules import nginx_conflicts

DEBIAN = (
    "user www-data;\nhttp {\n\tinclude /etc/nginx/conf.d/*.conf;\n\tinclude /etc/nginx/sites-enabled/*;\n}\n"
    "#mail {\n#\tserver {\n"
)
OURS = "# Ansible managed: role nostromo.networking.nginx. Change its variables, not this file.\nhttp {\n  server {\n"


@pytest.mark.parametrize(
    ("main", "files", "tolerated", "expected"),
    [
        (None, ["sites-enabled/blog"], [], []),  # no nginx yet
        (DEBIAN, ["sites-enabled/default", "conf.d/readme", "sites-available/blog"], [], []),
        (DEBIAN, ["sites-enabled/default", "sites-enabled/blog"], [], ["sites-enabled/blog"]),
        (DEBIAN, ["conf.d/shop.conf", "sites-enabled/blog"], [], ["conf.d/shop.conf", "sites-enabled/blog"]),
        (DEBIAN, ["conf.d/shop.conf", "sites-enabled/blog"], ["sites-enabled/blog"], ["conf.d/shop.conf"]),
        ("http {\n  server { listen 80; }\n}\n", [], [], ["nginx.conf"]),
        (DEBIAN + "stream {\n}\n", [], [], ["nginx.conf"]),
        (DEBIAN + "stream {\n}\n", [], ["nginx.conf"], []),
        (OURS, ["sites-enabled/blog"], [], []),
    ],
)
def test_what_would_go_out_of_service(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    main: str | None,
    files: list[str],
    tolerated: list[str],
    expected: list[str],
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("server {}\n")
    if main is not None:
        (tmp_path / "nginx.conf").write_text(main)
    with patch_module_args({"directory": str(tmp_path), "tolerated": tolerated}), pytest.raises(SystemExit):
        nginx_conflicts.main()
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert said.get("conflicts", []) == expected
    assert all(name in said["msg"] for name in expected)
