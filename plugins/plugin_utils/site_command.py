# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command of this very controller that sets everything up, to be told to people."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import constants


def site_command(variables: Mapping[str, Any]) -> str:
    """``ansible-playbook``, with the inventory of this run and the playbook; it takes ``--tags``."""
    sources = [str(source) for source in variables.get("ansible_inventory_sources") or []]
    given = [] if sources == constants.DEFAULT_HOST_LIST else sources
    inventories = [f"-i {min(source, os.path.relpath(source), key=len)}" for source in given]
    playbook = "site.yml" if Path("site.yml").is_file() else "nostromo.networking.site"
    return " ".join(["ansible-playbook", *inventories, playbook])
