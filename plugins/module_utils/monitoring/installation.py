# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role monitoring sets up on a host: which programs, where each listens, and what each is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..document import programs
from ..document.monitoring import Tls
from ..document.variables import Document
from ..matrix.compile import endpoint_of
from ..matrix.model import Component, Host, Matrix
from ..postgresql.client import SOCKETS
from ..quoting.monitoring import connection_value
from . import watched as of
from .grafana import ASKED, dashboard_file, grafana_files
from .log_program import program_of
from .looking.console import console_page
from .places import CONSOLES, DIRECTORY, PROGRAMS, SECRETS, STATE, as_json
from .receivers import alertmanager_configuration, is_anybody_told, messages, secret_files
from .rules.groups import rule_groups
from .scrape import blackbox_configuration, is_encrypted, retention_flags, scrape_configuration, web_configuration

#: Job -> package.
_PACKAGES = {
    programs.PROMETHEUS: "prometheus",
    programs.ALERTMANAGER: "prometheus-alertmanager",
    programs.BLACKBOX: "prometheus-blackbox-exporter",
    programs.NODE: "prometheus-node-exporter",
    programs.NGINX: "mtail",
    programs.POSTGRESQL: "prometheus-postgres-exporter",
    programs.GRAFANA: "grafana",
}
#: Job -> unit, where that has not the name of the package.
_UNITS = {programs.GRAFANA: "grafana-server"}
#: What judges a configuration before anything is changed; {root} is where it is staged.
_JUDGES = {
    programs.PROMETHEUS: f"promtool check config {{root}}{DIRECTORY}/prometheus.yml",
    programs.ALERTMANAGER: f"amtool check-config {{root}}{DIRECTORY}/alertmanager.yml",
    programs.BLACKBOX: f"prometheus-blackbox-exporter --config.check --config.file={{root}}{DIRECTORY}/blackbox.yml",
    programs.NGINX: f"mtail --compile_only --address 127.0.0.1 --port 0 --progs {{root}}{PROGRAMS}",
}
#: Where an exporter is told how to speak TLS, by its job.
_WEB = f"{DIRECTORY}/web-{{}}.json"
#: How the metrics are called in which a program says what it runs with.
_METRICS = {
    programs.PROMETHEUS: "prometheus_config",
    programs.ALERTMANAGER: "alertmanager_config",
    programs.BLACKBOX: "blackbox_exporter_config",
}
_READY = {programs.PROMETHEUS: "/-/ready", programs.ALERTMANAGER: "/-/ready", programs.GRAFANA: "/api/health"}


def installation(document: Document, matrix: Matrix, host: str, hashed_paths: Sequence[str] = ()) -> dict[str, Any]:
    """What is set up on a host, as plain data.

    :return: ``daemons`` (job -> ``package``, ``unit``, ``user``, ``listen``, ``title``, and ``web``, a file that has it speak
        TLS, or nothing); ``units``, ``directories`` and ``files`` (of a confirmed commit: units are templates by job),
        ``validate`` (its commands); ``check``, what :mod:`.daemons` reads; ``retention`` (flags); ``source`` (PostgreSQL's
        connection string); ``told`` (whether alerts reach anybody); ``delivery``, as the module
        ``test_alert`` takes it, where somebody may ask Alertmanager.
    :raises KeyError: the host carries no component of the matrix.
    """
    own = matrix.hosts[host]
    here = {job: component for job in _PACKAGES for component in _carried(matrix, own, job)}
    seen = of.watched(document, matrix, host, hashed_paths)
    files = {job: _files(document, seen, job, here[job].user or "root", hashed_paths) for job in here}
    for job, component in here.items():
        if tls := _tls(seen, matrix, own, job, component):
            files[job].append({"path": _WEB.format(job), "content": as_json(web_configuration(tls))})
    if programs.GRAFANA in here:
        files[programs.GRAFANA] = grafana_files(document, matrix, own, here[programs.GRAFANA], hashed_paths)
    return {
        "daemons": {job: _daemon(matrix, own, job, component, seen) for job, component in here.items()},
        "units": [
            {"path": f"/etc/systemd/system/{_unit(job)}.d/nostromo.conf", "template": f"{job}.conf.j2"}
            for job in here
        ],
        "directories": [
            {"path": STATE, "owner": here[job].user, "group": here[job].user, "mode": "0750"}
            for job in here
            if job == programs.PROMETHEUS
        ],
        "files": [file for of_job in files.values() for file in of_job],
        "validate": [_JUDGES[job] for job in here if job in _JUDGES],
        "check": _check(matrix, own, here, files, seen),
        "retention": retention_flags(seen.monitoring.retention),
        "source": _source(document, matrix, here.get(programs.POSTGRESQL)),
        "told": is_anybody_told(seen.monitoring),
        "delivery": _delivery(seen, here.get(programs.PROMETHEUS)),
    }


