# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The arguments of the module pm2_service: pure data."""

from __future__ import annotations

from typing import Any

from ..release.model import BUILD_USER
from ..release.shipped import SHIPPED

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "user": {"type": "str", "required": True},
    "home": {"type": "path", "required": True},
    "directory": {"type": "path"},
    "definition": {"type": "path"},
    "source": {
        "type": "dict",
        "options": {
            # script/generate: arguments document.services.Source
            "git": {"type": "str"},
            "version": {"type": "str"},
            "deploy_key": {"type": "str", "no_log": True},
            "known_hosts": {"type": "str"},
            "path": {"type": "str"},
            "exclude": {"type": "list", "elements": "str", "default": []},
            "archive": {"type": "str"},
            "checksum": {"type": "str"},
            "strip_components": {"type": "int", "default": 0},
            "submodules": {"type": "bool", "default": False},
            # end
            "digest": {"type": "str"},
            "upload": {"type": "path"},
        },
    },
    "release": {"type": "str"},
    "shipped": {"type": "dict", "options": {**SHIPPED, "release": {"type": "str"}, "failed": {"type": "bool", "default": False}}},
    "hold": {"type": "bool", "default": False},
    "by": {"type": "str", "default": ""},
    "build_user": {"type": "str", "default": BUILD_USER},
    "build_timeout": {"type": "int", "default": 1200},
    "build_memory": {"type": "int", "default": 2048},
    "build_tasks": {"type": "int", "default": 512},
    "build_disk": {"type": "int", "default": 4096},
    "git_protocols": {"type": "list", "elements": "str", "default": ["https", "ssh"]},
    "platform": {"type": "str", "default": ""},
    # script/generate: arguments document.services.DEPLOYED
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "build": {"type": "list", "elements": "str", "default": []},
    "build_environment": {"type": "dict", "default": {}},
    "build_scripts": {"type": "bool", "default": True},
    "script": {"type": "str"},
    "migrate": {"type": "list", "elements": "str", "default": []},
    "working_directory": {"type": "str", "default": ""},
    "writable": {"type": "list", "elements": "str", "default": []},
    "args": {"type": "list", "elements": "str", "default": []},
    "interpreter": {"type": "str", "default": "node"},
    "interpreter_args": {"type": "list", "elements": "str", "default": []},
    "mode": {"type": "str", "choices": ["cluster", "fork"]},
    "instances": {"type": "int", "default": 1},
    "environment": {"type": "dict", "default": {}},
    "secrets": {"type": "dict", "no_log": True, "default": {}},
    "schedule": {"type": "str"},
    "health": {
        "type": "dict",
        "options": {
            "address": {"type": "str", "required": True},
            "port": {"type": "int", "required": True},
            "path": {"type": "str"},
        },
    },
    # end
    "health_timeout": {"type": "int", "default": 30},
    "migrate_timeout": {"type": "int", "default": 600},
    "start_timeout": {"type": "int", "default": 10},
    "stop_timeout": {"type": "int", "default": 5},
    "max_memory": {"type": "int"},
    "keep": {"type": "int", "default": 3},
    "path": {"type": "str", "default": "/usr/local/bin:/usr/bin:/bin"},
}
