# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``site.yml`` tells each host, task by task: arguments evaluated, templates rendered.

Without a host, what only that knows stands as on a fresh Debian 13, for any data alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.playbook import Playbook
from ansible.playbook.block import Block
from ansible.playbook.helpers import load_list_of_blocks

from .given_inventory import GivenInventory
from .template_file import render_file

_SITE = Path(__file__).parents[2] / "playbooks" / "site.yml"
_FACTS = {
    "distribution": "Debian",
    "distribution_major_version": "13",
    "distribution_release": "trixie",
    "debian_architecture": "amd64",
    "installed_packages": [],
    "program_versions": {"nginx": "1.26.3", "openssh-server": "10.0p1", "openssl": "3.5.1", "postgresql": "17.5"},
    "name_servers": [],
    "ssh_client": "",
}
#: What a task's result is taken for that a later one asks for: all is well, and there is something to do.
_RESULT = {
    "changed": False,
    "failed": False,
    "skipped": False,
    "files": [],
    "accepted": [],
    "refused": [],
    "activated": ["…"],
    "hosts": {},
}
#: What refuses, looks or tells: after none of these is anything on a host another.
_LOOKS = frozenset(
    {
        "meta",
        *(f"ansible.builtin.{name}" for name in ("assert", "debug", "fail", "meta", "validate_argument_spec")),
        *(f"nostromo.networking.{name}" for name in ("admin_login", "cloudflare_zones", "host_facts", "place_host")),
        *(f"nostromo.networking.{name}_conflicts" for name in ("firewall", "nginx", "postgresql")),
        *(f"nostromo.networking.validate_{name}" for name in ("network", "ports")),
    }
)
_COMMIT = "nostromo.networking.confirmed_commit"
_INCLUDE, _SET = "ansible.builtin.include_tasks", "ansible.builtin.set_fact"
#: What would bring tasks or variables of which nothing is known here.
_UNFORESEEN = frozenset(f"ansible.builtin.{name}" for name in ("include_role", "include_vars", "add_host", "group_by"))


#: Has a task's module do its work on a host, and tells its result: of a role or tag, the task, its action and its arguments.
Perform: TypeAlias = Callable[[str, str, str, dict[str, Any]], Mapping[str, Any]]


