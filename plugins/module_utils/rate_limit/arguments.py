# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What validate_rate_limits takes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..document.options import argument_spec
from ..document.variables import PREFIX, Document
from ..faults import report
from .check import Surroundings, normalised, validate

#: The variables of the document that it takes, as options without the prefix.
DOCUMENTED = Document.raw_options("rate_limits", "sites", required=["rate_limits"])
ARGUMENTS: dict[str, dict[str, Any]] = {
    **argument_spec(DOCUMENTED),
    "directives": {"type": "list", "elements": "str", "default": []},
    "variables": {"type": "list", "elements": "str", "default": []},
    "dns_proxied": {"type": "bool", "default": False},
    "client_address_restored": {"type": "bool", "default": False},
    "slow_response_ms": {"type": "int", "default": 1000},
    "proxy_timeout_seconds": {"type": "int", "default": 60},
}


def outcome(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The module's result: ``failed`` with every fault in ``msg``, or what the limits mean; ``warnings`` either way."""
    around = Surroundings(
        directives=arguments["directives"],
        variables=frozenset(arguments["variables"]),
        proxied=arguments["dns_proxied"],
        client_address_restored=arguments["client_address_restored"],
        slow_response_ms=arguments["slow_response_ms"],
        proxy_timeout_ms=arguments["proxy_timeout_seconds"] * 1000,
    )
    variables = {f"{PREFIX}{name}": arguments[name] for name in DOCUMENTED}
    limits, faults = validate(variables, around)
    told = {"changed": False, "warnings": [str(fault) for fault in faults.warnings], **report(faults)}
    if faults.errors:
        return {**told, "failed": True, "msg": f"The request limits have {faults.summary()}"}
    return {**told, "rate_limits": normalised(limits)}
