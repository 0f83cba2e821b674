#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: pm2_service
short_description: Deploy a service that PM2 runs, and keep it as declared
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Fetches a service's code, builds it as a release of its own, turns the link C(current) to it, lets PM2 run it and
    waits until it is healthy. A release that cannot be built or does not become healthy is removed; the one before
    serves again, and the task fails with the service's last log lines.
  - Before a release serves for the first time it runs the commands of O(migrate). Where one fails, the release is removed,
    and nothing is replaced.
  - Compares what PM2 runs with what is declared (script, arguments, variables, instances, mode, state, release) and
    restores what differs. When nothing differs, nothing is done.
  - A service in cluster mode is replaced process by process, so that no request is lost.
  - Each service has a PM2 of its own, run as the service's user by the systemd unit C(pm2-USER.service), which has to
    exist. The unit starts what O(definition) says, which is what this module writes.
  - Runs as root.
attributes:
  check_mode:
    description: Says what would be done and why. Code is neither fetched nor built.
    support: full
  diff_mode:
    description: The service's definition before and after, without its secrets, and the reasons for the change.
    support: full
options:
  name:
    description: Name of the service in PM2.
    type: str
    required: true
  user:
    description: System user that runs the service, and no other. Has to exist.
    type: str
    required: true
  home:
    description: Home directory of the user. The directories of O(writable) have to exist in it.
    type: path
    required: true
  directory:
    description: Where the releases and the link C(current) are. Default is C(/srv/NAME).
    type: path
  definition:
    description: The ecosystem file from which PM2 starts the service at boot. Default is C(/etc/pm2/NAME.json).
    type: path
  source:
    description:
      - Where the code comes from. Required unless O(state=absent). A repository is fetched by O(build_user) with one of
        O(git_protocols).
    type: dict
    suboptions:
      # script/generate: options document.services.Source
      git:
        description: Address of a git repository, fetched on the host by the user that builds. A password
          or token in it is shown to nobody.
        type: str
      version:
        description: Branch, tag or commit of the repository. With a full commit, no run needs to
          look at the repository.
        type: str
      deploy_key:
        description: The private key for a repository that is fetched over SSH, its text, without
          a passphrase. Only the commands that fetch see it, not those of the build, and it is written
          to no disk. Give it the right to read and no other.
        type: str
        version_added: 0.4.0
      known_hosts:
        description: By which keys the repository's server is known, as lines of known_hosts. Required
          with deploy_key.
        type: str
        version_added: 0.4.0
      path:
        description: Directory on the controller, uploaded when there is no release of exactly its
          files yet. Files that a .gitignore in it names are left out.
        type: str
      exclude:
        description: Patterns, as in .gitignore, of what is left out of path besides.
        type: list
        elements: str
        default: []
      archive:
        description: A tar archive, as a file on the controller or an https address.
        type: str
      checksum:
        description: Checksum of an archive that is fetched from an address, as sha256:HEX.
        type: str
      strip_components:
        description: How many leading directories of the archive's paths to leave out.
        type: int
        default: 0
      submodules:
        description: Whether the repository's submodules are fetched as well, also theirs.
        type: bool
        default: false
        version_added: 0.4.0
      # end
      digest:
        description: Digest of the files on the controller. Set by the action plugin.
        type: str
      upload:
        description: Where the uploaded archive is. Set by the action plugin.
        type: path
  release:
    description:
      - Return to a release that the host keeps, in place of what O(source) is now; V(previous) is the one that served before,
        any other is called by its name, as M(nostromo.networking.pm2_service_info) tells them. It runs as it is declared now.
    type: str
    version_added: 0.4.0
  shipped:
    description:
      - Take the release from another host that has built it, in place of building it. Without O(shipped.archive) nothing is done
        but for a release that is here already; RV(upload_needed) then says whether the archive is needed.
    type: dict
    version_added: 0.4.0
    suboptions:
      host:
        description: The host that builds it.
        type: str
        required: true
      release:
        description: The release that it has built. By default the one of O(source) if that says which it is, such as a commit,
          else the one that serves here if it was built in the same way.
        type: str
      failed:
        description: Whether it was not deployed there; then it is not here either.
        type: bool
        default: false
      archive:
        description: The release's archive on the controller, as M(nostromo.networking.directory_archive) fetches it.
        type: path
      sha256:
        description: SHA-256 of the archive.
        type: str
  hold:
    description:
      - If a release serves, only have the new one there, and say so by RV(held). Nobody notices; it serves when the module runs
        without this. For a service of several hosts, of which one after the other is replaced.
    type: bool
    default: false
    version_added: 0.4.0
  by:
    description: Who deploys, for the service's history. By default the user that runs Ansible, and where.
    type: str
    default: ""
    version_added: 0.4.0
  build_user:
    description:
      - System user that fetches and builds, each command in a systemd unit that hides the host and other builds from it.
        What it made is then given to root; the service can only read it. The user must run nothing else, for its other
        processes are ended.
    type: str
    default: nostromo-build
  build_timeout:
    description: How long a build may take with all its commands, in seconds.
    type: int
    default: 1200
  build_memory:
    description: How much memory a build may use, in MiB.
    type: int
    default: 2048
  build_tasks:
    description: How many processes and threads a build may have.
    type: int
    default: 512
  build_disk:
    description: How much disk a build may use, in MiB, with the service's cache. A cache beyond it is emptied.
    type: int
    default: 4096
  git_protocols:
    description: The protocols that git may use, as in C(GIT_ALLOW_PROTOCOL).
    type: list
    elements: str
    default: [https, ssh]
  platform:
    description: A text that changes when releases have to be built anew, such as the distribution's release.
    type: str
    default: ""
  # script/generate: options document.services.DEPLOYED
  state:
    description: absent stops the service for good; its releases, its user and its logs stay.
    type: str
    choices: [present, absent]
    default: present
  build:
    description: Commands that build the release, run one after the other by a shell in the release,
      as the user that builds.
    type: list
    elements: str
    default: []
  build_environment:
    description: Variables for the build, besides those of /etc/environment. No secrets.
    type: dict
    default: {}
  build_scripts:
    description: Whether packages may run their own scripts when a build installs them. false
      sets npm_config_ignore_scripts, YARN_ENABLE_SCRIPTS and PIP_ONLY_BINARY, which npm, pnpm,
      yarn and pip follow; packages that compile something then do not work. The commands of build
      themselves always run.
    type: bool
    default: true
  script:
    description: What to run, a file of the release. Required unless state is absent. A release
      that does not have it is refused before anything of the service is touched. A command such
      as npm start is none; name what it runs.
    type: str
  migrate:
    description: Commands that bring the database to what a new release needs, run one after the
      other by a shell in the release, as the service's user, with its variables and in a room
      like its own. They run once for a release, on the host that builds it, before it replaces
      anything on any host; where one fails, nothing is replaced. What serves meanwhile, and what
      is returned to later, has to work with what they leave.
    type: list
    elements: str
    default: []
    version_added: 0.4.0
  working_directory:
    description: The directory of the release in which it is built and runs, such as a monorepo's
      package. By default the release.
    type: str
    default: ''
    version_added: 0.4.0
  writable:
    description: Directories of the release that the service may write to, such as uploads. They
      lie in its home under the same name and outlive the release, which has links to them; what
      a build puts there is left out.
    type: list
    elements: str
    default: []
    version_added: 0.4.0
  args:
    description: Arguments of the script.
    type: list
    elements: str
    default: []
  interpreter:
    description: What runs the script; none if it runs by itself.
    type: str
    default: node
  interpreter_args:
    description: Arguments of the interpreter.
    type: list
    elements: str
    default: []
  mode:
    description: cluster shares the port among the instances and replaces them without losing
      requests; for Node.js, where it is the default. Anything else and scheduled services run
      in fork mode.
    type: str
    choices: [cluster, fork]
  instances:
    description: How many processes.
    type: int
    default: 1
  environment:
    description: Variables of the service. It gets these, secrets, and HOME, LANG, LOGNAME, NODE_ENV,
      PATH and USER; no others.
    type: dict
    default: {}
  secrets:
    description: Variables that are not to be seen, kept in a file that only the service's user
      can read.
    type: dict
    default: {}
  schedule:
    description: When to run, in cron's notation. The service is then a job that ends, also run
      when it is deployed and at boot. When it is deployed, a run that does not end with status
      0 while the service should become healthy counts as unhealthy. A run that has not ended
      when the next is due is stopped.
    type: str
  health:
    description: How to see that the service serves, asked as its user. Without it, all that is
      seen is that its processes stay up, the same ones for 10 seconds, or half of the time in
      which it should become healthy if that is shorter. The socket that answers has to be held
      by a process of the service's unit; if another process holds it, that is named and nothing
      is deployed.
    type: dict
    suboptions:
      address:
        description: The address on which it listens.
        type: str
        required: true
      port:
        description: The port on which it listens.
        type: int
        required: true
      path:
        description: What to request; an answer 2xx is healthy. Without it, the port has to be
          open.
        type: str
  # end
  health_timeout:
    description: How long a deployed service has to start and become healthy, in seconds.
    type: int
    default: 30
  migrate_timeout:
    description: How long all commands of O(migrate) together may take, in seconds.
    type: int
    default: 600
    version_added: 0.4.0
  start_timeout:
    description: How long a process may take until it listens, in seconds.
    type: int
    default: 10
  stop_timeout:
    description: How long a process has to finish its requests before it is killed, in seconds.
    type: int
    default: 5
  max_memory:
    description: Replace a process that uses more than this, in MiB.
    type: int
  keep:
    description: How many releases to keep, with the one that serves.
    type: int
    default: 3
  path:
    description: The C(PATH) for building and running the service; the first C(node) in it is used.
    type: str
    default: /usr/local/bin:/usr/bin:/bin
