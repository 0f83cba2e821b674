# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Grafana is told on its host, and by what it is seen to run with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..document.programs import APPLICATIONS, PROMETHEUS
from ..document.variables import Document
from ..matrix.compile import endpoint_of
from ..matrix.model import HTTPS, Component, Host, Matrix
from .looking.grafana import DASHBOARD, DATASOURCE, grafana_dashboard, grafana_provisioning
from .looking.grafana_settings import grafana_settings
from .places import DASHBOARDS, DIRECTORY, PROVISIONING, SECRETS, as_json
from .watched import Watched, watched

_PASSWORD = f"{SECRETS}/grafana-password"
_DASHBOARD_FILE = f"{DASHBOARDS}/nostromo.json"
_HTTPS_PORT = 443
#: For :class:`.daemons.Daemon`: its user admin is shown that Grafana reaches Prometheus, and the dashboard.
ASKED = {
    "password": _PASSWORD,
    "shown": [f"/api/datasources/uid/{DATASOURCE}/health", f"/api/dashboards/uid/{DASHBOARD}"],
}


def grafana_files(
    document: Document, matrix: Matrix, own: Host, component: Component, hashed_paths: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Its files on a host. The dashboard is that of the host of Prometheus, which has its file already."""
    measuring = [host for key in matrix.speaking(APPLICATIONS[PROMETHEUS]) for host in matrix.hosts_of(key)]
    elsewhere = measuring[:1] if own not in measuring else []
    listen, url = endpoint_of(matrix, own, own, component), _url(document, matrix, component)
    provisioned = grafana_provisioning(watched(document, matrix, own.name, hashed_paths), DASHBOARDS)
    login = document.monitoring.grafana if document.monitoring else None
    return [
        {
            "path": f"{DIRECTORY}/grafana.ini",
            "content": grafana_settings(listen, url, _DASHBOARD_FILE, PROVISIONING),
        },
        *(
            {"path": f"{PROVISIONING}/{kind}/nostromo.yaml", "content": as_json(content)}
            for kind, content in provisioned.items()
        ),
        # systemd hands it over; Grafana's user cannot read it.
        {"path": _PASSWORD, "content": f"{login.password if login else ''}\n", "mode": "0600", "sensitive": True},
        *(dashboard_file(watched(document, matrix, host.name, hashed_paths)) for host in elsewhere),
    ]


def dashboard_file(seen: Watched) -> dict[str, Any]:
    """The dashboard. Grafana reads it anew by itself, and people import it into another."""
    return {"path": _DASHBOARD_FILE, "content": as_json(grafana_dashboard(seen)), "activate": []}


def _url(document: Document, matrix: Matrix, component: Component) -> str:
    """Where people see it: at the site that leads there, else at their own end of a tunnel."""
    for site in document.sites:
        for location, route in site.routes.items():
            if route.component == component.key:
                port = matrix.components[matrix.proxy].applications[HTTPS] if matrix.proxy else _HTTPS_PORT
                suffix = "" if port == _HTTPS_PORT else f":{port}"
                return f"https://{site.hostname}{suffix}{location.rstrip('/')}/"
    return f"http://localhost:{component.listeners[0].port}/"
