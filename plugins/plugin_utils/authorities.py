# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The certificates of authorities that are trusted besides the system's own."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from ansible.errors import AnsibleActionFail

#: What stands around them may hold anything.
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----")


def authorities(file: str | None) -> str:
    """The certificates (PEM) in a file of the controller; empty for none. :raises AnsibleActionFail: it holds none."""
    if not file:
        return ""
    try:
        text = "\n".join(_CERTIFICATE.findall(Path(file).read_text(encoding="utf-8", errors="replace")))
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (OSError, ValueError) as error:
        raise AnsibleActionFail(f"{file} holds no certificates (PEM) to trust: {error}") from error
    return text
