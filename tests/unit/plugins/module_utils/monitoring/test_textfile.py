# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files for the textfile collector: promtool reads them, and so does the node exporter at any moment."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.tries import tries_of
from ansible_collections.nostromo.networking.plugins.module_utils.firewall.nft import chain_lines
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.counters import (
    counter_families,
    counters_in,
)
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.metrics import (
    BYTES,
    PACKETS,
    PROOF_TIME,
    ROW_PROVEN,
)
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.proof import (
    certificate_families,
    is_held,
    proof_families,
    verify_families,
)
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.textfile import (
    Family,
    exposition,
    publish,
)
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.characters import UnquotableError
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

from .programs import samples, value
from .samples import PLACES, matrix_of


def checked(families: list[Family]) -> dict[Any, float]:
    """What is read of the text, which promtool finds nothing wrong with."""
    text = exposition(families)
    command = [tool("promtool"), "check", "metrics"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return samples(text)


def test_text() -> None:
    gauge = Family("a_seconds", "gauge", "What.", (({}, 3), ({"row": 'DB "NO" \\ pública', "b": ""}, 0.5)))
    assert exposition([gauge, Family("b", "gauge", "Nothing.", ())]) == (
        "# HELP a_seconds What.\n# TYPE a_seconds gauge\na_seconds 3\n"
        'a_seconds{row="DB \\"NO\\" \\\\ pública",b=""} 0.5\n'
    )
    with pytest.raises(UnquotableError):
        exposition([Family("a", "gauge", "x", (({"row": "a\nb 1"}, 1),))])


def test_a_file_is_replaced_in_one_step_and_readable(tmp_path: Path) -> None:
    os.umask(os.umask(0o077))
    for number in (1, 2):
        publish(str(tmp_path), "nostromo-x", [Family("a", "gauge", "x", (({}, number),))])
        assert [path.name for path in tmp_path.iterdir()] == ["nostromo-x.prom"]
        path = tmp_path / "nostromo-x.prom"
        assert samples(path.read_text()) == {("a", frozenset()): number}
        assert path.stat().st_mode & 0o777 == 0o644


def test_what_is_left_of_a_run_that_was_killed_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / ".nostromo-x").write_text("half")
    publish(str(tmp_path), "nostromo-x", [Family("a", "gauge", "x", (({}, 1),))])
    assert [path.name for path in tmp_path.iterdir()] == ["nostromo-x.prom"]


def listing(*rules: tuple[str, str, str, int]) -> dict[str, Any]:
    """As nft prints it: chain, comment, verdict and packets of 100 bytes."""
    return {
        "nftables": [
            {"metainfo": {"json_schema_version": 1}},
            {"table": {"family": "inet", "name": "nostromo"}},
            *(
                {
                    "rule": {
                        "chain": chain,
                        **({"comment": comment} if comment else {}),
                        "expr": [
                            {"match": {"op": "==", "left": {}, "right": 22}},
                            {"counter": {"packets": packets, "bytes": packets * 100}},
                            {verdict: None},
                        ],
                    }
                }
                for chain, comment, verdict, packets in rules
            ),
            {"rule": {"chain": "output", "expr": [{"jump": {"target": "owners"}}]}},
            {"rule": {"chain": "owners", "expr": [{"match": {}}, {"return": None}]}},
        ]
    }


def test_counters_by_row_and_verdict() -> None:
    counters = counters_in(
        listing(
            ("input", "", "drop", 4),
            ("input", "SSH admin access", "accept", 5),
            ("input", "SSH admin access", "accept", 2),
            ("input", "default", "drop", 9),
            ("output", "default", "reject", 1),
            ("local", "Orchestrator", "reject", 3),
            ("local", "Orchestrator", "accept", 7),
        )
    )
    found = checked(counter_families(counters))
    assert value(found, PACKETS, row="SSH admin access", chain="input", verdict="accept") == 7
    assert value(found, BYTES, row="SSH admin access") == 700
    assert value(found, PACKETS, row="default") == 10
    assert value(found, PACKETS, row="invalid", verdict="drop") == 4
    assert value(found, PACKETS, row="Orchestrator", verdict="reject", chain="local") == 3
    assert len(found) == 2 * 6


def test_counters_of_a_real_firewall() -> None:
    """Every rule that the collection writes is counted, under its row's name."""
    nft = tool("nft", "--version")
    rows = [
        {"name": "DB NO pública", "action": "deny", "protocol": "tcp", "ports": ["5432"]},
        {"name": "SSH", "action": "allow", "protocol": "tcp", "ports": ["22"], "family": "ipv4"},
        {"name": "SSH", "action": "allow", "protocol": "tcp", "ports": ["22"], "family": "ipv6"},
    ]
    chains = {
        "input": chain_lines("input", rows),
        "output": chain_lines("output", rows),
        "local": chain_lines(
            "local", [{"name": "Mother", "protocol": "tcp", "port": 5432, "users": ["root"], "others": False}]
        ),
    }
    table = "".join(f"chain {name} {{\n{chr(10).join(lines)}\n}}\n" for name, lines in chains.items())
    script = f"{nft} --file - && {nft} --json list table inet nostromo"
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", "sh", "-c", script],
        input=f"table inet nostromo {{\n{table}}}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip(f"this machine gives no network namespace: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    found = checked(counter_families(counters_in(json.loads(done.stdout))))
    labels = {
        tuple(dict(having)[name] for name in ("chain", "row", "verdict")) for name, having in found if name == PACKETS
    }
    assert labels == {
        ("input", "DB NO pública", "drop"),
        ("input", "SSH", "accept"),
        ("input", "default", "drop"),
        ("output", "DB NO pública", "reject"),
        ("output", "SSH", "accept"),
        ("output", "default", "reject"),
        ("local", "Mother", "accept"),
        ("local", "Mother", "reject"),
    }