class SiteTasks:
    """What the tasks of ``site.yml`` are told, for the hosts of an inventory that have been told their place in it.

    :param facts: of the host, if there is one that is asked.
    :param perform: has it do so, in check mode.
    """

    def __init__(
        self, given: GivenInventory, facts: Mapping[str, Any] | None = None, perform: Perform | None = None
    ) -> None:
        self._given, self._facts, self._perform = given, _FACTS if facts is None else facts, perform
        self._found: dict[str, dict[str, dict[str, Any]]] = {}
        #: What tasks have set, and what has become of them, by host.
        self._known: dict[str, dict[str, Any]] = {}

    def by_host(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Host -> role, or the tag of a play without roles -> ``MODULE NAME`` of a task -> its arguments.

        :raises AnsibleActionFail: what a task is told cannot be found out.
        """
        given = self._given
        for play in Playbook.load(str(_SITE), variable_manager=given.manager, loader=given.loader).get_plays():
            ready = play.copy()
            ready.post_validate(given.templar(given.manager.get_vars(play=play)))
            tasks = list(_tasks(play.compile()))
            for host in given.inventory.get_hosts(ready.hosts):
                self._take(play, host.name, tasks)
        return self._found

    def _take(self, play: Any, host: str, tasks: Iterable[Any]) -> None:
        for task in tasks:
            if task.action in _LOOKS:
                continue
            try:
                self._take_task(play, host, task)
            except AnsibleActionFail:
                raise
            except AnsibleError as error:
                role = f"role {_subject(play, task)}, " if task._role else ""
                raise AnsibleActionFail(f"{host}: {role}task {task.name!r}: {error}") from error

    def _take_task(self, play: Any, host: str, task: Any) -> None:
        known = self._known.setdefault(host, {})
        variables = {**self._given.variables(host, play=play, task=task), **known}
        variables |= {"ansible_facts": self._facts, "ansible_check_mode": self._perform is not None}
        variables["ansible_search_path"] = _search_path(task)
        templar = self._given.templar(variables)
        results: list[Mapping[str, Any]] = []
        if (task.action in _UNFORESEEN or task.action == _INCLUDE) and not task.loop and not _is_done(task, templar):
            return
        if task.action in _UNFORESEEN or (task.action == _INCLUDE and task.loop):
            reason = f"what {task.action} brings is not foreseen; include each by itself"
            raise AnsibleActionFail(f"{host}: task {task.name!r}: {reason}")
        if task.action == _INCLUDE:
            self._take(play, host, self._included(play, task, templar))
            return
        name = task.loop_control.loop_var or "item" if task.loop_control else "item"
        for item in templar.template(task.loop) if task.loop else [None]:
            own = {**variables, name: item} if task.loop else variables
            one = self._given.templar(own)
            if _is_done(task, one):
                results.append(self._keep(host, play, task, one, own))
        if task.register:
            known[task.register] = _registered(results, bool(task.loop))

    def _keep(
        self, host: str, play: Any, task: Any, templar: Any, variables: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Keep what a task is told; its result."""
        if task.check_mode and not self._perform:
            return _RESULT
        arguments = templar.template(task.args)
        if task.action == _SET:
            self._known[host].update({name: value for name, value in arguments.items() if name != "cacheable"})
            return _RESULT
        if task.action == _COMMIT:
            files = [self._rendered(file, task, templar, variables) for file in arguments.get("files") or ()]
            arguments = {**arguments, "files": files}
        own = self._found.setdefault(host, {}).setdefault(_subject(play, task), {})
        label = f"{task.action.rpartition('.')[2]} {_label(arguments, task)}"
        own[label] = plain(arguments)
        if not self._perform:
            return _RESULT
        # What only looks is said by the task that does it.
        return self._perform("" if task.check_mode else _subject(play, task), label, task.action, arguments)

    def _rendered(self, file: Mapping[str, Any], task: Any, templar: Any, variables: Mapping[str, Any]) -> dict[str, Any]:
        """A file of a commit, complete, with its content in place of its template's name."""
        told = {"state": "present", **file}
        if told["state"] == "absent":
            return {name: value for name, value in told.items() if name in ("path", "state", "activate")}
        told = {"owner": "root", "group": "root", "mode": "0644", **told}
        if template := told.pop("template", None):
            loader = self._given.loader
            found = loader.path_dwim_relative_stack(_search_path(task), "templates", template)
            told["content"] = render_file(found, loader, templar, variables)
        return told

    def _included(self, play: Any, task: Any, templar: Any) -> Iterator[Any]:
        given = self._given
        name = templar.template(task.args)["_raw_params"]
        file = given.loader.path_dwim_relative_stack(_search_path(task), "tasks", name)
        tasks = given.loader.load_from_file(file, trusted_as_template=True)
        blocks = load_list_of_blocks(
            tasks, play=play, role=task._role, variable_manager=given.manager, loader=given.loader
        )
        return _tasks(blocks)


def _registered(results: list[Mapping[str, Any]], is_loop: bool) -> Mapping[str, Any]:
    """As Ansible keeps the results of a task."""
    if is_loop:
        return {**_RESULT, "results": results, "changed": any(one.get("changed") for one in results)}
    return results[0] if results else {**_RESULT, "skipped": True}


def plain(value: Any, text: Callable[[str], str] = str) -> Any:
    """A value as JSON has it, with keys that are texts, and nothing of Ansible's about it.

    :param text: what becomes of texts.
    """
    if isinstance(value, Mapping):
        return {text(str(key)): plain(item, text) for key, item in value.items()}
    if isinstance(value, str):
        return text(str(value))
    if isinstance(value, Sequence):
        return [plain(item, text) for item in value]
    return value if isinstance(value, (bool, int, float, type(None))) else text(str(value))


def _tasks(blocks: Iterable[Any]) -> Iterator[Any]:
    for one in blocks:
        if isinstance(one, Block):
            yield from _tasks(one.block)
        else:
            yield one


def _is_done(task: Any, templar: Any) -> bool:
    return all(templar.evaluate_conditional(condition) for condition in task.when)


def _search_path(task: Any) -> list[str]:
    """Where a task's files are looked for: in its role first, from wherever it was included."""
    role = [task._role._role_path] if task._role else []
    return list(dict.fromkeys((*role, *task.get_search_path())))


def _subject(play: Any, task: Any) -> str:
    if task._role:
        return str(task._role.get_name()).rpartition(".")[2]
    return str(next(iter(play.tags), play.name))


def _label(arguments: Mapping[str, Any], task: Any) -> str:
    named = (arguments.get(key) for key in ("name", "path", "dest"))
    return next((str(name) for name in named if isinstance(name, str)), str(task.name))
