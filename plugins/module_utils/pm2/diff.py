# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service's definition before and after a deployment, as it may be shown."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .compare import lines
from .definition import application
from .model import Service


def diff(service: Service, path: str, before: str | None, reasons: Sequence[str] = ()) -> dict[str, str]:
    """Ansible's ``diff`` of the ecosystem file that is there, if one is, and of the wanted one; secrets hidden.

    ``path`` is the PATH that the service runs with; the ``reasons`` for the change stand before all.
    """
    header = f"{service.name} (PM2)"
    hidden = set(service.secrets)
    after = application(service, path)
    shown = {"before_header": header, "after_header": header, "before": "", "after": _text(after, hidden)}
    if before:
        app = _application(before)
        # A variable that is no longer declared may have been a secret.
        unknown = set(app.get("env", {})) - set(after["env"])
        shown["before"] = _text(app, hidden | unknown)
    if reasons:
        shown["prepared"] = "".join(f"# {reason}\n" for reason in reasons)
    return shown


def _application(content: str) -> Mapping[str, Any]:
    """The application in an ecosystem file; nothing where it cannot be read."""
    try:
        found: Mapping[str, Any] = json.loads(content)["apps"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        return {}
    return found


def _text(application: Mapping[str, Any], hidden: Collection[str]) -> str:
    return json.dumps(lines(application, hidden), indent=2, sort_keys=True) + "\n"
