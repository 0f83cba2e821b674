#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: postgresql_access
short_description: Roles, databases and privileges of a PostgreSQL cluster
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Compares all named roles, databases and privileges with what the cluster has, in one query, and changes what differs in
    one transaction (databases that have to be created are, by PostgreSQL's rules, created outside of it).
  - Runs on the database's host as C(root), through the Unix socket, where the server has to admit C(root) as the role
    C(postgres) by peer authentication (C(pg_ident.conf)), as the role P(nostromo.networking.postgresql#role) has it.
  - What the server answers is not believed - it is read as plain data, with a limit in time and size, and never becomes a
    statement.
  - Passwords are compared with the stored SCRAM-SHA-256 verifier; only verifiers are sent, never a password.
  - A named role can log in and has no administrative power. The role C(PUBLIC) loses its default rights on named databases.
    Roles and databases that are not named are left alone.
attributes:
  check_mode:
    description: Nothing is changed. Without a server, all of it counts as missing.
    support: full
  diff_mode:
    description: Lists what is done, without secrets.
    support: full
options:
  users:
    description:
      - Roles that applications log in as. Who is admitted from where, by their addresses and accounts, is not this module's.
    type: list
    elements: dict
    default: []
    suboptions:
      # script/generate: options document.database.AdmittedUser
      name:
        description: Name of the role.
        type: str
        required: true
      password:
        description: Its password, in printable ASCII. Left out where its component runs on the database's
          host, which needs none.
        type: str
        default: ''
      databases:
        description: Databases that it may connect to, each one of those that are declared.
        type: list
        elements: str
        default: []
      privileges:
        description: 'Privileges on each of its databases: CONNECT, which it always has, CREATE and
          TEMPORARY. An owner has them all.'
        type: list
        elements: str
        default: [CONNECT]
      member_of:
        description: Roles that it is a member of; other memberships are ended.
        type: list
        elements: str
        default: []
      component:
        description: The matrix' component that uses the role; empty for people's.
        type: str
      addresses:
        description: Addresses (CIDR) from which it is admitted.
        type: list
        elements: str
        default: []
      account:
        description: System user of this host that is the role at the Unix socket and needs no password
          there.
        type: str
        default: ''
      # end
  databases:
    description: Databases. They are created in UTF-8.
    type: list
    elements: dict
    default: []
    suboptions:
      # script/generate: options document.database.Database
      name:
        description: Name of the database.
        type: str
        required: true
      owner:
        description: Role that owns it, one of the database's users or postgres.
        type: str
        required: true
      locale:
        description: Locale of a database that is created. The default sorts the same on every release.
        type: str
        default: C.UTF-8
      # end
  port:
    description: The cluster's port, which names its socket.
    type: int
    default: 5432
"""

EXAMPLES = r"""
- name: Let the application use its database
  nostromo.networking.postgresql_access:
    users:
      - {name: api, password: "{{ vault_api_database_password }}", databases: [app]}
    databases:
      - {name: app, owner: api}
"""

RETURN = r"""
statements:
  description: What was done, or in check mode would be done, in words.
  type: list
  elements: str
  returned: always
  sample: [create role api, "create database app, owner api"]
"""

import os
from collections.abc import Sequence

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.postgresql.access import (
    STATE_QUERY,
    Database,
    Statement,
    User,
    batches,
    faults,
    plan,
    read_state,
)
from ..module_utils.postgresql.client import SOCKETS, DatabaseError, session

USER = {
    # script/generate: arguments document.database.AdmittedUser
    "name": {"type": "str", "required": True},
    "password": {"type": "str", "no_log": True, "default": ""},
    "databases": {"type": "list", "elements": "str", "default": []},
    "privileges": {"type": "list", "elements": "str", "default": ["CONNECT"]},
    "member_of": {"type": "list", "elements": "str", "default": []},
    "component": {"type": "str"},
    "addresses": {"type": "list", "elements": "str", "default": []},
    "account": {"type": "str", "default": ""},
    # end
}
DATABASE = {
    # script/generate: arguments document.database.Database
    "name": {"type": "str", "required": True},
    "owner": {"type": "str", "required": True},
    "locale": {"type": "str", "default": "C.UTF-8"},
    # end
}
#: How long the changes of one transaction, or making a database, may take, in seconds.
PATIENCE = 30
ARGUMENTS = {
    "users": {"type": "list", "elements": "dict", "default": [], "options": USER},
    "databases": {"type": "list", "elements": "dict", "default": [], "options": DATABASE},
    "port": {"type": "int", "default": 5432},
}


def present_state(module: AnsibleModule) -> dict:
    """The cluster's present state; empty in check mode when there is no server yet."""
    port = module.params["port"]
    try:
        with session(port) as opened:
            rows = opened.query(STATE_QUERY)
    except DatabaseError as error:
        problem = f"cannot read the state of the cluster on port {port}: {error}"
        if not module.check_mode:
            module.fail_json(msg=problem)
        if os.path.isdir(SOCKETS):
            module.warn(f"{problem}; all of it counts as missing")
        return {}
    return read_state("".join(value or "" for row in rows for value in row))


def execute(module: AnsibleModule, statements: Sequence[Statement]) -> None:
    """Run the statements, each batch in a transaction."""
    for batch in batches(statements):
        try:
            with session(module.params["port"], PATIENCE) as opened:
                opened.query(";\n".join(statement.sql for statement in batch))
        except DatabaseError as error:
            module.fail_json(msg=f"cannot {'; '.join(statement.summary for statement in batch)}\n{error}")


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    users = [
        User(item["name"], item["password"], *(tuple(item[key]) for key in ("databases", "privileges", "member_of")))
        for item in module.params["users"]
    ]
    databases = [Database(**item) for item in module.params["databases"]]
    wrong = faults(users, databases)
    if wrong:
        module.fail_json(msg="nothing was changed:\n" + "\n".join(wrong))
    try:
        statements = plan(users, databases, present_state(module))
    except ValueError as error:
        module.fail_json(msg=f"nothing was changed: {error}")
    summaries = [statement.summary for statement in statements]
    if not module.check_mode:
        execute(module, statements)
    module.exit_json(
        changed=bool(statements),
        statements=summaries,
        diff={"before": "", "after": "".join(f"{summary}\n" for summary in summaries)} if summaries else {},
    )


if __name__ == "__main__":
    main()
