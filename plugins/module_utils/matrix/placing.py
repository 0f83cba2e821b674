# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which hosts of an inventory carry which components."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from ..document.programs import APPLICATIONS
from ..faults import Faults


def carried(
    groups: Mapping[str, Sequence[str]], components: Iterable[str], environment: str = "all"
) -> dict[str, list[str]]:
    """Host -> the components of whose groups it is one; hosts that carry none, or are of another environment, are left out."""
    own = frozenset(groups.get(environment, ()))
    found: dict[str, list[str]] = {}
    for component in sorted(components):
        for host in own.intersection(groups.get(component, ())):
            found.setdefault(host, []).append(component)
    return dict(sorted(found.items()))


def check_inventory(
    components: Sequence[str], environments: Collection[str], strays: Sequence[str], faults: Faults
) -> None:
    """Note hosts that nothing would set up.

    :param environments: those that the hosts of a run make up.
    :param strays: the run's hosts that are in the inventory group of a component, and not in that of their environment.
    """
    for host in strays:
        reason = "is in the inventory group of a component and not in that of its environment (network_environment)"
        faults.error(host, None, f"{reason}, so nothing would set it up", "add it to that group, or take it out of the other")
    if not environments and not strays:
        reason = "no host carries a component, which runs on the hosts of the inventory group of its name"
        faults.error("inventory", None, reason, f"make a group such as {', '.join(sorted(components)[:10])}")


def check_external(addresses: Mapping[str, str], environment: str, faults: Faults) -> None:
    """Note environments that are taken for one, by the external address of each host."""
    different = sorted(set(addresses.values()))
    if len(different) > 1:
        reason = f"{', '.join(addresses)} make up one environment ({environment}) and differ in it: {', '.join(different)}"
        remedy = "if they are several, such as staging and production, let each set network_environment to its inventory group"
        faults.error("network_external_address", different, reason, remedy)


def roles(view: Mapping[str, Any], has: Callable[[str], bool], services: Iterable[str]) -> list[str]:
    """The roles that set a host up besides those of every host.

    :param view: the host's view of the matrix.
    :param has: whether there is anything in a variable of the document.
    :param services: the declared services.
    """
    has_sites = view["proxy"] in view["components"] and has("network_sites")
    programs = frozenset(application.upper() for application in APPLICATIONS.values())
    wanted = {
        "postgresql": view["database"] in view["components"] and has("network_database_users"),
        "balancer": bool(view["balancer"]),
        "pm2": not {*services}.isdisjoint(view["components"]),
        "nginx": has_sites,
        "letsencrypt": has_sites and has("network_certificate"),
        "monitoring": any(not programs.isdisjoint(one["applications"]) for one in view["listen"].values()),
    }
    return [role for role, needed in wanted.items() if needed]
