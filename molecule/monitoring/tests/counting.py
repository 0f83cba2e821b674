# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host publishes of its own figures."""

from __future__ import annotations

from testinfra.host import Host

METRICS = "/var/lib/nostromo-metrics"
#: Publishes what the firewall's rules have counted by now.
COUNT = "systemctl start nostromo-counters.service"
_PACKETS = "nostromo_firewall_packets_total"


def packets(server: Host, **labels: str) -> int:
    """Of a row, as published at this moment."""
    lines = server.file(f"{METRICS}/firewall.prom").content_string.splitlines()
    having = [f'{name}="{value}"' for name, value in labels.items()]
    found = [line for line in lines if line.startswith(f"{_PACKETS}{{") and all(one in line for one in having)]
    return sum(int(line.rpartition(" ")[2]) for line in found)
