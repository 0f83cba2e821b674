# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Send raw requests, each as soon as the last is answered: ``burst.py HOST PORT``, and on the input the requests (JSON).

Each is a text of ISO 8859-1, sent as it is. Prints how many were answered.
"""

from __future__ import annotations

import json
import socket
import sys

_host, _port = sys.argv[1], int(sys.argv[2])
answered = 0
connection = None
for request in json.load(sys.stdin):
    for _try in range(2):
        if connection is None:
            connection = socket.create_connection((_host, _port), timeout=5)
        try:
            connection.sendall(request.encode("latin-1"))
            said = b""
            while b"\r\n\r\n" not in said:
                part = connection.recv(65536)
                if not part:
                    raise ConnectionError
                said += part
            head, _, body = said.partition(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                ),
                0,
            )
            while len(body) < length:
                body += connection.recv(65536)
            answered += 1
            if b"connection: close" in head.lower():
                connection.close()
                connection = None
            break
        except OSError:
            connection = None
print(answered)
