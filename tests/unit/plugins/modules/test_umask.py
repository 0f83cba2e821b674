# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What modules and their commands make on hosts can be read, whatever umask sudo was told."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
#: Modules that make no file, nor have one made.
MAKE_NOTHING = {
    "admin_login", "balancer_node", "cloudflare_origin_pulls", "cloudflare_ranges", "cloudflare_zone", "cloudflare_zones",
    "diagnose", "examine_host", "explain_flow", "firewall_conflicts", "host_facts", "nginx_conflicts", "observe_host",
    "place_host", "plan_change", "plan_host", "pm2_service_info", "postgresql_access", "postgresql_certificate",
    "postgresql_conflicts", "prove", "row_usage", "test_alert", "validate_network", "validate_ports", "validate_rate_limits",
}  # fmt: skip
MODULES = {path.stem: path for path in (ROOT / "plugins" / "modules").glob("*.py")}


@pytest.mark.parametrize("name", sorted(MODULES.keys() - MAKE_NOTHING))
def test_a_module_sets_its_umask_first(name: str) -> None:
    main = next(
        node
        for node in ast.parse(MODULES[name].read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "main"
    )
    assert ast.unparse(main.body[1]) == "os.umask(18)"  # 0o022; before it is the docstring
