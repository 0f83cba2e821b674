# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The data that a system should obey, for actions and lookups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleLookupError

from ..module_utils.checks.intent import Intent, IntentError, read_intent
from ..module_utils.matrix.model import Matrix
from ..module_utils.matrix.probing import Targets
from .environment import Environment
from .network import Network


def intent_of(network: Network, site: str = "ansible-playbook site.yml") -> Intent:
    """What a system should obey; ``site`` is the command that puts everything right.

    :raises AnsibleActionFail: with all faults at once.
    """
    try:
        return read_intent(network.proof(), site)
    except IntentError as error:
        raise AnsibleActionFail(f"The network data has {error}") from error


def tried_from(templar: Any, variables: Mapping[str, Any]) -> tuple[Matrix, str, Targets]:
    """The matrix, the host of a task, and where connections from it to zones are tried.

    :raises AnsibleLookupError: no row starts there.
    """
    network, host = Network(Environment(templar, variables)), variables["inventory_hostname"]
    if host not in network.hosts:
        raise AnsibleLookupError(f"{host} carries no component of the network matrix, so no row starts there")
    intent = intent_of(network)
    return intent.matrix, host, intent.targets
