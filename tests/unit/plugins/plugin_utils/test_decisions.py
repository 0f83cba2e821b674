# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What real inventories decide: every task is foreseen, and a plan is empty exactly if nothing that is compiled differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.plan.plan import Decisions, Plan, plan
from ansible_collections.nostromo.networking.plugins.plugin_utils.decisions import decisions
from ansible_collections.nostromo.networking.plugins.plugin_utils.given_inventory import GivenInventory
from ansible_collections.nostromo.networking.plugins.plugin_utils.revision import revision
from ansible_collections.nostromo.networking.plugins.plugin_utils.site_tasks import SiteTasks
from ansible_collections.nostromo.networking.tests.unit.inventories import Inventory
from ansible_collections.nostromo.networking.tests.unit.repositories import Repository
from ansible_collections.nostromo.networking.tests.unit.templates.rendering import render_role
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[4]
MAIN = "group_vars/all/main.yml"
#: What is written otherwise and says the same.
SAME = [
    ("network_domain: example.org", "network_domain: \"example.org\"  # ours"),
    ("{name: SSH, source: admins, destination: server,", "{destination: server, source: admins, name: SSH,"),
    ("destination: internet, port: [80, 443],", "destination: 'internet', port: [80, 443],"),
    ("PORT: 8080", "PORT: \"{{ network_view.listen.api.port }}\""),
]
#: What says something else; each by itself leaves the data valid.
OTHERS = [
    ("[198.51.100.0/24]", "[198.51.100.0/25]"),
    ("name: Packages,", "name: Downloads,"),
    ("rate: 10r/s", "rate: 5r/s"),
    ("args: [almanac.py]", "args: [almanac.py, --verbose]"),
    ("HOST: \"{{", "LEVEL: debug, HOST: \"{{"),
    ("www.almanac", "web.almanac"),
    ("ops@example.org", "root@example.org"),
    ("network_domain:", "nginx_hsts: max-age=1\nnetwork_domain:"),
    ("network_domain:", "firewall_log_per_minute: 3\nnetwork_domain:"),
    ("network_domain:", "network_document_title: Ours\nnetwork_domain:"),
    ("title: Server,", "title: Servers,"),
]


