#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: observe_host
short_description: See what a host is like right now
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Looks at listening sockets, SSH settings in force, certificate and so on, all in one execution, and changes nothing. It
    reports and does not judge; the playbooks C(nostromo.networking.verify) and C(nostromo.networking.doctor) do.
  - What cannot be seen is reported too, with the reason; the module does not fail for it.
extends_documentation_fragment: nostromo.networking.read_only
options:
  look_at:
    description:
      - What to look at, each by its name and with its parameters. These exist.
      - C(balancer), what HAProxy says of its nodes, and what each of C(callers) (component with its C(user), C(address), C(port)
        and C(path)) is answered through it.
      - C(certificate), the certificates in C(directories), each given by its name.
      - C(client), the address from which Ansible reaches this host over SSH, as the host sees it.
      - C(clock), the time and whether it is synchronised.
      - C(database), PostgreSQL's clusters, whether they accept connections and how many are left.
      - C(disk), room in bytes and inodes; C(paths) in place of the usual ones.
      - C(firewall), whether the rules in the kernel are those of the file, and what else drops packets.
      - C(flows), what becomes of each connection of C(probes), tried as its C(user) to its C(address), C(port) and C(protocol).
      - C(hba), the rules by which the database on C(port) admits its clients, and whether they are loaded.
      - C(health), whether each of C(services) answers, asked as its own C(user) at C(address), C(port) and C(path).
      - C(impostors), whether on the port of each of C(ports) (a component with its C(user) and C(port)) a stranger is heard by
        that user, tried at 127.0.0.2.
      - C(internal_names), where C(names) of components lead on the host, for a user without rights.
      - C(logins), how the database at each one's C(address) and C(port) answers who begins to log in as its C(role) to its
        C(database), asked as its C(user), with TLS and without; whether its certificate is of C(authorities) (PEM).
      - C(monitoring), whether each of its programs, C(daemons), runs with what is on disk; what Prometheus, asked as C(asker),
        says of whom it asks, of its alerts and of their delivery; the hashes of the files C(hashed); whether the log is read;
        when the services C(figures) last ran.
      - C(names), where C(names) lead on the host, and whether its resolvers answer.
      - C(nginx), whether its configuration on disk is valid and the one that runs.
      - C(nginx_config), that configuration itself, as Nginx reads it.
      - C(prometheus), what Prometheus at C(endpoint) (C(address:port)) answers to C(query) (PromQL), asked as C(user).
      - C(renewal), how the certificates C(names) are renewed.
      - C(renewal_log), how certbot's last attempt to renew each of the certificates C(names) ended.
      - C(rooms), what each of C(components), given with its C(user) and its C(ports), could do from inside the sandbox of
        its unit that it must not be able to do, tried there and undone at once; and which of its user's processes run
        outside.
      - C(served), for which C(names) of each of C(certificates) another one than that in its C(directory) is shown at C(port)
        (of C(address), the host itself by default).
      - C(services), units, processes in PM2 and last log lines of C(services), each given with its C(user), its C(home)
        and the names of its C(secrets), whose values are kept out of what is shown.
      - C(site), what the web server answers at C(address), C(http_port) and C(https_port) to C(names) and C(paths), asked as its
        own user; what its C(limits) let pass; C(authorities) (PEM) are trusted besides the host's own.
      - C(sockets), which sockets listen, with process and user.
      - C(ssh_offers), the ways of proving themselves that the running sshd offers to users, asked at C(addresses) and C(port).
      - C(ssh_refusals), which clients sshd has turned away since it has read its settings, within a day, by kind.
      - C(sshd), the C(settings) in force, and for C(users) what differs from them.
      - C(trusted), for which of C(names) the web server at C(address) and C(port) shows no certificate that is valid by the
        host's authorities and C(authorities) (PEM), asked as its own user.
      - C(uncertified), the status by which the web server at C(address) and C(port) answers for C(name) who shows no certificate.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Look at sockets and SSH settings
  nostromo.networking.observe_host:
    look_at:
      sockets: {}
      sshd: {}
  register: seen

- name: Show who listens on which port
  ansible.builtin.debug:
    msg: "{{ seen.observations.sockets }}"
"""

RETURN = r"""
observations:
  description: What was seen, by name.
  type: dict
  returned: always
  sample:
    sockets:
      - {protocol: tcp, address: 0.0.0.0, port: 443, process: nginx, pid: 812, user: root}
unobserved:
  description: What could not be seen, by name, and why.
  type: dict
  returned: always
  sample: {nginx: "nginx is not installed"}
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.observe.collect import collect, fault
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import run


def main() -> None:
    """Look."""
    module = AnsibleModule({"look_at": {"type": "dict", "required": True}}, supports_check_mode=True)
    wanted = module.params["look_at"]
    wrong = fault(wanted)
    if wrong:
        module.fail_json(msg=f"look_at: {wrong}")
    observations, unobserved = collect(wanted, run)
    module.exit_json(changed=False, observations=observations, unobserved=unobserved)


if __name__ == "__main__":
    main()
