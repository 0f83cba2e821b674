# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: nft_rules
short_description: The rules of a host's firewall as lines of nft
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Writes compiled rules as the lines of a chain, with what becomes of packets that none of them speaks of at the end.
positional: chain
options:
  _input:
    description: Rules, in the form of C(firewall_ingress) and its like of the role P(nostromo.networking.firewall#role).
    type: list
    elements: dict
    required: true
  chain:
    description:
      - The chain. C(input) takes C(firewall_ingress), C(output) C(firewall_egress), C(local) C(firewall_local) and C(owners)
        C(firewall_owners). Of C(firewall_gateway) C(inside) and C(postrouting) take its C(inside) and C(translated), C(forward)
        its C(senders), and C(sender) the C(rules) of one of these.
    type: str
    choices: [input, output, local, owners, inside, forward, sender, postrouting]
    required: true
  log_per_minute:
    description: How many of the packets that no rule speaks of are logged in a minute. 0 logs none.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: Show what comes in
  ansible.builtin.debug:
    msg: "{{ network_view.firewall.ingress | nostromo.networking.nft_rules('input') }}"
"""

RETURN = r"""
_value:
  description: The lines, without indentation.
  type: list
  elements: str
  sample: ['tcp dport { 443 } counter accept comment "HTTPS"', 'counter drop comment "default"']
"""

from ansible.errors import AnsibleFilterError


def nft_rules(rules: list, chain: str, log_per_minute: int = 0) -> list[str]:
    """Rules as lines of a chain."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.firewall.nft import CHAINS, chain_lines
    from ansible_collections.nostromo.networking.plugins.module_utils.quoting.characters import UnquotableError

    if chain not in CHAINS:
        raise AnsibleFilterError(f"There is no chain {chain!r}; use one of {', '.join(CHAINS)}")
    try:
        return chain_lines(chain, rules, log_per_minute)
    except UnquotableError as error:
        raise AnsibleFilterError(f"A rule of the chain {chain} cannot be written: {error}") from error
    except KeyError as error:
        raise AnsibleFilterError(
            f"A rule of the chain {chain} lacks {error}, or has an unknown value of that name"
        ) from error


class FilterModule:
    """The filter ``nft_rules``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"nft_rules": nft_rules}
