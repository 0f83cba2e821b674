# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the host names of components lead within the system: each host knows them by itself, in its /etc/hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .model import BALANCER, Component, Host, Matrix


def named(matrix: Matrix) -> dict[str, Component]:
    """Host name -> its component. That of the component which serves the sites is left to DNS, where the sites' names are:
    only there is it seen whether a certificate can be had for it, and who stands in front.
    """
    components = (component for key, component in matrix.components.items() if key != matrix.proxy)
    return {component.hostname: component for component in components if component.hostname}


def internal_names(matrix: Matrix, host: Host, here: Callable[[str], str]) -> dict[str, list[str]]:
    """Host name -> the addresses to which it leads on a host, in the order of the component's hosts.

    :param here: the address at which one of the host's own components is reached there.
    """
    found = {name: list(dict.fromkeys(_addresses(matrix, host, one.key, here))) for name, one in named(matrix).items()}
    return {name: addresses for name, addresses in sorted(found.items()) if addresses}


def _addresses(matrix: Matrix, host: Host, key: str, here: Callable[[str], str]) -> Iterator[str]:
    if key in matrix.balanced and BALANCER in host.components:
        yield here(BALANCER)  # nobody goes past it
        return
    for place in matrix.hosts_of(key):
        yield from [here(key)] if place == host else map(str, place.addresses[:1])