def attempt(**changes: Any) -> dict[str, Any]:
    return {
        "row": "DB NO pública",
        "source": "any",
        "destination": "mother",
        "ports": "5432",
        "action": "deny",
        "user": "etl",
        "address": "127.0.0.1",
        "port": 5432,
        "protocol": "tcp",
        "local": True,
        "outsider": False,
        **changes,
    }


REMOTE, OUTSIDE, UDP = {"local": False}, {"local": False, "outsider": True}, {"protocol": "udp"}


@pytest.mark.parametrize(
    ("action", "changes", "outcome", "listening", "held"),
    [
        ("allow", {}, "open", True, True),
        ("allow", {}, "refused", True, False),
        ("allow", {}, "refused", False, None),
        ("allow", {}, "rejected", False, False),
        ("allow", {}, "filtered", True, False),
        ("allow", REMOTE, "open", False, True),
        ("allow", REMOTE, "refused", True, None),
        ("allow", REMOTE, "filtered", False, False),
        ("allow", OUTSIDE, "refused", False, True),
        ("allow", {**OUTSIDE, **UDP}, "filtered", False, None),
        ("allow", OUTSIDE, "unroutable", False, None),
        ("allow", {}, "error", True, None),
        ("deny", {}, "open", True, False),
        ("deny", {}, "refused", True, True),
        ("deny", {}, "refused", False, None),
        ("deny", {}, "rejected", False, True),
        ("deny", {}, "filtered", True, True),
        ("deny", UDP, "filtered", True, None),
        ("deny", UDP, "filtered", False, True),
        ("deny", REMOTE, "refused", True, False),
        ("deny", REMOTE, "filtered", False, True),
        ("deny", {**REMOTE, **UDP}, "filtered", False, None),
        ("deny", OUTSIDE, "open", False, False),
    ],
)
def test_what_a_try_says_of_its_row(
    action: str, changes: dict[str, Any], outcome: str, listening: bool, held: bool | None
) -> None:
    assert is_held(attempt(action=action, **changes), outcome, listening) is held


def test_rows_are_proven_by_all_that_was_tried() -> None:
    allowed = attempt(row="DB queries", source="orchestrator", action="allow", user="orchestrator")
    tried = [
        (attempt(), "rejected"),
        (attempt(user="sevastopol"), "open"),
        (allowed, "open"),
        ({**allowed, "address": "::1"}, "unroutable"),
        (attempt(row="untold", port=9), "refused"),
    ]
    found = checked(proof_families(tried, {("tcp", 5432)}, 1_800_000_000.9))
    assert value(found, ROW_PROVEN, row="DB NO pública", source="any", action="deny", port="5432") == 0
    assert value(found, ROW_PROVEN, row="DB queries", action="allow") == 1
    assert value(found, PROOF_TIME) == 1_800_000_000
    assert len(found) == 3


@pytest.mark.parametrize("place", PLACES)
def test_a_host_tries_the_rows_that_start_there(place: str) -> None:
    matrix = matrix_of(place)
    for host in matrix.hosts.values():
        tries = tries_of(matrix, host.name, {"sii": ["198.51.100.7", "www.sii.cl"]})
        assert json.loads(json.dumps(tries)) == tries
        rows = {flow.name: flow for flow in matrix.flows}
        own = {matrix.components[key].user for key in host.components} | {"root"}
        for one in tries:
            flow = rows[one["row"]]
            assert (one["source"], one["destination"], one["action"]) == (flow.source, flow.destination, flow.action)
            assert flow.covers(one["port"], one["protocol"])
            assert one["user"] in own
            assert one["outsider"] is (one["address"] == "198.51.100.7")
    apart = {one["row"] for host in matrix.hosts for one in tries_of(matrix, host, {"sii": ["198.51.100.7"]})}
    assert {"DB queries", "API calls", "DB NO pública", "ETL scraping (si aplicable)"} <= apart


def test_what_verify_found() -> None:
    report = {"time": "2026-11-26T12:00:00Z", "summary": {"passed": 156, "skipped": 15, "failed": 3}}
    found = checked(verify_families(report))
    assert value(found, "nostromo_verify_checks", verdict="failed") == 3
    assert value(found, "nostromo_verify_timestamp_seconds") == 1795694400


def test_certificates() -> None:
    found = checked(certificate_families({"app.nostromo.cl": (1000.0, 2000.0)}))
    assert value(found, "nostromo_certificate_not_before_timestamp_seconds", name="app.nostromo.cl") == 1000
    assert value(found, "nostromo_certificate_not_after_timestamp_seconds", name="app.nostromo.cl") == 2000
