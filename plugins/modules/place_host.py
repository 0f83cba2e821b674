#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: place_host
short_description: Tell a host what the networking document says of it
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Puts a host that carries a component into the inventory group C(network_hosts), and into C(network_postgresql),
    C(network_pm2), C(network_nginx) and C(network_letsencrypt) if those roles set it up, for the rest of the run. One host of
    each environment with a token (C(network_cloudflare.token)) is in C(network_cloudflare) besides, and the gateway
    (C(network_gateway)) in C(network_gateways).
  - Gives it the variable C(network_view), the matrix as the host sees it; C(network_database), how its services reach the
    database, if they do; and of each variable of the document that the group vars leave out what it is then.
  - Runs on the controller; no host is contacted. Run it once, in a loop over the hosts, so that the matrix is compiled once.
attributes:
  check_mode:
    description: Does the same, for it changes no host.
    support: full
  diff_mode:
    description: No host is changed, so there is nothing to show.
    support: none
options:
  name:
    description: The host's name in the inventory. Of one that carries no component nothing is said.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Say what each host carries
  nostromo.networking.place_host:
    name: "{{ item }}"
  loop: "{{ ansible_play_hosts_all }}"
  loop_control:
    break_when: __placed is failed
  run_once: true
  changed_when: false
  register: __placed

- name: Show what this host lets through
  ansible.builtin.debug:
    msg: "{{ network_view.firewall.ingress }}"
"""

RETURN = r"""
add_host:
  description: What Ansible makes of it, as of M(ansible.builtin.add_host).
  type: dict
  returned: when the host carries a component
"""
