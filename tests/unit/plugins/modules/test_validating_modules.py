# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The validating modules as Ansible runs them: arguments in, one result out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.nostromo.networking.plugins.modules import validate_ports, validate_rate_limits
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import SOUND, matrix_of

LIMITS = {
    "api_limit": {
        "key": "$binary_remote_addr",
        "size": "10m",
        "rate": "10r/s",
        "burst": 20,
        "nodelay": True,
        "location": "/api/",
    }
}

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a module's ``main`` and return its result."""

    def result(main: Callable[[], None], **arguments: Any) -> dict[str, Any]:
        with patch_module_args(arguments), pytest.raises(SystemExit):
            main()
        return json.loads(capsys.readouterr().out)

    return result


@pytest.mark.parametrize("check_mode", [False, True])
def test_sound_ports(run: Run, check_mode: bool) -> None:
    result = run(
        validate_ports.main,
        matrix=matrix_of(SOUND),
        sites=SOUND["network_sites"],
        dns=SOUND["network_dns"],
        domain="nostromo.cl",
        certificate=SOUND["network_certificate"],
        service_environments=SOUND["environments"],
        database_clients=SOUND["database_clients"],
        controller_addresses=["192.0.2.1"],
        _ansible_check_mode=check_mode,
    )
    assert (result["changed"], result["faults"], result["doubts"]) == (False, [], [])
    assert result["matrix"]["flows"][0]["ports"] == ["80"]


def test_faulty_ports_fail_once_with_all_faults(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda _module, warning: warnings.append(warning))
    matrix = matrix_of(SOUND)
    result = run(
        validate_ports.main,
        matrix={**matrix, "zones": {**matrix["zones"], "office": ["x"]}},
        database_port=True,
        sites=[{"hostname": "www.nostromo.cl", "routes": {"/": "sevastopol"}}],
        dns={"proxied": True, "records": [{"name": "app", "type": "A", "value": "203.0.113.7", "ttl": 300}]},
    )
    assert result["failed"] is True
    assert result["msg"] == (
        "The network data has 2 faults:\n"
        '  - network_zones.office[0]: "x" is not an IP address or network; use an address or a network such as'
        " 192.0.2.0/24 or 2001:db8::/32\n"
        "  - database_port: true is not a port; use an integer from 1 to 65535"
    )
    assert result["faults"][1] == {
        "path": "database_port",
        "value": True,
        "reason": "true is not a port",
        "remedy": "use an integer from 1 to 65535",
        "severity": "error",
        "origin": "",
    }
    assert [doubt["path"] for doubt in result["doubts"]] == ["network_flows[10]", "network_sites[0].hostname"]
    assert warnings == [f"{doubt['path']}: {doubt['reason']}; {doubt['remedy']}" for doubt in result["doubts"]]


def test_sound_limits(run: Run) -> None:
    result = run(
        validate_rate_limits.main,
        rate_limits=LIMITS,
        sites=SOUND["network_sites"],
        dns_proxied=True,
        client_address_restored=True,
        _ansible_check_mode=True,
    )
    assert (result["changed"], result["faults"], result["doubts"]) == (False, [], [])
    assert result["rate_limits"]["api_limit"]["admitted_requests"] == 21


def test_faulty_limits(run: Run) -> None:
    result = run(validate_rate_limits.main, rate_limits={"api_limit": {**LIMITS["api_limit"], "rate": "10"}})
    assert result["failed"] is True
    assert result["msg"] == (
        "The request limits have 1 fault:\n"
        '  - network_rate_limits.api_limit.rate: "10" has no unit; write 10r/s or 10r/m'
    )


def test_slow_queue_is_a_warning(run: Run) -> None:
    limit = {**LIMITS["api_limit"], "nodelay": False}
    result = run(validate_rate_limits.main, rate_limits={"api_limit": limit}, slow_response_ms=1500)
    assert [doubt["reason"] for doubt in result["doubts"]] == [
        "the last request of a burst queues 2000 ms, the alert is at 1500 ms"
    ]
    assert result["rate_limits"]["api_limit"]["longest_delay_ms"] == 2000
