#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: host_facts
short_description: Learn in one step what the roles have to know of a host
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Which distribution it is, the names of all packages that are installed, the versions of programs whose dialects differ,
    which DNS servers it asks, from where Ansible is connected, and whether it gets out to where its packages come from.
  - Fails on a distribution on which the roles cannot work, and warns on one that they have not been tried on. Everything that
    the roles do comes after it.
  - In place of M(ansible.builtin.setup), whose facts of the distribution have the same names and values, and of
    M(ansible.builtin.package_facts). Those two take seconds, and leave thousands of facts that Ansible copies for every
    template.
  - A play of one of the roles alone needs this module before it, or C(gather_facts); the role then learns only what is
    still missing.
options:
  ask_again:
    description:
      - Have the host answer at once what the last such run asked of it, so that the tasks of this run need not ask again.
      - Needs C(become) to root. The host keeps the questions, without those that hold secrets, in C(/run/nostromo-questions)
        until it boots. In check mode it keeps none.
      - An answer counts for 30 seconds, for the very same question, and until a module runs on any host of this run.
    type: bool
    default: false
extends_documentation_fragment: nostromo.networking.read_only
seealso:
  - module: ansible.builtin.setup
  - module: ansible.builtin.package_facts
"""

EXAMPLES = r"""
- name: Learn what the host is
  nostromo.networking.host_facts:
  when: ansible_facts['installed_packages'] is not defined

- name: Install jq
  ansible.builtin.apt:
    name: jq
  when: "'jq' not in ansible_facts['installed_packages']"
"""

RETURN = r"""
ansible_facts:
  description: Facts to add.
  returned: always
  type: dict
  contains:
    distribution:
      description: The distribution's name.
      returned: always
      type: str
      sample: Debian
    distribution_major_version:
      description: The first part of the distribution's version.
      returned: always
      type: str
      sample: "13"
    distribution_release:
      description: Code name of the distribution's release.
      returned: always
      type: str
      sample: trixie
    debian_architecture:
      description: The architecture for which its packages are made, as Debian calls it.
      returned: always
      type: str
      sample: amd64
    installed_packages:
      description: Names of the packages that are installed completely, without their architecture, sorted.
      returned: always
      type: list
      elements: str
      sample: [adduser, apt, nginx]
    program_versions:
      description:
        - The versions, as their authors count, of those of grafana, nginx, openssh-server, openssl and postgresql that are
          installed.
        - Of several servers of PostgreSQL the newest.
      returned: always
      type: dict
      sample: {nginx: 1.26.3, openssh-server: 10.0p1, openssl: 3.5.1, postgresql: "17.5"}
    name_servers:
      description: The DNS servers that the host asks, in their order; behind systemd-resolved, those that it asks.
      returned: always
      type: list
      elements: str
      sample: [192.0.2.53]
    out_of_reach:
      description:
        - The hosts of apt's sources to which no route leads from this one.
        - Empty where there is a default route, or apt has a proxy.
      returned: always
      type: list
      elements: str
      sample: []
    hosts_file:
      description:
        - What hosts(5) says, C(/etc/hosts).
        - Empty where it is not root's, or not C(0644).
      returned: always
      type: str
      sample: "127.0.0.1 localhost\n"
    ssh_client:
      description:
        - The address from which Ansible is connected, as the host sees it.
        - Empty over another connection than SSH.
      returned: always
      type: str
      sample: 203.0.113.7
"""

import re
import shlex
import stat
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.observe.client import ssh_client
from ansible_collections.nostromo.networking.plugins.module_utils.observe.resolv_conf import name_servers
from ansible_collections.nostromo.networking.plugins.module_utils.observe.routes import out_of_reach
from ansible_collections.nostromo.networking.plugins.module_utils.platforms import PlatformError, doubt

ARGUMENTS = {"ask_again": {"type": "bool", "default": False}}
OS_RELEASE = Path("/etc/os-release")
HOSTS = Path("/etc/hosts")
FORMAT = "${db:Status-Status} ${Package} ${Version} ${Architecture}\n"
PROGRAMS = ("grafana", "nginx", "openssh-server", "openssl")
_POSTGRESQL = re.compile(r"postgresql-[0-9]+")
# [epoch:]upstream-version[-debian-revision], deb-version(7).
_VERSION = re.compile(r"(?:\d+:)?(?P<upstream>.*?)(?:-[^-]*)?")


def distribution(text: str) -> dict[str, str]:
    """Facts of the distribution from the text of os-release(5)."""
    values = dict(word.split("=", 1) for word in shlex.split(text, comments=True) if "=" in word)
    return {
        "distribution": values.get("ID", "").capitalize(),
        "distribution_major_version": values.get("VERSION_ID", "").partition(".")[0],
        "distribution_release": values.get("VERSION_CODENAME", ""),
    }


def installed(listing: str) -> dict[str, str]:
    """Name and version of what dpkg-query prints as FORMAT; not of packages that were removed or only half installed."""
    rows = (line.split(" ") for line in listing.splitlines())
    return {name: version for status, name, version, _architecture in sorted(rows) if status == "installed"}


def architecture(listing: str) -> str:
    """That of dpkg itself; packages may be of others, or of all."""
    found = re.search(r"^installed dpkg \S+ (\S+)$", listing, re.MULTILINE)
    return found[1] if found else ""


def upstream(version: str) -> str:
    """The version that its authors gave a program, without what Debian adds."""
    return _VERSION.fullmatch(version)["upstream"]


def programs(packages: dict[str, str]) -> dict[str, str]:
    """The versions of the programs whose dialects differ. PostgreSQL's servers are packages of their own, postgresql-17."""
    versions = {name: upstream(packages[name]) for name in PROGRAMS if name in packages}
    servers = [name for name in packages if _POSTGRESQL.fullmatch(name)]
    if servers:
        newest = max(servers, key=lambda name: int(name.rpartition("-")[2]))
        versions["postgresql"] = upstream(packages[newest])
    return versions


def hosts_file(path: Path = HOSTS) -> str:
    """The file of host names as it should be, root's and readable for all."""
    try:
        status = path.stat()
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return text if (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (0, 0, 0o644) else ""


def main() -> None:
    """Read what describes the host, and ask dpkg."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    platform = distribution(OS_RELEASE.read_text(encoding="utf-8"))
    try:
        said = doubt(platform["distribution"], platform["distribution_major_version"])
    except PlatformError as error:
        module.fail_json(msg=str(error))
    if said:
        module.warn(said)
    program = module.get_bin_path("dpkg-query", required=True)
    _status, listing, _errors = module.run_command([program, "--show", f"--showformat={FORMAT}"], check_rc=True)
    packages = installed(listing)
    facts = {
        **platform,
        "debian_architecture": architecture(listing),
        "installed_packages": list(packages),
        "program_versions": programs(packages),
        "name_servers": name_servers(),
        "out_of_reach": out_of_reach(),
        "hosts_file": hosts_file(),
        "ssh_client": ssh_client(),
    }
    module.exit_json(changed=False, ansible_facts=facts)


if __name__ == "__main__":
    main()
