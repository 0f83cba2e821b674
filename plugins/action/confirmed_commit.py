# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The controller's part of a confirmed commit. Documented in plugins/modules/confirmed_commit.py."""

from __future__ import annotations

import time
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError

from ..module_utils.commit.arguments import ARGUMENTS, fault
from ..module_utils.commit.journal import PROGRAM, STATE
from ..module_utils.endpoint import endpoint
from ..modules import confirmed_commit
from ..plugin_utils.fresh_connection import FreshConnection
from ..plugin_utils.kept_connection import forget_frozen, try_over_kept
from ..plugin_utils.rehearsal import Rehearsed
from ..plugin_utils.template_file import render
from ..plugin_utils.url_probe import url_failure

#: How long the rollback may take that is asked for at once, in seconds.
ROLLBACK = 15
#: How long after the deadline a host may take to be reachable again, in seconds.
GRACE = 30
#: How many hosts behind it are asked at most; one has to answer.
_WITNESSES = 3


class ActionModule(Rehearsed):
    """Run the module on the host; if the commit waits, try what should prove it, then keep it or have it undone."""

    module = confirmed_commit

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's result, or a failure that says what the host's state is."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validation, args = self.validate_argument_spec(argument_spec=ARGUMENTS)
        wrong = fault(args)
        if wrong:
            raise AnsibleActionFail(f"{args['name']}: {wrong}")
        confirm, name = args["confirm"] or {}, args["name"]
        fresh = None
        if confirm.get("connection"):
            fresh = FreshConnection(self, variables, confirm["address"], confirm["port"])
        arguments = self._rendered(variables)
        if fresh:
            own = confirm["command"] or []
            proofs = [*fresh.host_proof(), *(own if isinstance(own, list) else [own])]
            arguments["confirm"] = {**arguments["confirm"], "command": proofs}
        deadline = time.monotonic() + args["deadline_seconds"]
        try:
            done = self.perform(arguments, variables)
            if self._window_closes(done):
                deadline = time.monotonic() + args["deadline_seconds"]
                done = self.perform(arguments, variables)
            result |= done
        except AnsibleConnectionFailure as error:
            if not (fresh or confirm.get("url")):
                raise  # the host may have kept the commit by itself
            problem = f"the connection was lost during the change: {error.message.strip()}"
            return self._failed(result, name, problem, f"test ! -e {STATE}/{name}/pending", deadline)
        through = result.pop("through", [])
        if not result.pop("waits", False):
            return result
        identity = result["commit"]
        problem = (
            self._url_problem(confirm, deadline)
            or (fresh and self._through_problem(fresh, confirm, through[:_WITNESSES]))
            or self._keep(fresh, confirm, name, identity)
        )
        if problem is None:
            return result
        del result["commit"]
        rollback = [str(PROGRAM), "rollback", name, identity]
        if fresh:  # no new connection may get through to ask for it, until the deadline
            try_over_kept(self, rollback, min(ROLLBACK, deadline - time.monotonic()))
        return self._failed(result, name, problem, " ".join(rollback), deadline)

    def _window_closes(self, done: dict[str, Any]) -> bool:
        """Whether an earlier commit, if that is what hinders, has been waited for."""
        left = done.get("seconds_left")
        if left is None:
            return False
        self._display.warning(f"{done['msg']}; waiting for that")
        time.sleep(left + 1)
        return True

    def _rendered(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The task's arguments, with the contents that come out of templates in place of their names."""
        arguments = dict(self._task.args)
        files = []
        for item in arguments.get("files") or []:
            name = item.get("template")
            others = {key: value for key, value in item.items() if key != "template"}
            files.append({**others, "content": render(self, name, variables)} if name else others)
        return {**arguments, "files": files} if files else arguments

    def _url_problem(self, confirm: dict[str, Any], deadline: float) -> str | None:
        if not confirm["url"]:
            return None
        return url_failure(
            confirm["url"],
            address=confirm["url_address"],
            statuses=confirm["url_statuses"],
            validate_certs=confirm["validate_certs"],
            until=min(deadline, time.monotonic() + 15),
        )

    def _through_problem(self, fresh: FreshConnection, confirm: dict[str, Any], through: list[list[Any]]) -> str | None:
        """Why nobody gets through the host any more to any of the hosts behind it, or ``None``."""
        users = [fresh.user] if fresh.comes_again else confirm["users"] or [fresh.user]
        failures = []
        for user in users:
            for address, port in through:
                failure = fresh.failure_onward(user, address, port)
                if failure is None:
                    return None
                failures.append(f"{endpoint(address, port)}: {failure}")
        return f"no new connection through {fresh} to " + "; ".join(failures) if failures else None

    def _keep(self, fresh: FreshConnection | None, confirm: dict[str, Any], name: str, identity: str) -> str | None:
        """Tell the host to keep the commit, over a new connection where that is the proof; what went wrong, or ``None``."""
        command = [str(PROGRAM), "confirm", name, identity]
        if fresh:
            users = confirm["users"] or [fresh.user]
            if fresh.comes_again:  # whoever else gets in, this run and the next do not
                own = None if fresh.user in users else fresh.failure(fresh.user, ["true"])
                if own:
                    return f"no new connection to {fresh}: {own}"
                users = [fresh.user] if fresh.user in users else users
            user, failures = fresh.first_user(users, command)
            return None if user else f"no new connection to {fresh}: " + "; ".join(failures)
        try:
            done = self._low_level_execute_command(" ".join(command), sudoable=True)
        except AnsibleConnectionFailure as error:
            return f"the connection was lost: {error.message.strip()}"
        return None if done["rc"] == 0 else (done["stderr"] or done["stdout"]).strip()

    def _failed(self, result: dict[str, Any], name: str, problem: str, command: str, deadline: float) -> dict[str, Any]:
        """The result of a change that was not confirmed, once the host can be reached and is as before."""
        self._display.warning(f"{name}: {problem}; waiting for the host and the state before")
        said = self._wait(command, deadline)
        return {
            **result,
            "changed": False,
            "failed": True,
            "msg": f"{name}: the change was not confirmed: {problem}\n{said or 'The host can be reached and is as before.'}",
        }

    def _wait(self, command: str, deadline: float) -> str | None:
        """Run a command as soon as the host can be reached, and until it succeeds or says why not; that, or ``None``."""
        while True:
            # A connection that new rules have cut off would hang: each try is a new one.
            if self._connection.transport == "ssh":
                forget_frozen(self)  # which a reset would wait for
                self._connection.reset()
            try:
                # What ssh itself says comes on the error channel.
                done = self._low_level_execute_command(f"{command} 2>&1", sudoable=True)
            except AnsibleConnectionFailure as error:
                said = f"it cannot be reached: {error.message.strip()}"
            except AnsibleError as error:  # sudo asks for a password, until its rules are as before
                said = f"it can be reached, but not administered: {error.message.strip()}"
            else:
                if done["rc"] == 0:
                    return None
                said = done["stdout"].strip()
                if said:
                    return f"The host says: {said}"
            if time.monotonic() > deadline + GRACE:
                return f"The host should have returned to the state before {GRACE} s ago; {said or 'it has not yet'}."
            time.sleep(1)
