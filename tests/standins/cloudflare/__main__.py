# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stand-in by itself, with a new zone and a token: prints the variables by which it is asked, and serves."""

from __future__ import annotations

import json
import secrets
import signal
import sys

from .cloud import Cloud, Token
from .server import Server


def main() -> None:
    """Serve until the process is ended."""
    token = secrets.token_urlsafe()
    cloud = Cloud(tokens={token: Token()})
    cloud.add_zone(sys.argv[1])
    told = {"network_cloudflare": {"token": token, "api_url": Server(cloud).url}, "network_dns_proxied": True}
    print(json.dumps(told), flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
