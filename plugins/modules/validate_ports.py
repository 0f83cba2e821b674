#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: validate_ports
short_description: Check the network matrix, and all that leans on it, before any host is touched
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Reads the documented matrix (components, zones, flows) with the data that leans on it (sites, services, database,
    DNS, certificate) and reports every fault at once, each with the path to it, what is wrong and what would be right.
  - The component that serves the sites is the public one with the applications C(HTTP) and C(HTTPS) among its ports; the
    database is the component with the application C(PostgreSQL).
  - What is usable but doubtful is a warning. Nothing is changed. Runs on the controller, whatever host the task is for.
extends_documentation_fragment: nostromo.networking.read_only
options:
  matrix:
    description:
      - The matrix - C(components), C(zones), C(flows), C(baseline_flows) and C(cloudflare_addresses), as in the variables
        C(network_*) of these names, and C(hosts), each with C(addresses) and C(components). By default that of the host's
        variables and the inventory's groups.
    type: raw
  # script/generate: options matrix.arguments.DOCUMENTED
  sites:
    type: raw
    description: Every host name that Nginx serves; a request for any other is refused. As C(network_sites).
    default: []
  dns:
    type: raw
    description: DNS of the domain at Cloudflare. As C(network_dns).
  domain:
    type: raw
    description: The domain to which names of DNS records are relative. As C(network_domain).
    default: ''
  certificate:
    type: raw
    description: The certificate of the sites, or a list of several; a site is served with the
      one that holds its host name. As C(network_certificate).
    default: []
  client_address:
    type: raw
    description: Where the client's address comes from behind a proxy. As C(network_client_address).
  probe_targets:
    type: raw
    description: 'Where in a zone the proof tries connections: addresses or names that answer
      on the ports of its rows. As C(network_probe_targets).'
    default: {}
  tolerated_listeners:
    type: raw
    description: Sockets that may listen besides those of the matrix, each told by its process,
      protocol or port. As C(network_tolerated_listeners).
    default: []
  # end
  service_environments:
    description:
      - The environment of each service, without secrets. E(PORT) has to be the component's port, E(PGPORT) the
        database's.
    type: raw
    default: {}
  service_sources:
    description:
      - The C(source) of each service. The rows have to let the component of O(build_user) send to its port - a git address
        of the form C(git@host:path) is fetched over SSH, which a row for HTTPS does not allow.
    type: raw
    default: {}
    version_added: 0.4.0
  database_port:
    description:
      - The port that the database server is told to use.
    type: raw
  database_clients:
    description:
      - Components that have a role in the database; each needs a flow to it. Empty for a role that is no component's.
    type: list
    elements: raw
    default: []
  name_servers:
    description:
      - Addresses of the DNS servers that the hosts ask now. A row for DNS has to lead from the server to one of them at least.
        Loopback addresses are ignored.
    type: list
    elements: str
    default: []
  controller_addresses:
    description:
      - Addresses from which Ansible is connected to the hosts now, as the hosts see them (the first word of
        E(SSH_CONNECTION)). A row for SSH has to admit each of them. Loopback addresses are ignored.
    type: list
    elements: str
    default: []
  filled_in:
    description:
      - The variables that the user fills in, by name. A placeholder such as C(EXTERNAL_IP) that is left in one of them is
        reported there, and not again where the variable is used.
    type: dict
    default: {}
  build_user:
    description:
      - The user that fetches and builds the services' code, C(pm2_build_user). Sources are not looked at where no component
        of the matrix runs as it.
    type: str
    default: nostromo-build
    version_added: 0.4.0
"""

EXAMPLES = r"""
- name: Check the matrix alone
  nostromo.networking.validate_ports:

- name: Check everything that leans on the matrix as well
  nostromo.networking.validate_ports:
    sites: "{{ network_sites }}"
    dns: "{{ network_dns }}"
    domain: "{{ network_domain }}"
    certificate: "{{ network_certificate }}"
    client_address: "{{ network_client_address }}"
    database_clients: "{{ network_database_users | map(attribute='component') }}"
    filled_in:
      network_service_sources: "{{ network_service_sources }}"
  run_once: true

- name: Check a host's services, without their secrets
  nostromo.networking.validate_ports:
    service_environments:
      api: "{{ network_services.api.environment }}"
    controller_addresses: ["{{ ansible_env.SSH_CONNECTION.split() | first }}"]
"""

RETURN = r"""
matrix:
  description:
    - The matrix in one form, with defaults filled in, ports as C(80) or C(8000-8010) and networks as CIDR.
    - C(components), C(zones) and C(hosts) by name, and C(flows) with the C(path) of each row.
  returned: success
  type: dict
faults:
  description: All faults; empty on success.
  returned: always
  type: list
  elements: dict
  contains:
    path:
      description: Where it is in the variables.
      type: str
      sample: network_flows[3].port
    value:
      description: What stands there.
      type: raw
      sample: 70000
    reason:
      description: What is wrong.
      type: str
      sample: 70000 is not a port
    remedy:
      description: What would be right.
      type: str
      sample: use an integer from 1 to 65535
    severity:
      description: C(error) or C(warning).
      type: str
      sample: error
doubts:
  description: All warnings, in the form of RV(faults).
  returned: always
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.matrix.arguments import ARGUMENTS, outcome


def main() -> None:
    """Check and tell."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    told = outcome(module.params)
    if told.pop("failed", False):
        module.fail_json(**told)
    module.exit_json(**told)


if __name__ == "__main__":
    main()
