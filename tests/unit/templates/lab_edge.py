# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab's host `edge`, which stands where Cloudflare would, on loopback: its own configuration and programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.nostromo.networking.tests.unit.certificates import Signed, signed_by_itself

from .real_nginx import eventually, free_port, listens, temporary_paths
from .rendering import REPOSITORY
from .tools import tool

_EDGE = REPOSITORY / "molecule" / "shared" / "edge"


@contextmanager
def edge_before(home: Path, origin: int, trusted: str, shown: Signed) -> Iterator[int]:
    """Its port, while it stands before the origin of a port.

    :param trusted: certificates that it takes from the origin (PEM).
    :param shown: what its own clients are shown.
    """
    pulls = signed_by_itself(home)
    for name, one in {"edge": shown, "origin-pulls": pulls}.items():
        (home / f"{name}.crt").write_text(one.certificate, encoding="utf-8")
        (home / f"{name}.key").write_text(one.key, encoding="utf-8")
    authorities = home / "trusted.pem"
    authorities.write_text(trusted, encoding="utf-8")
    http, https, instead = (free_port() for _ in range(3))
    text = (_EDGE / "nginx.conf").read_text(encoding="utf-8")
    for there, here in {
        "user www-data;": "daemon off; master_process off;",
        "/run/edge.pid": f"{home}/pid",
        "error_log stderr": f"error_log {home}/error.log",
        "http {": f"http {{ {temporary_paths(home)}",
        "/etc/edge/": f"{home}/",
        "/etc/ssl/certs/ca-certificates.crt": str(authorities),
        "server:443": f"127.0.0.1:{origin}",
        "[::]:": "[::1]:",
        ":80;": f":{http};",
        "listen 80;": f"listen {http};",
        ":443 ssl": f":{https} ssl",
        "listen 443 ssl": f"listen {https} ssl",
        ":8525": f":{instead}",
    }.items():
        assert there in text, there
        text = text.replace(there, here)
    (home / "nginx.conf").write_text(text, encoding="utf-8")
    asking = [sys.executable, str(_EDGE / "instead.py"), str(instead), "127.0.0.1", str(origin)]
    programs = [
        subprocess.Popen([tool("nginx", "-v"), "-p", home, "-c", home / "nginx.conf"], stderr=subprocess.DEVNULL),
        subprocess.Popen(asking, env={**os.environ, "SSL_CERT_FILE": str(authorities)}),
    ]
    try:
        eventually(lambda: all(map(listens, (https, instead))))
        yield https
    finally:
        for program in programs:
            program.terminate()
            program.wait()
