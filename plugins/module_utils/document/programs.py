# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs of monitoring: components like all others, told by what they speak, the ``application`` of their first port."""

from __future__ import annotations

PROMETHEUS = "prometheus"
ALERTMANAGER = "alertmanager"
BLACKBOX = "blackbox"
NODE = "node"
NGINX = "nginx"
POSTGRESQL = "postgresql"
GRAFANA = "grafana"
#: The job in which the health checks are: blackbox asks in its name.
HEALTH = "health"
#: Job -> what its component speaks.
APPLICATIONS = {
    PROMETHEUS: "Prometheus",
    ALERTMANAGER: "Alertmanager",
    BLACKBOX: "Blackbox exporter",
    NODE: "Node exporter",
    NGINX: "mtail",
    POSTGRESQL: "PostgreSQL exporter",
    GRAFANA: "Grafana",
}
#: Those that Prometheus asks for metrics. Those of Grafana are for whoever reaches it, so it gives none.
METRICS = tuple(job for job in APPLICATIONS if job != GRAFANA)
#: Those that speak TLS to other hosts, where the data have certificates for it.
ENCRYPTED = (NODE, POSTGRESQL)
