# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is sticky against the components, and what stands in the way of a balancer."""

from __future__ import annotations

from ...document.sticky import NAMED
from ...document.variables import Document
from ..check import Checker
from ..model import BALANCER
from .carried import USER, is_balanced, is_call, speaks_http

STICKY = "network_sticky"


def check_balance(checker: Checker, document: Document) -> None:
    """Note what is wrong with the stickiness that the data ask for, and names that a balancer needs for itself."""
    matrix, faults = checker.matrix, checker.faults
    for key, sticky in document.sticky.items():
        path, component = f"{STICKY}.{key}", matrix.components.get(key)
        if component is None:
            if not checker.is_known_broken(key):
                faults.unknown(path, key, f"{key} is not a component", matrix.components)
        elif checker.is_complete(key) and not speaks_http(component):
            reason = f"{key} does not speak HTTP on its first port, so nothing in a request says whose it is"
            faults.error(path, key, reason, "add application: HTTP to that port, or remove it here")
        elif sticky.key in NAMED and sticky.name and is_balanced(matrix, component):
            reason = f"the {sticky.key} is whatever a client sends: it chooses a node (affinity), and says of nobody who it is"
            faults.warning(f"{path}.name", sticky.name, reason, f"have {key} itself judge whose a request is")
    if not any(is_call(matrix, flow) for flow in matrix.flows):
        return
    for kind, declared in (("components", document.components), ("zones", document.zones)):
        if BALANCER in declared:
            reason = f"{BALANCER} is the name of the component through which those with several nodes are reached"
            faults.error(f"network_{kind}.{BALANCER}", BALANCER, reason, "use another name")
    for key, component in matrix.components.items():
        if component.user == USER:
            reason = f"{USER} is the user of the balancer, through which components with several nodes are reached"
            faults.error(f"network_components.{key}.user", USER, reason, "use another user")
