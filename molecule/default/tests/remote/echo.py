# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs on a lab host as root: sends one echo request (ICMP, RFC 792) to an address, and keeps its socket open for a while.

The arguments are the address, the request's identifier and how many seconds.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

address, identifier, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
ECHO = 8
checksum = ~(ECHO * 256 + identifier) & 0xFFFF  # RFC 1071, of two words that are not zero
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
    raw.sendto(struct.pack("!BBHHH", ECHO, 0, checksum, identifier, 0), (address, 0))
    time.sleep(seconds)
