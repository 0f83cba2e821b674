# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What this host's own web server answers who shows no certificate, and is not taken for the host itself."""

from __future__ import annotations

import http.client
import ssl

from ..nginx.workers import acting_as_workers
from ..probe.site import PATH, open_connection
from .run import ObservationError, Run

#: An address of this host other than the one that is asked: where both are the same, it is the host itself that asks.
_SOURCE = "127.0.0.2"


def observe(_run: Run, name: str, port: int, address: str = "127.0.0.1") -> int:
    """The status of the answer; asked by the web server's own user."""
    try:
        with acting_as_workers():
            connection = open_connection(name, address, port, ssl._create_unverified_context(), source=_SOURCE)
        try:
            connection.request("GET", PATH, headers={"Host": name, "User-Agent": "nostromo.networking"})
            return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        raise ObservationError(f"{address}:{port} does not answer {_SOURCE} ({error})") from None
