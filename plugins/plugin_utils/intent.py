# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The data that a system should obey, for actions."""

from __future__ import annotations

from ansible.errors import AnsibleActionFail

from ..module_utils.checks.intent import Intent, IntentError, read_intent
from .network import Network


def intent_of(network: Network, site: str = "ansible-playbook site.yml") -> Intent:
    """What a system should obey; ``site`` is the command that puts everything right.

    :raises AnsibleActionFail: with all faults at once.
    """
    try:
        return read_intent(network.proof(), site)
    except IntentError as error:
        raise AnsibleActionFail(f"The network data has {error}") from error
