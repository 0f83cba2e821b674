#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: postgresql_cluster
short_description: The cluster main of a PostgreSQL version, where its package has not made it
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Debian's package makes the cluster C(main) when it is installed, and never again. Where it could not, for the disk was full
    or the locale unknown, or where only its configuration is left, this makes it (C(pg_createcluster)). Where only its data is
    left, that gets a configuration.
  - A configuration without data is kept in C(/var/backups).
  - If a cluster of another version holds the data, as after an upgrade of the distribution, the task fails and says which.
attributes:
  check_mode:
    description: Nothing is made.
    support: full
  diff_mode:
    description: Says what is done.
    support: full
options:
  version:
    description: Version of PostgreSQL.
    type: str
    required: true
  locale:
    description: Locale of a cluster that is made. The default is there on every host, and sorts the same on every release.
    type: str
    default: C.UTF-8
  encoding:
    description: Encoding of a cluster that is made.
    type: str
    default: UTF8
"""

EXAMPLES = r"""
- name: Have a cluster
  nostromo.networking.postgresql_cluster:
    version: "17"
"""

RETURN = r"""
steps:
  description: What was done, or in check mode would be done, in words.
  type: list
  elements: str
  returned: always
  sample: [make the cluster 17/main with locale C.UTF-8 and encoding UTF8]
"""

import grp
import os
import time

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.files import directory
from ..module_utils.postgresql.clusters import (
    CONFIGURATIONS,
    DATA,
    MAIN,
    ClusterError,
    configuration,
    look,
    step,
)

BACKUPS = "/var/backups"
ARGUMENTS = {
    "version": {"type": "str", "required": True},
    "locale": {"type": "str", "default": "C.UTF-8"},
    "encoding": {"type": "str", "default": "UTF8"},
}


def keep(module: AnsibleModule) -> list[str]:
    """Have the cluster; what was done for it, in words."""
    params = module.params
    version = params["version"]
    if not os.path.exists(f"/usr/lib/postgresql/{version}/bin/postgres"):
        return []  # in check mode the package is not installed yet
    wanted = step(look(), version)
    if wanted is None:
        return []
    done = []
    backup = f"postgresql-{version}-{MAIN}-{time.strftime('%Y%m%dT%H%M%S')}"
    if wanted.aside:
        done.append(f"keep the configuration that is left in {BACKUPS}/{backup}")
    of = f"with locale {params['locale']} and encoding {params['encoding']}" if wanted.initialise else "of its data"
    done.append(f"make the cluster {version}/{MAIN} {of}")
    if not module.check_mode:
        if wanted.aside:
            with directory(CONFIGURATIONS / version) as above, directory(BACKUPS, make=True) as backups:
                above.rename(MAIN, backup, backups)
        initialise(module) if wanted.initialise else configure(version)
    return done


def initialise(module: AnsibleModule) -> None:
    """Have an empty cluster made."""
    params = module.params
    settings = ["--locale", params["locale"], "--encoding", params["encoding"]]
    command = ["pg_createcluster", *settings, params["version"], MAIN]
    status, out, err = module.run_command(command, environ_update={"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"})
    if status:
        raise ClusterError(f"{' '.join(command)}: {(err + out).strip() or f'exit status {status}'}")


def configure(version: str) -> None:
    """Give the data that is there a configuration, without a look into what is the server's own."""
    group = grp.getgrnam("postgres").gr_gid
    with directory(CONFIGURATIONS / version, make=True) as above:
        above.mkdir(MAIN, 0o750, (0, group))
        with above.open(MAIN) as place:
            for name, text in configuration(version, str(DATA / version / MAIN)).items():
                place.write(name, text.encode(), 0o640, (0, group))


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    try:
        done = keep(module)
    except (ClusterError, OSError) as error:
        module.fail_json(msg=f"PostgreSQL {module.params['version']}: {error}")
    diff = {"before": "", "after": "".join(f"{one}\n" for one in done)} if done else {}
    module.exit_json(changed=bool(done), steps=done, diff=diff)


if __name__ == "__main__":
    main()
