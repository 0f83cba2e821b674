# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long a route waits for its component, by a real nginx."""

from __future__ import annotations

from pathlib import Path

from .real_nginx import serving


def test_a_route_gives_up_after_its_own_time(tmp_path: Path) -> None:
    timed = {"component": "orchestrator", "read_timeout": "1s"}
    sites = [{"hostname": "app.nostromo.cl", "routes": {"/api/": timed, "/api/silent": "orchestrator"}}]
    with serving(tmp_path, nginx_sites=sites, nginx_rate_limits={}) as nginx:
        assert nginx.get("/api/slow") == 200
        assert nginx.get("/api/v1/silent") == 504
        assert nginx.get("/api/silent") == 200
