#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: postgresql_conflicts
short_description: Fail when setting up a PostgreSQL cluster would take a database from another application
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Looks whether a declared database belongs to a role that is not declared, or is used by one - which owns something in it or
    is connected - and would get another owner.
  - Where C(pg_hba.conf) is not yet the role C(postgresql)'s, looks besides who would not get in any more once it is - users of
    declared databases, and every database that is not declared.
  - Asks the server that runs, through its Unix socket, as C(root) or as C(postgres). A server that does not run has nobody
    connected, and is not asked.
extends_documentation_fragment: nostromo.networking.read_only
options:
  version:
    description: The version of the cluster C(main).
    type: str
    required: true
  owners:
    description: The declared databases, name to owner.
    type: dict
    default: {}
  roles:
    description: The declared roles, and those that they are members of.
    type: list
    elements: str
    default: []
  tolerated:
    description: Databases that may be taken from others.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Refuse to take a database from another application
  nostromo.networking.postgresql_conflicts:
    version: "17"
    owners: {shop: api}
    roles: [api]
    tolerated: [wiki]
"""

RETURN = r"""
conflicts:
  description: The databases that would be taken from others.
  type: list
  elements: str
  returned: failure
  sample: [wiki]
"""

import pwd
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.acting import acting_for
from ..module_utils.conflicts import is_ours, refusal, standing
from ..module_utils.postgresql.client import ACCOUNT, DatabaseError, session
from ..module_utils.postgresql.cluster import Cluster
from ..module_utils.postgresql.conflicts import USE_QUERY, Use, conflicts, read_use

_NAMES = {"type": "list", "elements": "str", "default": []}
ARGUMENTS = {
    "version": {"type": "str", "required": True},
    "owners": {"type": "dict", "default": {}},
    "roles": _NAMES,
    "tolerated": _NAMES,
}


def use_of(cluster: Cluster, ours: bool) -> dict[str, Use]:
    """Who uses the databases of a cluster; nothing where it does not run. :raises ValueError: the answer cannot be read.

    Client rules of ours admit root. Those of the package admit ``postgres``, as whom root asks then, without becoming it: the
    server's user can neither trace nor signal a process whose real user is root.
    """
    try:
        port = cluster.port()
        entry = None if ours else pwd.getpwnam(ACCOUNT)
        with acting_for(entry and (entry.pw_uid, entry.pw_gid)), session(port) as opened:
            rows = opened.query(USE_QUERY)
    except DatabaseError:
        return {}
    return read_use("".join(value or "" for row in rows for value in row))


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    cluster = Cluster(params["version"])
    rules = Path(cluster.hba)
    ours = rules.is_file() and is_ours(rules.read_text(encoding="utf-8", errors="replace"), "postgresql")
    try:
        found = conflicts(use_of(cluster, ours), params["owners"], params["roles"], closing=not ours)
    except ValueError as error:
        module.fail_json(msg=f"nothing was changed: {error}")
    found = standing(found, params["tolerated"])
    if found:
        what = "Other applications use databases of this cluster; nothing was changed"
        remedy = "Have another cluster for them, or declare their users among postgresql_users."
        module.fail_json(msg=refusal(what, found, "postgresql_tolerated", remedy), conflicts=list(found))
    module.exit_json(changed=False)


if __name__ == "__main__":
    main()
