# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stock data without Prometheus and what goes with it: another one, elsewhere, asks the exporters."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.standing import standing
from ansible_collections.nostromo.networking.tests.unit.templates.rendering import render_role

from .inventories import Inventory
from .test_document import FILLED_IN

_LEFT_OUT = {"prometheus", "alertmanager", "blackbox"}
_EXPORTERS = {"node_exporter": 9100, "log_metrics": 3903, "postgres_exporter": 9187}
_TLS = {name: f"/etc/nostromo/tls/{name}.pem" for name in ("certificate", "key", "authority")}


def data(**monitoring: Any) -> dict[str, Any]:
    """The variables that differ from the stock data."""
    stock = copy.deepcopy(Inventory("production.yml", FILLED_IN).variables)
    rows = [row for row in stock["network_flows"] if not _LEFT_OUT & {row["source"], row["destination"]}]
    asking = [
        {"table": "inbound", "name": f"To {key}", "source": "watchers", "destination": key, "port": port, "action": "allow"}
        for key, port in _EXPORTERS.items()
    ]
    return {
        "network_components": {key: one for key, one in stock["network_components"].items() if key not in _LEFT_OUT},
        "network_zones": {**stock["network_zones"], "watchers": ["198.51.100.20"]},
        "network_flows": [*rows, *asking],
        "network_baseline_flows": [row for row in stock["network_baseline_flows"] if row["source"] not in _LEFT_OUT],
        "network_monitoring": {**stock["network_monitoring"], **monitoring},
        # Translations of what is left out stand for nothing.
        "network_document_translations": {},
    }


def inventory(**monitoring: Any) -> Inventory:
    return Inventory("production.yml", {**FILLED_IN, **data(**monitoring)})


def test_it_is_sound_and_what_goes_in_the_clear_is_named() -> None:
    faults = inventory().judge()
    assert list(faults.errors) == []
    clear = [(fault.path, fault.reason) for fault in faults.warnings if "in the clear" in fault.reason]
    told = "is asked from other hosts, at 203.0.113.7 of server, in the clear"
    assert clear == [
        ("network_components.node_exporter", told),
        ("network_components.log_metrics", f"{told}: it has no TLS"),
        ("network_components.postgres_exporter", told),
    ]


def test_with_certificates_who_cannot_use_them_is_refused() -> None:
    faults = inventory(tls=_TLS).judge()
    assert [fault.path for fault in faults.errors] == ["network_components.log_metrics"]
    assert not [fault for fault in faults.warnings if "in the clear" in fault.reason]


@pytest.mark.parametrize("place", ["/etc/ssl/private/key.pem", "/root/key.pem"])
def test_certificates_that_the_programs_do_not_see(place: str) -> None:
    faults = inventory(tls={**_TLS, "key": place}).judge()
    assert "network_monitoring.tls.key" in [fault.path for fault in faults.errors]


def test_each_exporter_is_confirmed_by_asking_itself() -> None:
    network = inventory().network
    assert "monitoring" in network.place("server")[0]
    told = network.monitoring("server")
    assert [(one["unit"], one["asker"], one["url"]) for one in told["check"]["daemons"]] == [
        ("prometheus-node-exporter.service", "node-exporter", "http://203.0.113.7:9100"),
        ("mtail.service", "mtail", "http://203.0.113.7:3903"),
        ("prometheus-postgres-exporter.service", "postgres-exporter", "http://203.0.113.7:9187"),
    ]
    assert (told["delivery"], told["told"]) == ({}, False)


def test_verify_and_doctor_know_what_should_be_there() -> None:
    network = inventory().network
    proof = network.proof()
    faults = Faults()
    document = Document.read_variables({f"network_{name}": value for name, value in proof["monitored"].items()}, faults)
    assert list(faults.errors) == []
    found = standing(document, network.matrix, "server")
    assert found
    assert (found.asked, found.alerts, found.alertmanager) == ((), (), "")
    assert {*found.figures} == {"nostromo-proof", "nostromo-counters", "nostromo-certificates"}


@pytest.mark.parametrize("job", ["node", "postgresql"])
@pytest.mark.parametrize("tls", [None, _TLS])
def test_its_flag(job: str, tls: dict[str, str] | None) -> None:
    told = inventory(**({"tls": tls} if tls else {})).network.monitoring("server")
    unit = render_role("monitoring", f"{job}.conf.j2", __monitoring_daemons=told["daemons"], __monitoring=told)
    assert (f"--web.config.file=/etc/prometheus/nostromo/web-{job}.json" in unit) == bool(tls)


def test_what_reads_the_log_lets_itself_be_asked_from_there() -> None:
    told = inventory().network.monitoring("server")
    assert "IPAddressDeny" not in render_role("monitoring", "nginx.conf.j2", __monitoring_daemons=told["daemons"])
    stock = Inventory("production.yml", FILLED_IN).network.monitoring("server")
    assert "IPAddressDeny=any" in render_role("monitoring", "nginx.conf.j2", __monitoring_daemons=stock["daemons"])