"""

EXAMPLES = r"""
- name: Run the API from a git repository
  nostromo.networking.pm2_service:
    name: api
    user: api
    home: /var/lib/api
    source:
      git: https://git.example.org/api.git
      version: v1.4.0
    build: [npm ci --omit=dev]
    script: src/server.js
    instances: 2
    environment:
      PORT: 8000
    secrets:
      PGPASSWORD: "{{ vault_api_database_password }}"
    health:
      address: 127.0.0.1
      port: 8000
      path: /health

- name: Run the API from a private repository
  nostromo.networking.pm2_service:
    name: api
    user: api
    home: /var/lib/api
    source:
      git: ssh://git@git.example.org/api.git
      version: v1.4.0
      deploy_key: "{{ vault_api_deploy_key }}"
      known_hosts: git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBqPuZbz6sT2Hn8JxEJcG4wWbGWgWXSV3WpOQm2JpVYj
    build: [npm ci --omit=dev]
    script: src/server.js

- name: Run a Python job every quarter of an hour
  nostromo.networking.pm2_service:
    name: import
    user: import
    home: /var/lib/import
    source:
      path: ../import
    build:
      - python3 -m venv .venv
      - .venv/bin/pip install --quiet --requirement requirements.txt
    script: .venv/bin/python
    args: [-m, app.import_all]
    interpreter: none
    schedule: "*/15 * * * *"
