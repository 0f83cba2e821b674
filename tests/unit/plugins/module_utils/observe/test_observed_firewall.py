# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.observe import firewall
from ansible_collections.nostromo.networking.plugins.module_utils.observe.firewall import compare

TABLE = "table inet nostromo {\n\tchain local {\n\t\ttcp dport 8000 accept\n\t\taccept\n\t}\n}\n"


@pytest.mark.parametrize(
    ("loaded", "missing", "surplus"),
    [
        (TABLE, [], []),
        (TABLE.replace("\t\ttcp dport 8000 accept\n", ""), ["tcp dport 8000 accept"], []),
        (TABLE.replace("8000 accept", "8000 drop"), ["tcp dport 8000 accept"], ["tcp dport 8000 drop"]),
        (TABLE.replace("\t\taccept\n", "\t\taccept\n\t\taccept\n"), [], ["accept"]),
    ],
)
def test_rules_in_force_against_those_of_the_file(loaded: str, missing: list[str], surplus: list[str]) -> None:
    assert compare(TABLE, loaded) == (missing, surplus)


def test_what_is_observed_is_what_the_role_writes() -> None:
    role = yaml.safe_load((Path(__file__).parents[5] / "roles/firewall/vars/main.yml").read_text("utf-8"))
    said = role["__firewall_unit"], role["__firewall_rules"], role["__firewall_table"]
    assert said == (firewall.UNIT, firewall.RULES, firewall.TABLE)