def _files(
    document: Document, seen: of.Watched, job: str, user: str, hashed_paths: Sequence[str]
) -> list[dict[str, Any]]:
    """What a program is told. Where that is a secret, its user alone can read it."""
    secret = {"group": user, "mode": "0640", "sensitive": True}
    if job == programs.PROMETHEUS:
        return [
            {"path": f"{DIRECTORY}/prometheus.yml", "content": as_json(scrape_configuration(seen))},
            {"path": f"{DIRECTORY}/rules.yml", "content": as_json(rule_groups(seen))},
            # Read anew whenever somebody looks at it.
            {"path": f"{CONSOLES}/nostromo.html", "content": console_page(seen), "activate": []},
            dashboard_file(seen),
        ]
    if job == programs.ALERTMANAGER:
        secrets = secret_files(seen.monitoring).items()
        content = as_json(alertmanager_configuration(seen, SECRETS))
        return [
            *({"path": f"{SECRETS}/{name}", "content": value, **secret} for name, value in secrets),
            {"path": f"{DIRECTORY}/alertmanager.yml", "content": content, **secret},
        ]
    if job == programs.BLACKBOX:
        return [{"path": f"{DIRECTORY}/blackbox.yml", "content": as_json(blackbox_configuration())}]
    if job == programs.NGINX:
        return [{"path": f"{PROGRAMS}/requests.mtail", "content": program_of(document, hashed_paths)}]
    return []


def _carried(matrix: Matrix, own: Host, job: str) -> list[Component]:
    speaking = [matrix.components[key] for key in matrix.speaking(programs.APPLICATIONS[job])]
    return [component for component in speaking if own in matrix.hosts_of(component.key)]


def _tls(seen: of.Watched, matrix: Matrix, own: Host, job: str, component: Component) -> Tls | None:
    """With what it is asked, if that is over TLS."""
    tls = seen.monitoring.tls
    return tls if is_encrypted(job, endpoint_of(matrix, own, own, component), tls) else None


def _daemon(matrix: Matrix, own: Host, job: str, component: Component, seen: of.Watched) -> dict[str, Any]:
    package = _PACKAGES[job]
    listen = endpoint_of(matrix, own, own, component)
    told = {"package": package, "unit": _unit(job), "user": component.user, "listen": listen}
    web = _WEB.format(job) if _tls(seen, matrix, own, job, component) else ""
    return {**told, "title": component.title, "web": web}


def _unit(job: str) -> str:
    return f"{_UNITS.get(job, _PACKAGES[job])}.service"


def _check(
    matrix: Matrix,
    own: Host,
    here: Mapping[str, Component],
    files: Mapping[str, Sequence[Mapping[str, Any]]],
    seen: of.Watched,
) -> dict[str, Any]:
    """Whoever asks on this host is Prometheus; Grafana asks itself, and so does every program where Prometheus is elsewhere.
    What asks for certificates is not asked; it has to listen.
    """
    asker = here.get(programs.PROMETHEUS)
    jobs = [job["job_name"] for job in scrape_configuration(seen)["scrape_configs"]]
    daemons = [
        {
            "unit": _unit(job),
            **_asked(job, endpoint_of(matrix, own, own, component), component, asker, seen),
            "ready": _READY.get(job, "/metrics"),
            "metric": _METRICS.get(job, ""),
            "files": [file["path"] for file in files[job] if "activate" not in file],
            "jobs": jobs if job == programs.PROMETHEUS else [],
        }
        for job, component in here.items()
    ]
    return {"asker": asker.user if asker else "", "daemons": daemons}


def _asked(
    job: str, address: str, component: Component, prometheus: Component | None, seen: of.Watched
) -> dict[str, Any]:
    """How it is asked on its host, and by whom, if not by Prometheus."""
    if is_encrypted(job, address, seen.monitoring.tls):
        return {"url": "", "port": component.listeners[0].port}
    itself = {"asker": component.user or "root"} if job == programs.GRAFANA or not prometheus else {}
    return {"url": f"http://{address}", **itself, **(ASKED if job == programs.GRAFANA else {})}


def _delivery(seen: of.Watched, prometheus: Component | None) -> dict[str, Any]:
    """Only Prometheus may send alerts, so a test is sent in its name."""
    managers = seen.at(programs.ALERTMANAGER)
    if not (prometheus and managers):
        return {}
    return {
        "url": f"http://{managers[0].address}",
        "asker": prometheus.user or "root",
        "wanted": messages(seen.monitoring),
    }


def _source(document: Document, matrix: Matrix, exporter: Component | None) -> str:
    """How the exporter reaches the database of its own host: by its Unix socket, where the kernel says who asks."""
    users = [user for user in document.database_users if exporter and user.component == exporter.key and user.databases]
    if not users:
        return ""
    port = matrix.components[matrix.database].listeners[0].port
    told = {"host": SOCKETS, "port": port, "user": users[0].name, "dbname": users[0].databases[0], "sslmode": "disable"}
    return " ".join(f"{name}={connection_value(value)}" for name, value in told.items())
