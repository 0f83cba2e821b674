# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stand-in by itself, with a new zone and a token: prints the variables by which it is asked, and serves."""

from __future__ import annotations

import argparse
import json
import secrets
import signal

from . import names
from .cloud import Cloud, Token
from .server import Server


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="cloudflare", description=__doc__)
    parser.add_argument("zone")
    parser.add_argument("--address", default="127.0.0.1", help="where the API is served, and the zone's names")
    parser.add_argument("--port", type=int, default=0, help="the API's; by default one that is free")
    parser.add_argument("--names", type=int, default=0, help="the name server's; by default there is none")
    given = parser.parse_args()
    token = secrets.token_urlsafe()
    cloud = Cloud(tokens={token: Token()})
    cloud.add_zone(given.zone)
    if given.names:
        names.serve(cloud, (given.address, given.names))
    url = Server(cloud, address=(given.address, given.port)).url
    print(json.dumps({"network_cloudflare": {"token": token, "api_url": url}, "network_dns_proxied": True}), flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
