# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role's README has people add to the data is sound, and sets up what it says."""

from __future__ import annotations

import configparser
import copy
import re
from typing import Any

import pytest
import yaml
from ansible.template import trust_as_template

from .inventories import ROOT, Inventory
from .test_document import FILLED_IN

README = (ROOT / "roles" / "monitoring" / "README.md").read_text(encoding="utf-8")
SECRET = "correct horse battery staple"
ADDED, SITE = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL))
STOCK = Inventory("production.yml", FILLED_IN)


def trusted(value: Any) -> Any:
    """As if it stood in a file of variables."""
    if isinstance(value, dict):
        return {key: trusted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [trusted(inner) for inner in value]
    return trust_as_template(value) if isinstance(value, str) else value


def with_added(*additions: dict[str, Any]) -> dict[str, Any]:
    """The stock variables with more: mappings grow keys, lists grow entries."""
    found: dict[str, Any] = {}
    for addition in additions:
        for name, more in trusted(addition).items():
            stock = found.get(name, copy.deepcopy(STOCK.variables[name]))
            found[name] = [*stock, *more] if isinstance(more, list) else {**stock, **more}
    return found


def inventory(*additions: dict[str, Any]) -> Inventory:
    extra = {**FILLED_IN, "vault_grafana_password": SECRET, **with_added(*additions)}
    return Inventory("production.yml", extra, carried=["grafana"])


def new_faults(inventory: Inventory, **changes: Any) -> list[str]:
    """Those that the stock data do not have."""
    found, stock = (
        [f"{fault.path}: {fault.reason}; {fault.remedy}" for fault in faults]
        for faults in (inventory.judge(**changes), STOCK.judge())
    )
    return [fault for fault in found if fault not in stock]


def certified() -> dict[str, Any]:
    """The site's name, as the README asks, in the certificate and the records."""
    certificate, dns = (copy.deepcopy(STOCK.variables[name]) for name in ("network_certificate", "network_dns"))
    certificate["names"] = [*certificate["names"], trust_as_template("grafana.{{ network_domain }}")]
    record = {"name": "grafana", "type": "CNAME", "value": trust_as_template("app.{{ network_domain }}"), "ttl": 300}
    dns["records"] = [*dns["records"], record]
    return {"network_certificate": certificate, "network_dns": dns}


@pytest.mark.parametrize("additions", [[ADDED], [ADDED, SITE]], ids=["tunnel", "site"])
def test_it_is_sound(additions: list[dict[str, Any]]) -> None:
    assert new_faults(inventory(*additions), **(certified() if SITE in additions else {})) == []


def test_the_host_is_told() -> None:
    network = inventory(ADDED).network
    assert network.view("server")["listen"]["grafana"]["addresses"] == ["127.0.0.1"]
    told = network.monitoring("server")
    assert told["daemons"]["grafana"] == {
        "package": "grafana",
        "unit": "grafana-server.service",
        "user": "grafana",
        "listen": "127.0.0.1:3000",
        "title": "Grafana",
        "web": "",
    }
    files = {file["path"]: file for file in told["files"]}
    password = files["/etc/prometheus/nostromo/secrets/grafana-password"]
    assert (password["content"], password["mode"], password["sensitive"]) == (f"{SECRET}\n", "0600", True)
    assert [path for path, file in files.items() if SECRET in file["content"]] == [password["path"]]
    sources = yaml.safe_load(files["/etc/prometheus/nostromo/provisioning/datasources/nostromo.yaml"]["content"])
    assert sources["datasources"][0]["url"] == "http://127.0.0.1:9090"
    provider = yaml.safe_load(files["/etc/prometheus/nostromo/provisioning/dashboards/nostromo.yaml"]["content"])
    assert f"{provider['providers'][0]['options']['path']}/nostromo.json" in files
    (check,) = (one for one in told["check"]["daemons"] if one["unit"] == "grafana-server.service")
    assert (check["url"], check["ready"], check["asker"]) == ("http://127.0.0.1:3000", "/api/health", "grafana")
    scraped = yaml.safe_load(files["/etc/prometheus/nostromo/prometheus.yml"]["content"])["scrape_configs"]
    assert "grafana" not in {job["job_name"] for job in scraped}
    health = next(job for job in scraped if job["job_name"] == "health")
    assert "http://127.0.0.1:3000/api/health" in [one["targets"][0] for one in health["static_configs"]]


@pytest.mark.parametrize(
    ("additions", "url", "secure"),
    [([ADDED], "http://localhost:3000/", "false"), ([ADDED, SITE], "https://grafana.nostromo.cl/", "true")],
    ids=["tunnel", "site"],
)
def test_its_settings(additions: list[dict[str, Any]], url: str, secure: str) -> None:
    files = {file["path"]: file for file in inventory(*additions).network.monitoring("server")["files"]}
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string(files["/etc/prometheus/nostromo/grafana.ini"]["content"])
    assert settings["server"]["root_url"] == url
    assert (settings["server"]["http_addr"], settings["server"]["http_port"]) == ("127.0.0.1", "3000")
    assert settings["security"]["cookie_secure"] == secure
    assert settings["auth.anonymous"]["enabled"] == settings["users"]["allow_sign_up"] == "false"
    assert {*settings["analytics"].values()} == {"false"}


def test_rows_let_it_ask_prometheus_and_nobody_else() -> None:
    matrix = inventory(ADDED).network.matrix
    assert {flow.destination for _number, flow in matrix.rows.starting_at("grafana")} == {"prometheus"}
    assert {*matrix.rows.ending_at("grafana")} == {"blackbox", "server"}


def without(name: str, key: str) -> dict[str, Any]:
    return {**ADDED, name: [row for row in ADDED[name] if row["name"] != key]}


@pytest.mark.parametrize(
    ("additions", "faults"),
    [
        (
            without("network_flows", "Dashboards"),
            [
                "network_components.grafana: grafana may not reach prometheus on 9090/tcp, no row allows it; add a row that"
                " allows it: source grafana, destination prometheus, port 9090"
            ],
        ),
        (
            {**ADDED, "network_flows": ADDED["network_flows"][:1], "network_monitoring": {}},
            [
                "network_components.blackbox: blackbox may not reach grafana on 3000/tcp, no row allows it; add a row that"
                " allows it: source blackbox, destination grafana, port 3000",
                "network_components.grafana: is reached by nobody, for no row leads to it; add a row to grafana on port 3000,"
                " from the proxy or, for ssh -L, from server",
                "network_monitoring.grafana: is missing: who logs in to grafana; give it a password, in a vault",
            ],
        ),
        (
            {**ADDED, "network_monitoring": {"grafana": {"password": "short"}}},
            [
                "network_monitoring.grafana.password: is shorter than 12 characters, or of more than one line; make one with"
                " openssl rand -base64 24, in a vault"
            ],
        ),
        (
            {name: ADDED[name] for name in ("network_monitoring", "network_secrets")},
            [
                "network_monitoring.grafana: is for Grafana, which no component is; add a component with application: Grafana,"
                " or remove it"
            ],
        ),
    ],
)
def test_what_is_left_out_is_named(additions: dict[str, Any], faults: list[str]) -> None:
    assert new_faults(inventory(additions)) == faults
