# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the checks of a site have in common: how it is asked, and how its answers are told."""

from __future__ import annotations

from typing import Any, Final

from ..matrix.model import Host
from ..matrix.web import site_ports
from ..probe.site import Answer
from .intent import Intent
from .model import Needs

#: Observation of the controller's: what the site answers; see :mod:`..probe.site` and :mod:`..probe.limit`.
SITE: Final = "site"


def ask(intent: Intent, host: Host, **more: Any) -> Needs:
    """Ask a host with a web server for its names, and for more; nothing of any other host."""
    if intent.matrix.proxy not in host.components:
        return {}
    http_port, https_port = site_ports(intent.matrix.components[intent.matrix.proxy])
    names = [site.hostname for site in intent.sites]
    return {SITE: {"http_port": http_port, "https_port": https_port, "names": names, **more}}


def told(answer: Answer) -> str:
    """An answer in a few words."""
    if "error" in answer:
        return str(answer["error"])
    location = f" to {answer['location']}" if answer["location"] else ""
    return f"status {answer['status']}{location}"
