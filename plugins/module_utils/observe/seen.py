# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that can be seen of a place, each observation by its name and with the type of what it returns."""

from __future__ import annotations

from typing import TypedDict

from ..cloudflare.drift import Drift
from ..cloudflare.told import Told
from ..nginx.language import Directive
from ..probe.whole_site import WholeSite
from .balancer import Balancer
from .certificate import Absent, Certificate
from .clock import Clock
from .database import Cluster
from .disk import FileSystem
from .edge import Edge
from .firewall import Firewall
from .flows import Flow
from .hba import Access
from .logins import Login
from .monitoring import Monitored
from .names import Name, Names
from .nginx import Nginx
from .prometheus import Series
from .renewal import Renewal
from .renewal_log import LastRenewal
from .rooms import Room
from .services import Service
from .sockets import Socket
from .ssh_refusals import Refusals
from .sshd import Settings


class Seen(TypedDict, total=False):
    """What :data:`.collect.COLLECTORS` return, and what the controller sees itself (``edge``, ``outside``, ``ranges``, ``zone``
    and, but for an origin lock, ``site``).

    Whatever judges reads it from here, so that mypy holds judges to observers.
    """

    balancer: Balancer
    certificate: dict[str, Certificate | Absent]
    client: str
    clock: Clock
    database: list[Cluster]
    disk: list[FileSystem]
    edge: Edge
    firewall: Firewall
    flows: list[Flow]
    hba: Access
    health: dict[str, str]
    impostors: dict[str, str]
    internal_names: dict[str, Name]
    logins: dict[str, Login]
    monitoring: Monitored
    names: Names
    nginx: Nginx
    nginx_config: list[Directive]
    outside: list[Flow]
    prometheus: list[Series]
    ranges: Told
    renewal: Renewal
    renewal_log: dict[str, LastRenewal]
    rooms: dict[str, Room]
    served: dict[str, list[str]]
    services: dict[str, Service]
    site: WholeSite
    sockets: list[Socket]
    ssh_offers: dict[str, list[str]]
    ssh_refusals: Refusals
    sshd: Settings
    trusted: list[str]
    uncertified: int
    zone: Drift
