# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask Cloudflare for its address ranges. Documented in plugins/modules/cloudflare_ranges.py."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils.cloudflare import ranges
from ..module_utils.cloudflare.api import Api, ApiError
from ..module_utils.document.cloudflare import Cloudflare
from ..module_utils.document.cloudflare_ranges import Ranges
from ..module_utils.faults import Faults
from ..plugin_utils.cloudflare_http import sender
from ..plugin_utils.cloudflare_waits import wait_and_tell

_API = Cloudflare.declared()["api_url"]


class ActionModule(ActionBase):
    """One request without a token, judged against the file that is held."""

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The text that the file should have."""
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "file": {"type": "path", "required": True},
                "api_url": {"type": "str", "default": _API.default},
            }
        )
        faults = Faults()
        _API.kind.read(args["api_url"], "network_cloudflare.api_url", faults)
        if faults.errors:
            raise AnsibleActionFail(str(faults.errors[0]))
        text = self._held(Path(args["file"]))
        api = Api(args["api_url"], sender(), wait_and_tell(self._display))
        try:
            found = ranges.told(api.get("/ips"), date.today())
            if text is not None:
                held = self._read(text, args["file"])
                kept = ranges.renewed(held, found)
                text = text if kept is held else ranges.file_text(kept)
        except (ApiError, ranges.RangesError) as error:
            raise AnsibleActionFail(f"Cloudflare's ranges stay as they are: {error}") from None
        return {**result, "changed": False, "text": ranges.file_text(found) if text is None else text}

    def _held(self, file: Path) -> str | None:
        try:
            return file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeError) as error:
            raise AnsibleActionFail(f"{file} cannot be read: {error}") from error

    def _read(self, text: str, file: str) -> Ranges:
        """What a file holds. One with anything else in it is nothing to write over."""
        try:
            found = yaml.safe_load(text)
        except yaml.YAMLError:
            found = None
        faults = Faults()
        alone = isinstance(found, dict) and list(found) == [ranges.VARIABLE]
        held = Ranges.read(found[ranges.VARIABLE], ranges.VARIABLE, faults) if alone else None
        if held is None or faults.errors:
            reason = faults.summary() if faults.errors else f"it holds something else than {ranges.VARIABLE}"
            raise AnsibleActionFail(f"{file} is not written over: {reason}; name another file, or remove it")
        return held