"""

RETURN = r"""
release:
  description: Name of the release that serves.
  type: str
  returned: when state is present
  sample: 4f1c0d2a9b3e-7d10aa
reasons:
  description: Why something was, or in check mode would be, done.
  type: list
  elements: str
  returned: always
  sample: [release 4f1c0d2a9b3e-7d10aa -> 90b1c2d3e4f5-7d10aa, "process 0: environment.LOG_LEVEL"]
seen:
  description: What showed that the service serves.
  type: str
  returned: when something was done
  sample: 2 processes of pm2-api.service; GET http://127.0.0.1:8000/health was answered by it
held:
  description: Whether the release is there, and waits for its turn.
  type: bool
  returned: with O(hold)
upload_needed:
  description: Whether files of the controller, or the archive of the host that builds, are needed before anything can be done.
  type: bool
  returned: when the source is on the controller, and with O(shipped)
"""

import os
import pwd
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.pm2 import parse
from ..module_utils.pm2.accounts import check_users, missing_users
from ..module_utils.pm2.arguments import ARGUMENTS
from ..module_utils.pm2.deploy import DeployError, Deployment, Limits
from ..module_utils.pm2.diff import diff
from ..module_utils.pm2.listeners import ListenersError
from ..module_utils.pm2.lock import BusyError, locked
from ..module_utils.pm2.model import Service, ServiceError
from ..module_utils.pm2.rollout import Asked, Rollout, roll_out, runs_once
from ..module_utils.pm2.unit import UnitError
from ..module_utils.release.builder import Builder
from ..module_utils.release.history import History
from ..module_utils.release.kept import find
from ..module_utils.release.model import BuildError, Source, SourceError, credentials, described, source
from ..module_utils.release.model import Limits as BuildLimits
from ..module_utils.release.release import Release
from ..module_utils.release.shipped import Shipment, Shipped
from ..module_utils.release.store import Store

RULES: dict[str, Any] = {"required_if": [("state", "present", ("source", "script"))]}


class ServiceModule(AnsibleModule):
    """Ansible logs a module's arguments to the host's journal before it can be told what in them is secret."""

    def _log_invocation(self) -> None:
        self.log(f"Invoked with name={self.params['name']}")


def deploy(params: dict[str, Any], service: Service, origin: Source, check_mode: bool) -> dict[str, Any]:
    """Bring the service to what is declared; what was done, or would be."""
    if check_mode and missing_users(service.user, params["build_user"]):
        first = [came_from(params["shipped"]["host"])] if params["shipped"] else runs_once(params["migrate"])
        reasons = ["not deployed yet", *first]
        return {"changed": True, "reasons": reasons, "diff": diff(service, params["path"], None, reasons)}
    check_users(service.user, params["build_user"])
    recipe = parse.recipe(params, service)
    limits = BuildLimits(params["build_timeout"], params["build_memory"], params["build_tasks"], params["build_disk"])
    builder = Builder(
        service.name,
        params["build_user"],
        parse.build_environment(params, recipe.variables),
        limits,
        params["git_protocols"],
    )
    store = Store(service.directory, builder.owner, pwd.getpwnam(service.user).pw_gid, service.shared)
    deployment = deployment_of(params, service, store)
    if params["release"]:
        kept = find(store, params["release"], History(store.root).entries())
        rollout = roll_out(deployment, kept, Asked(params["by"], f"return to {params['release']}"), check_mode, params["hold"])
    elif params["shipped"]:
        shipment = Shipment.of_options(params["shipped"])
        shipped = Shipped(shipment, origin, recipe, store, limits)
        asked = Asked(params["by"], f"{described(params['source'])}, built on {shipment.host}")
        rollout = roll_out(deployment, shipped, asked, check_mode, params["hold"])
        if rollout.upload_needed:
            rollout = replace(rollout, reasons=(*rollout.reasons, came_from(shipment.host)))
    else:
        release = Release(origin, recipe, builder, store)
        asked = Asked(params["by"], described(params["source"]))
        rollout = roll_out(deployment, release, asked, check_mode, params["hold"])
    return result(rollout, service, params["path"], bool(params["shipped"]))


def came_from(host: str) -> str:
    """What is told of a release that another host builds."""
    return f"built on {host}, and shipped from there"


def result(rollout: Rollout, service: Service, path: str, is_shipped: bool) -> dict[str, Any]:
    """What the user is told of a rollout, and the action plugin of files that are still on the controller."""
    told: dict[str, Any] = {
        "release": rollout.release,
        "reasons": list(rollout.reasons),
        # Without the archive of the host that builds, nothing was done; what is held will be.
        "changed": bool(rollout.reasons) and not (is_shipped and rollout.upload_needed) and not rollout.held,
    }
    if rollout.held:
        told["held"] = True
    if rollout.upload_needed is not None:
        told["upload_needed"] = rollout.upload_needed
    if rollout.reasons:
        told["diff"] = diff(service, path, rollout.before, rollout.reasons)
    if rollout.seen is not None:
        told["seen"] = rollout.seen
    return told


def remove(params: dict[str, Any], service: Service, check_mode: bool) -> dict[str, Any]:
    """Stop the service for good."""
    deployment = deployment_of(params, service, Store(service.directory, (0, 0), 0))
    changed = deployment.is_there() if check_mode else deployment.remove()
    return {"changed": changed, "reasons": ["declared absent"] if changed else []}


def deployment_of(params: dict[str, Any], service: Service, store: Store) -> Deployment:
    """The service on this host."""
    definition = params["definition"] or f"/etc/pm2/{service.name}.json"
    limits = Limits(params["health_timeout"], params["keep"], params["migrate_timeout"])
    return Deployment(service, definition, params["path"], store, limits)


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = ServiceModule(argument_spec=ARGUMENTS, supports_check_mode=True, **RULES)
    params = module.params
    origin = params["source"] or {}
    module.no_log_values.update(*(credentials(origin.get(kind) or "") for kind in ("git", "archive")))
    try:
        service = parse.service(params)
        if params["state"] == "absent":
            module.exit_json(**remove(params, service, module.check_mode))
        wanted = source(params["source"])
        with nullcontext() if module.check_mode else locked(service.name, params["build_timeout"]):
            outcome = deploy(params, service, wanted, module.check_mode)
    except (BuildError, BusyError, DeployError, ListenersError, ServiceError, SourceError, UnitError) as error:
        module.fail_json(msg=f"{params['name']}: {error}")
    module.exit_json(**outcome)


if __name__ == "__main__":
    main()
