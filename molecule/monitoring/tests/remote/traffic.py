# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask for pages, each so often a second, until it is ended: ``traffic.py RATE URL...``."""

from __future__ import annotations

import ssl
import sys
import threading
import time
import urllib.error
import urllib.request

_RATE = float(sys.argv[1])
_TRUST = ssl.create_default_context(cafile="/usr/local/share/ca-certificates/lab-root.crt")


def ask(url: str) -> None:
    """Whatever the answer is."""
    try:
        with urllib.request.urlopen(url, timeout=10, context=_TRUST) as answer:
            answer.read()
    except urllib.error.URLError:
        pass


while True:
    for page in sys.argv[2:]:
        threading.Thread(target=ask, args=(page,), daemon=True).start()
    time.sleep(1 / _RATE)
