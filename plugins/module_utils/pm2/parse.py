# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read the options of a task into the service that it declares, and the recipe of its releases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..release.release import Recipe
from ..release.variables import NO_SCRIPTS, host_variables
from .check import check
from .mode import default_mode
from .model import Health, Service, text


def service(options: Mapping[str, Any]) -> Service:
    """The declared service, from options of the right types.

    :raises ServiceError: it cannot work.
    """
    found = Service(
        name=options["name"],
        user=options["user"],
        home=options["home"],
        directory=options["directory"] or f"/srv/{options['name']}",
        script=options["script"] or "",
        args=tuple(options["args"]),
        interpreter=options["interpreter"],
        interpreter_args=tuple(options["interpreter_args"]),
        mode=options["mode"] or default_mode(options["interpreter"], options["schedule"]),
        instances=options["instances"],
        environment=_texts(options["environment"]),
        secrets=_texts(options["secrets"]),
        schedule=options["schedule"] or None,
        health=Health(**options["health"]) if options["health"] else None,
        stop_timeout=options["stop_timeout"],
        start_timeout=options["start_timeout"],
        max_memory=options["max_memory"],
        working_directory=options["working_directory"],
        writable=tuple(options["writable"]),
    )
    check(found)
    return found


def recipe(options: Mapping[str, Any], declared: Service) -> Recipe:
    """How a release of the service is made of its files."""
    return Recipe(
        commands=tuple(options["build"]),
        variables={**options["build_environment"], **({} if options["build_scripts"] else NO_SCRIPTS)},
        platform=options["platform"],
        working_directory=declared.working_directory,
        shared=declared.shared,
        migrate=tuple(options["migrate"]),
    )


def build_environment(options: Mapping[str, Any], variables: Mapping[str, object]) -> dict[str, str]:
    """The environment of a build on this host, with the ``variables`` of its recipe."""
    return _texts({"PATH": options["path"], **host_variables(), **variables})


def _texts(variables: Mapping[str, object]) -> dict[str, str]:
    return {name: text(value) for name, value in variables.items()}
