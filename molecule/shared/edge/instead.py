# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Cloudflare answers instead of an origin that Nginx got no answer from: by asking it once more, as strictly."""

from __future__ import annotations

import socket
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PATIENCE_SECONDS = 3.0


def status(name: str, origin: tuple[str, int], context: ssl.SSLContext) -> int:
    """Cloudflare's status for the way in which an origin fails to answer to a name."""
    try:
        connection = socket.create_connection(origin, _PATIENCE_SECONDS)
    except ConnectionRefusedError:
        return 521
    except TimeoutError:
        return 522
    except OSError:
        return 523
    with connection:
        try:
            context.wrap_socket(connection, server_hostname=name).close()
        except ssl.SSLCertVerificationError:
            return 526
        except OSError:
            return 525
    return 520


def main() -> None:
    """Answer Nginx on this host."""
    here, origin, port = sys.argv[1:]
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # as Nginx

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status(self.headers["Host"], (origin, int(port)), context))
            self.send_header("Content-Length", "0")
            self.end_headers()

    ThreadingHTTPServer(("127.0.0.1", int(here)), Handler).serve_forever()


if __name__ == "__main__":
    main()
