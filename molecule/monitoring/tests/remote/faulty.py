# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An application in the place of another: every tenth answer is 503 on one site, every fifth is slow on another."""

from __future__ import annotations

import itertools
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_SLOW_SECONDS = 1.2
_counts = {"api": itertools.count(1), "app": itertools.count(1)}


class Faulty(BaseHTTPRequestHandler):
    """Well only where it is asked for its health."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name that http.server looks for
        number = next(_counts[self.headers["host"].partition(".")[0]]) if "nostromo" in self.headers["host"] else 1
        if self.headers["host"].startswith("app.") and number % 5 == 0:
            time.sleep(_SLOW_SECONDS)
        self.send_response(503 if self.headers["host"].startswith("api.") and number % 10 == 0 else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Faulty).serve_forever()