@pytest.fixture(scope="module")
def almanac(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository of an example."""
    return Repository(tmp_path_factory.mktemp("almanac") / "site", "almanac")


def read(inventory: Path | str) -> GivenInventory:
    """An inventory with what lies beside it."""
    return GivenInventory([str(inventory)], str(Path(inventory).parent))


def plan_of(repository: Repository, against: str = "main") -> Plan:
    """What is between a revision and what lies there."""
    with revision(against, [str(repository.inventory)]) as earlier:
        before = read(earlier.counterpart(str(repository.inventory)))
        old, new = decisions(read(repository.inventory), before, earlier.at_home)
    return plan(old, new)


def compiled(repository: Repository) -> str:
    """What the data are compiled to by other ways than a plan's: views, services, proof, page, and files of two roles."""
    network = read(repository.inventory).networks["all"]
    view = network.view("server")
    evaluated = network.variables("rate_limits", "sites", "certificate", "client_address", "zones")
    variables = {
        **yaml.safe_load((repository.top / MAIN).read_text(encoding="utf-8")),
        **{f"network_{name}": value for name, value in evaluated.items()},
        "network_view": view,
        "inventory_hostname": "server",
    }
    files = [
        render_role("firewall", "firewall.nft.j2", **variables),
        render_role("nginx", "limits.conf.j2", **variables),
        render_role("nginx", "headers.conf.j2", **variables),
    ]
    told = [view, network.services("server"), network.proof(), network.page(), files, network.variables("certificate_email")]
    return json.dumps(told, sort_keys=True, default=str).replace(str(repository.top), "")


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(same=st.sets(st.sampled_from(SAME)), others=st.sets(st.sampled_from(OTHERS), max_size=2))
def test_a_plan_is_empty_exactly_if_nothing_is_compiled_otherwise(
    almanac: Repository, same: set[tuple[str, str]], others: set[tuple[str, str]]
) -> None:
    almanac.git("checkout", "--quiet", "main", "--", ".")
    before = compiled(almanac)
    almanac.edit(MAIN, *same, *others)
    assert plan_of(almanac).is_empty is (compiled(almanac) == before) is (not others)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[GivenInventory, dict[str, Any]]:
    """The shipped data of the lab, and what tasks are told by them."""
    found = read(ROOT / "inventories/lab.yml")
    assert not found.judge().errors
    found.tell_hosts()
    return found, SiteTasks(found).by_host()


def test_every_commit_of_the_roles_is_foreseen(lab: tuple[GivenInventory, dict[str, Any]]) -> None:
    _given, hosts = lab
    names = {
        task["nostromo.networking.confirmed_commit"]["name"]
        for file in (ROOT / "roles").glob("*/tasks/*.yml")
        for task in yaml.safe_load(file.read_text(encoding="utf-8"))
        if "nostromo.networking.confirmed_commit" in task
    }
    told = {task.partition(" ")[2] for tasks in hosts["server"].values() for task in tasks if task.startswith("confirmed")}
    assert told == names - {"nodesource", "monitoring-grafana", "balancer", "balancer-unit"}  # which nothing asks for
    files = [file for tasks in hosts["server"].values() for told in tasks.values() for file in told.get("files", ())]
    assert len(files) > 100 and all(isinstance(file.get("content", ""), str) and "template" not in file for file in files)


def test_files_come_out_as_of_the_roles(lab: tuple[GivenInventory, dict[str, Any]]) -> None:
    _given, hosts = lab
    inventory = Inventory("lab.yml")
    for role, name, template in (
        ("firewall", "/etc/nostromo/firewall.nft", "firewall.nft.j2"),
        ("nginx", "/etc/nginx/nostromo.d/limits.conf", "limits.conf.j2"),
    ):
        variables = {key: inventory[key] for key in ("network_view", "network_rate_limits", "network_sites", "network_zones")}
        wanted = render_role(role, template, inventory_hostname="server", **variables)
        told = hosts["server"][role][f"confirmed_commit {role}"]["files"]
        assert next(file["content"] for file in told if file["path"] == name) == wanted


def test_a_host_that_comes_is_told_with_what_it_opens(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "site", "almanac")
    repository.edit(
        "inventory.yml",
        ("ansible_user: deploy}", "ansible_user: deploy}\n    second: {ansible_host: 203.0.113.9}"),
        ("builds: {hosts: {server: {}}}", "builds: {hosts: {server: {}, second: {}}}"),
        ("api: {hosts: {server: {}}}", "api: {hosts: {server: {}, second: {}}}"),
    )
    found = plan_of(repository)
    assert any(part.hosts == ("second",) and "is new, carries api, builds" in part.lines[0].text for part in found.hosts)
    opened = {(str(one.source), str(one.destination), one.ways) for one in found.connections["all"] if one.verb == "opens"}
    assert ("nginx", "balancer", (("server", "server"),)) in opened
    assert ("balancer", "api", (("server", "second"), ("server", "server"))) in opened
    assert ("admins", "server", (("", "second"),)) in opened


def test_each_environment_has_a_plan_of_its_own(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "site", "almanac")
    both = {"hosts": {"live1": None, "test1": None}}
    groups: dict[str, Any] = dict.fromkeys(("nginx", "api", "builds"), both)
    for number, name in enumerate(("live", "test"), 7):
        told = {"network_environment": name, "network_external_address": f"203.0.113.{number}"}
        groups[name] = {"hosts": {f"{name}1": {"ansible_host": f"203.0.113.{number}"}}, "vars": told}
    repository.inventory.write_text(yaml.safe_dump({"all": {"children": groups}}), encoding="utf-8")
    repository.edit(MAIN, ("network_external_address: 203.0.113.8\n", ""))
    (repository.top / "group_vars/test.yml").write_text("network_admin_addresses: [198.51.100.0/24]\n", encoding="utf-8")
    repository.commit("two environments")
    assert plan_of(repository).is_empty
    repository.edit("group_vars/test.yml", ("/24", "/25"))
    found = plan_of(repository)
    assert list(found.connections) == ["test"] and {part.hosts for part in found.hosts} == {("test1",)}
    assert "test: network_admin_addresses gains 198.51.100.0/25" in [line.text for line in found.data]


def test_cloudflare_is_told_what_differs(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "site", "almanac")
    token = "a-token-for-the-zone-0123456789"
    record = "{name: almanac, type: A, value: 203.0.113.8}"
    dns = f"network_dns: {{proxied: false, ssl_mode: strict, always_use_https: false, records: [{record}]}}\n"
    repository.edit(MAIN, ("network_sites:", f"{dns}network_cloudflare: {{token: {token}}}\nnetwork_sites:"))
    (begins,) = [part for part in plan_of(repository).hosts if part.subject == "cloudflare"]
    assert begins.lines[0].text.startswith("the zone obeys the data from now on: almanac.example.org A 203.0.113.8")
    repository.commit("it obeys")
    repository.edit(MAIN, ("value: 203.0.113.8}", "value: 203.0.113.9}"))
    found = plan_of(repository)
    (changes,) = [part for part in found.hosts if part.subject == "cloudflare"]
    assert {line.text for line in changes.lines} == {
        "record almanac.example.org A 203.0.113.8 is deleted",
        "record almanac.example.org A 203.0.113.9 is made",
    }
    assert changes.effects == ("Cloudflare is asked, and told what differs",) and token not in str(found)


def test_nothing_is_between_decisions_of_nothing() -> None:
    assert plan(Decisions(), Decisions()).is_empty
