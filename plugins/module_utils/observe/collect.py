# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All observations by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..printable import printable
from ..side_by_side import side_by_side
from . import (
    balancer,
    certificate,
    client,
    clock,
    database,
    disk,
    firewall,
    flows,
    hba,
    health,
    impostors,
    internal_names,
    logins,
    monitoring,
    names,
    nginx,
    nginx_config,
    prometheus,
    renewal,
    renewal_log,
    rooms,
    served,
    services,
    site,
    sockets,
    ssh_offers,
    ssh_refusals,
    sshd,
    trusted,
    uncertified,
)
from .run import ObservationError, Run

#: Each takes a :data:`.run.Run` and its own parameters, returns plain data and raises ``ObservationError``.
COLLECTORS: dict[str, Callable[..., Any]] = {
    "balancer": balancer.observe,
    "certificate": certificate.observe,
    "client": client.observe,
    "clock": clock.observe,
    "database": database.observe,
    "disk": disk.observe,
    "firewall": firewall.observe,
    "flows": flows.observe,
    "hba": hba.observe,
    "health": health.observe,
    "impostors": impostors.observe,
    "internal_names": internal_names.observe,
    "logins": logins.observe,
    "monitoring": monitoring.observe,
    "names": names.observe,
    "nginx": nginx.observe,
    "nginx_config": nginx_config.observe,
    "prometheus": prometheus.observe,
    "renewal": renewal.observe,
    "renewal_log": renewal_log.observe,
    "rooms": rooms.observe,
    "served": served.observe,
    "services": services.observe,
    "site": site.observe,
    "sockets": sockets.observe,
    "ssh_offers": ssh_offers.observe,
    "ssh_refusals": ssh_refusals.observe,
    "sshd": sshd.observe,
    "trusted": trusted.observe,
    "uncertified": uncertified.observe,
}


#: These try things, and wait for answers: at the same time, and when all the others have looked, who would see them do it.
TRYING = frozenset(
    {"balancer", "flows", "health", "impostors", "internal_names", "logins", "monitoring", "prometheus", "rooms", "site",
     "ssh_offers", "uncertified"}
)  # fmt: skip


def fault(wanted: Mapping[str, Mapping[str, Any] | None]) -> str | None:
    """What is wrong with the names or parameters of observations, if anything is."""
    unknown = sorted(set(wanted) - set(COLLECTORS))
    if unknown:
        return f"there is no {', '.join(unknown)}; use {', '.join(sorted(COLLECTORS))}"
    for name, parameters in wanted.items():
        try:
            inspect.signature(COLLECTORS[name]).bind(None, **(parameters or {}))
        except TypeError as error:
            return f"{name}: {error}"
    return None


def collect(wanted: Mapping[str, Mapping[str, Any] | None], run: Run) -> tuple[dict[str, Any], dict[str, str]]:
    """What is seen, and of what cannot be seen, why not; both by name, and with nothing that acts on a terminal."""
    looked = {name: _collect(name, parameters, run) for name, parameters in wanted.items() if name not in TRYING}
    trying = {name: parameters for name, parameters in wanted.items() if name in TRYING}
    jobs = {name: partial(_collect, name, parameters, run) for name, parameters in trying.items()}
    looked |= side_by_side(jobs)
    seen = {name: found for name, (found, problem) in looked.items() if problem is None}
    return seen, {name: problem for name, (_found, problem) in looked.items() if problem is not None}


def _collect(name: str, parameters: Mapping[str, Any] | None, run: Run) -> tuple[Any, str | None]:
    """What is seen, or why it is not."""
    try:
        return _shown(COLLECTORS[name](run, **(parameters or {}))), None
    except ObservationError as error:
        return None, printable(str(error))


def _shown(value: Any) -> Any:
    """Plain data with every text in it printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {_shown(key): _shown(inner) for key, inner in value.items()}
    return [_shown(inner) for inner in value] if isinstance(value, list | tuple) else value
