# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each alert has to do: series over time, and whether it fires at some moments, in the terms of ``promtool test rules``.

``BAD`` series make an alert fire. ``others`` are series that differ from one in a single label each: where they are bad it is
no business of this alert, and where they are well they do not hide what is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Labels = dict[str, str]
Series = dict[str, str]


@dataclass(frozen=True)
class Case:
    """Series, each with its values at intervals; the moments at which the alert fires, with its labels, and at which not.

    ``step`` is the interval of series and evaluation.
    """

    alert: str
    title: str
    series: Series
    quiet: tuple[str, ...] = ()
    fires: tuple[str, ...] = ()
    labels: tuple[Labels, ...] = ()
    step: str = "15s"

    def plain(self) -> dict[str, Any]:
        """As it stands in a file of promtool's."""
        fired = [{"exp_labels": labels} for labels in self.labels]
        return {
            "name": self.title,
            "interval": self.step,
            "input_series": [{"series": name, "values": values} for name, values in self.series.items()],
            "alert_rule_test": [
                *({"eval_time": moment, "alertname": self.alert} for moment in self.quiet),
                *({"eval_time": moment, "alertname": self.alert, "exp_alerts": fired} for moment in self.fires),
            ],
        }


def series(metric: str, labels: Labels) -> str:
    """How a series is written."""
    return metric + "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def others(metric: str, labels: Labels, values: str, *names: str) -> Series:
    """Series that differ in one label each, of those named or of all."""
    return {series(metric, {**labels, name: "another"}): values for name in names or labels}


def _target(job: str, component: str, port: int) -> Labels:
    return {"job": job, "component": component, "host": "server", "instance": f"127.0.0.1:{port}"}


_NODE = _target("node", "node_exporter", 9100)
_DATABASE = {**_NODE, "name": "database"}
_SHOWN = {**_NODE, "name": "origin pulls"}
_PAGE, _TICKET = {"severity": "page"}, {"severity": "ticket"}
_RESPONSES, _DURATION = "nginx_http_responses_total", "nginx_http_request_duration_seconds"
_ENDPOINT = {"site": "app.nostromo.cl", "route": "/api/"}
_AT = {"job": "nginx", "host": "server", **_ENDPOINT}
_OF_ENDPOINT = {**_PAGE, **_ENDPOINT, "component": "orchestrator", "host": "server"}


def _responses(**values: str) -> Series:
    """Of the endpoint, by class; a class that begins with a digit has a _ before it."""
    return {series(_RESPONSES, {**_AT, "class": name.strip("_")}): value for name, value in values.items()}


def _busy_elsewhere(values: str) -> Series:
    return others(_RESPONSES, {**_AT, "class": "2xx"}, values, "site", "route")


ERROR_RATE = [
    Case(
        "ErrorRate",
        "8 % errors from minute 10 fire after five minutes, whatever was answered before or is elsewhere",
        {**_responses(_2xx="0+1500x40 60138+138x60", _5xx="0x40 12+12x60"), **_busy_elsewhere("0+9000x100")},
        quiet=("9m", "14m"),
        fires=("16m30s",),
        labels=(_OF_ENDPOINT,),
    ),
    Case("ErrorRate", "4 % never do", _responses(_2xx="0+144x100", _5xx="0+6x100"), quiet=("10m", "20m")),
    Case(
        "ErrorRate",
        "a flood that a limit refuses does not hide them",
        _responses(_2xx="0+138x100", _5xx="0+12x100", limited="0+5000x100"),
        fires=("12m",),
        labels=(_OF_ENDPOINT,),
    ),
    Case("ErrorRate", "refusals and 404s are no errors", _responses(_2xx="0+15x100", _4xx="0+100x100", _5xx="0x100",
                                                                    limited="0+999x100"), quiet=("10m", "20m")),
    Case(
        "ErrorRate",
        "an outage of four minutes is over",
        _responses(_2xx="0+150x40 6000x16 6150+150x60", _5xx="0x40 150+150x15 2400x60"),
        quiet=("13m", "14m", "15m", "15m30s", "16m", "17m", "18m"),
    ),
    Case(
        "ErrorRate",
        "three requests a minute say nothing, however many are made elsewhere or refused",
        {**_responses(_2xx="0x100", _5xx="0+0.75x100", limited="0+100x100"), **_busy_elsewhere("0+9000x100")},
        quiet=("10m", "20m"),
    ),
    Case(
        "ErrorRate",
        "six a minute do",
        _responses(_2xx="0x100", _5xx="0+1.5x100"),
        fires=("12m",),
        labels=(_OF_ENDPOINT,),
    ),
    Case(
        "ErrorRate",
        "errors elsewhere are those of another alert",
        {
            **_responses(_2xx="0+150x100", _5xx="0x100"),
            **others(_RESPONSES, {**_AT, "class": "5xx"}, "0+150x100", "site", "route"),
        },
        quiet=("10m", "20m"),
    ),
    Case(
        "ErrorRate",
        "the program that counts begins anew at 0",
        _responses(_2xx="9000+150x40 0+150x60", _5xx="5000x40 0x60"),
        quiet=("10m15s", "11m", "16m"),
    ),
]  # fmt: skip


def _durations(below: str, above: str, **labels: str) -> Series:
    """Requests within 1 s, and all, none of which takes more than 1.5 s."""
    at = {**_AT, **labels}
    return {
        series(f"{_DURATION}_bucket", {**at, "le": "1"}): below,
        series(f"{_DURATION}_bucket", {**at, "le": "1.5"}): above,
        series(f"{_DURATION}_bucket", {**at, "le": "+Inf"}): above,
        series(f"{_DURATION}_count", at): above,
    }


RESPONSE_TIME = [
    Case(
        "ResponseTime",
        "7 % slower than 1 s fire, whatever is fast elsewhere",
        {
            **_durations("0+139.5x100", "0+150x100"),
            **_durations("0+9000x100", "0+9000x100", site="another"),
            **_durations("0+9000x100", "0+9000x100", route="another"),
        },
        fires=("6m",),
        labels=(_OF_ENDPOINT,),
    ),
    Case("ResponseTime", "4 % do not", _durations("0+144x100", "0+150x100"), quiet=("6m", "20m")),
    Case(
        "ResponseTime",
        "what was slow a while ago still does",
        _durations("0+120x20 2550+150x20", "0+150x40"),
        fires=("6m30s",),
        labels=(_OF_ENDPOINT,),
    ),
    Case(
        "ResponseTime",
        "three requests a minute say nothing, however many are made elsewhere",
        {
            **_durations("0x100", "0+0.75x100"),
            **others(f"{_DURATION}_count", _AT, "0+9000x100", "site", "route"),
        },
        quiet=("6m", "20m"),
    ),
    Case(
        "ResponseTime",
        "six a minute do",
        _durations("0x100", "0+1.5x100"),
        fires=("6m",),
        labels=(_OF_ENDPOINT,),
    ),
    Case(
        "ResponseTime",
        "what is slow elsewhere is another alert's",
        {
            **_durations("0+150x100", "0+150x100"),
            **_durations("0+1x100", "0+9000x100", site="another"),
            **_durations("0+1x100", "0+9000x100", route="another"),
        },
        quiet=("6m", "20m"),
    ),
]


def _health(alert: str, component: str, url: str) -> list[Case]:
    at = {"job": "health", "component": component, "host": "server", "instance": url}
    fired = ({**_PAGE, **at},)
    well = others("up", at, "1x60")
    return [
        Case(
            alert,
            "fires once it has failed for a minute",
            {series("probe_success", at): "1x20 0x40", series("up", at): "1x60", **well},
            quiet=("5m", "5m45s"),
            fires=("6m45s",),
            labels=fired,
        ),
        Case(
            alert,
            "fires when it is no longer asked",
            {series("probe_success", at): "1x20 _x40", series("up", at): "1x20 _x40", **well},
            quiet=("5m",),
            fires=("12m",),
            labels=fired,
        ),
        Case(
            alert,
            "what cannot be asked is not said to be down, nor for what others are",
            {series("up", at): "0x60", **others("probe_success", at, "0x60", "job", "component")},
            quiet=("5m", "12m"),
        ),
    ]


HEALTH = [
    *_health("Unreachable", "orchestrator", "http://127.0.0.1:8000/health"),
    *_health("HealthCheckFails", "sevastopol", "http://127.0.0.1:4321/salud"),
]

_POSTGRESQL = _target("postgresql", "postgres_exporter", 9187)
_PROMETHEUS = _target("prometheus", "prometheus", 9090)
_ALERTMANAGER = _target("alertmanager", "alertmanager", 9093)
_BLACKBOX = _target("blackbox", "blackbox", 9115)
_NGINX = _target("nginx", "log_metrics", 3903)
REACHABLE = [
    Case(
        "DatabaseDown",
        "the exporter is locked out",
        {series("pg_up", _POSTGRESQL): "1x20 0x40"},
        quiet=("5m", "5m45s"),
        fires=("6m45s",),
        labels=({**_PAGE, **_POSTGRESQL},),
    ),
    Case("DatabaseDown", "is of the job's", others("pg_up", _POSTGRESQL, "0x60", "job"), quiet=("5m", "12m")),
    Case(
        "TargetDown",
        "down",
        {series("up", _PROMETHEUS): "1x20 0x40", **others("up", _PROMETHEUS, "1x60")},
        quiet=("5m", "6m30s"),
        fires=("8m",),
        labels=({**_TICKET, **_PROMETHEUS},),
    ),
    Case(
        "TargetDown",
        "vanished",
        {series("up", _PROMETHEUS): "1x20 _x60", **others("up", _PROMETHEUS, "1x80")},
        quiet=("5m",),
        fires=("14m",),
        labels=({**_TICKET, **_PROMETHEUS},),
    ),
    Case(
        "TargetDown",
        "others are others' business",
        {series("up", _PROMETHEUS): "1x60", **others("up", _PROMETHEUS, "0x60")},
        quiet=("5m", "12m"),
    ),
]

_DISK = {**_NODE, "device": "/dev/vda1", "fstype": "ext4", "mountpoint": "/"}
_FREE, _SIZE, _FILES_FREE, _FILES = (
    f"node_filesystem_{name}" for name in ("avail_bytes", "size_bytes", "files_free", "files")
)
_TEMPORARY = {**_DISK, "fstype": "tmpfs"}
_ELSEWHERE = {**_DISK, "job": "another"}


def _disk(free: str, size: str, files_free: str, files: str, labels: Labels) -> Series:
    values = {_FREE: free, _SIZE: size, _FILES_FREE: files_free, _FILES: files}
    return {series(metric, labels): value for metric, value in values.items()}


HOSTS = [
    # 300 GB, of which 24 GB go in an hour: four hours are left after eight and a half.
    Case(
        "DiskFills",
        "full in four hours",
        {series(_FREE, _DISK): "300-2x120"},
        quiet=("2h", "7h", "8h35m"),
        fires=("9h",),
        labels=({**_TICKET, **_DISK},),
        step="5m",
    ),
    Case(
        "DiskFills",
        "not before it was watched for an hour",
        {series(_FREE, _DISK): "30-2x14"},
        quiet=("30m", "55m"),
        fires=("1h20m",),
        labels=({**_TICKET, **_DISK},),
        step="5m",
    ),
    Case(
        "DiskFills",
        "in memory and of other jobs",
        {series(_FREE, _TEMPORARY): "60-2x25", series(_FREE, _ELSEWHERE): "60-2x25", series(_FREE, _DISK): "300x25"},
        quiet=("1h30m", "2h"),
        step="5m",
    ),
    Case(
        "DiskFull",
        "room",
        _disk("4x40", "100x40", "50x40", "100x40", _DISK),
        quiet=("4m",),
        fires=("6m",),
        labels=({**_PAGE, **_DISK},),
    ),
    Case(
        "DiskFull",
        "files",
        _disk("50x40", "100x40", "4x40", "100x40", _DISK),
        quiet=("4m",),
        fires=("6m",),
        labels=({**_PAGE, **_DISK},),
    ),
    Case(
        "DiskFull",
        "6 % left, and what is in memory or of other jobs",
        {
            **_disk("6x60", "100x60", "6x60", "100x60", _DISK),
            **_disk("1x60", "100x60", "1x60", "100x60", _TEMPORARY),
            **_disk("1x60", "100x60", "1x60", "100x60", _ELSEWHERE),
        },
        quiet=("6m", "14m"),
    ),
    Case(
        "MemoryShort",
        "95 % in use",
        {
            series("node_memory_MemAvailable_bytes", _NODE): "5x100",
            series("node_memory_MemTotal_bytes", _NODE): "100x100",
        },
        quiet=("9m",),
        fires=("11m",),
        labels=({**_TICKET, **_NODE},),
    ),
    Case(
        "MemoryShort",
        "85 %, and of other jobs",
        {
            series("node_memory_MemAvailable_bytes", _NODE): "15x100",
            series("node_memory_MemTotal_bytes", _NODE): "100x100",
            **others("node_memory_MemAvailable_bytes", _NODE, "1x100", "job"),
            **others("node_memory_MemTotal_bytes", _NODE, "100x100", "job"),
        },
        quiet=("11m", "24m"),
    ),
    Case(
        "UnitFailed",
        "failed",
        {series("node_systemd_unit_state", {**_NODE, "name": "a.service", "state": "failed"}): "0x20 1x40"},
        quiet=("4m", "6m"),
        fires=("8m",),
        labels=({**_TICKET, **_NODE, "name": "a.service", "state": "failed"},),
    ),
    Case(
        "UnitFailed",
        "active, and of other jobs",
        {
            series("node_systemd_unit_state", {**_NODE, "name": "a.service", "state": "active"}): "1x60",
            series("node_systemd_unit_state", {**_NODE, "name": "a.service", "state": "failed"}): "0x60",
            **others("node_systemd_unit_state", {**_NODE, "name": "a.service", "state": "failed"}, "1x60", "job"),
        },
        quiet=("8m", "14m"),
    ),
    Case(
        "UnitRestarts",
        "five times in 15 min",
        {series("node_systemd_service_restart_total", {**_NODE, "name": "a.service"}): "0+0.0833333x120"},
        fires=("20m",),
        labels=({**_TICKET, **_NODE, "name": "a.service"},),
    ),
    Case(
        "UnitRestarts",
        "two and a half times, and of other jobs",
        {
            series("node_systemd_service_restart_total", {**_NODE, "name": "a.service"}): "0+0.0416666x120",
            **others("node_systemd_service_restart_total", {**_NODE, "name": "a.service"}, "0+1x120", "job"),
        },
        quiet=("20m", "29m"),
    ),
    Case(
        "ClockWrong",
        "ahead",
        {series("node_time_seconds", _NODE): "0.8+15x100"},
        quiet=("9m",),
        fires=("11m",),
        labels=({**_TICKET, **_NODE},),
    ),
    Case(
        "ClockWrong",
        "behind",
        {series("node_time_seconds", _NODE): "-0.8+15x100"},
        fires=("11m",),
        labels=({**_TICKET, **_NODE},),
    ),
    Case(
        "ClockWrong",
        "nobody sets it",
        {series("node_timex_sync_status", _NODE): "0x100", series("node_timex_maxerror_seconds", _NODE): "16x100"},
        quiet=("9m",),
        fires=("11m",),
        labels=({**_TICKET, **_NODE},),
    ),
    Case(
        "ClockWrong",
        "a little ahead, not set for a while, and of other jobs",
        {
            series("node_time_seconds", _NODE): "0.3+15x100",
            series("node_timex_sync_status", _NODE): "0x100",
            series("node_timex_maxerror_seconds", _NODE): "10x100",
            **others("node_time_seconds", _NODE, "9+15x100", "job"),
            **others("node_timex_sync_status", _NODE, "0x100", "job"),
            **others("node_timex_maxerror_seconds", _NODE, "16x100", "job"),
        },
        quiet=("11m", "24m"),
    ),
    Case(
        "ClockWrong",
        "set, with a large error",
        {series("node_timex_sync_status", _NODE): "1x100", series("node_timex_maxerror_seconds", _NODE): "16x100"},
        quiet=("11m", "24m"),
    ),
    # A lifetime of 100 h.
    Case(
        "CertificateExpires",
        "a fifth left",
        {
            series("nostromo_certificate_not_before_timestamp_seconds", {**_NODE, "name": "app"}): "0x1300",
            series("nostromo_certificate_not_after_timestamp_seconds", {**_NODE, "name": "app"}): "360000x1300",
        },
        quiet=("1h", "79h", "80h5m"),
        fires=("80h10m", "81h", "99h"),
        labels=({**_PAGE, **_NODE, "name": "app"},),
        step="5m",
    ),
    Case(
        "CertificateExpires",
        "of other jobs",
        {
            **others("nostromo_certificate_not_before_timestamp_seconds", {**_NODE, "name": "app"}, "0x900", "job"),
            **others("nostromo_certificate_not_after_timestamp_seconds", {**_NODE, "name": "app"}, "3600x900", "job"),
        },
        quiet=("1h", "50h"),
        step="5m",
    ),
    Case(
        "DatabaseCertificateExpires",
        "a fifth left",
        {
            series("nostromo_certificate_not_before_timestamp_seconds", _DATABASE): "0x1300",
            series("nostromo_certificate_not_after_timestamp_seconds", _DATABASE): "360000x1300",
        },
        quiet=("1h", "79h", "80h5m"),
        fires=("80h10m", "81h", "99h"),
        labels=({**_PAGE, **_DATABASE},),
        step="5m",
    ),
    Case(
        "DatabaseCertificateExpires",
        "of other jobs and of sites",
        {
            **others("nostromo_certificate_not_before_timestamp_seconds", _DATABASE, "0x900", "job", "name"),
            **others("nostromo_certificate_not_after_timestamp_seconds", _DATABASE, "3600x900", "job", "name"),
        },
        quiet=("1h", "50h"),
        step="5m",
    ),
    Case(
        "CertificateExpires",
        "the database's",
        {
            series("nostromo_certificate_not_before_timestamp_seconds", _DATABASE): "0x100",
            series("nostromo_certificate_not_after_timestamp_seconds", _DATABASE): "3600x100",
        },
        quiet=("1h", "50h"),
        step="5m",
    ),
    # 100 days are left at first.
    Case(
        "OriginPullsExpire",
        "a month left",
        {series("nostromo_certificate_not_after_timestamp_seconds", _SHOWN): "8640000x2500"},
        quiet=("1h", "1679h", "1680h"),
        fires=("1681h", "2399h", "2401h"),
        labels=({**_TICKET, **_SHOWN},),
        step="1h",
    ),
    Case(
        "OriginPullsExpire",
        "of other jobs and of sites",
        others("nostromo_certificate_not_after_timestamp_seconds", _SHOWN, "3600x100", "job", "name"),
        quiet=("1h", "50h"),
        step="1h",
    ),
    Case(
        "CertificateExpires",
        "one that nothing renews",
        {
            series("nostromo_certificate_not_before_timestamp_seconds", _SHOWN): "0x100",
            series("nostromo_certificate_not_after_timestamp_seconds", _SHOWN): "3600x100",
        },
        quiet=("1h", "50h"),
        step="5m",
    ),
]

_ROW = {**_NODE, "row": "DB NO pública", "source": "any", "destination": "mother", "port": "5432", "action": "deny"}
_CHECKS = {**_NODE, "verdict": "failed"}
PROOF = [
    Case(
        "RowNotProven",
        "at once",
        {series("nostromo_row_proven", _ROW): "1x20 0x20", series("nostromo_row_proven", {**_ROW, "row": "x"}): "1x40"},
        quiet=("5m",),
        fires=("5m15s",),
        labels=({**_PAGE, **_ROW},),
    ),
    Case("RowNotProven", "of other jobs", others("nostromo_row_proven", _ROW, "0x40", "job"), quiet=("5m",)),
    Case(
        "ProofOld",
        "older than 15 min for 5",
        {
            series("nostromo_proof_timestamp_seconds", _NODE): "0x100",
            **others("nostromo_proof_timestamp_seconds", _NODE, "0+15x100", "job", "host"),
        },
        quiet=("14m", "19m"),
        fires=("21m",),
        labels=({**_TICKET, **_NODE},),
    ),
    Case(
        "ProofOld",
        "there is none",
        others("nostromo_proof_timestamp_seconds", _NODE, "0+15x100", "job", "host"),
        quiet=("4m",),
        fires=("6m",),
        labels=({**_TICKET, "job": "node", "host": "server"},),
    ),
    Case(
        "ProofOld",
        "fresh, and old elsewhere",
        {
            series("nostromo_proof_timestamp_seconds", _NODE): "0+15x150",
            **others("nostromo_proof_timestamp_seconds", _NODE, "0x150", "job", "host"),
        },
        quiet=("6m", "30m"),
    ),
    Case(
        "VerifyOld",
        "two days",
        {series("nostromo_verify_timestamp_seconds", _NODE): "0x700"},
        quiet=("47h",),
        fires=("49h",),
        labels=({**_TICKET, **_NODE},),
        step="5m",
    ),
    Case(
        "VerifyOld",
        "of other jobs",
        others("nostromo_verify_timestamp_seconds", _NODE, "0x700", "job"),
        quiet=("49h",),
        step="5m",
    ),
    Case(
        "VerifyFailed",
        "one fault",
        {series("nostromo_verify_checks", _CHECKS): "0x20 1x20"},
        quiet=("5m",),
        fires=("6m",),
        labels=({**_TICKET, **_CHECKS},),
    ),
    Case(
        "VerifyFailed",
        "other verdicts and jobs",
        {
            series("nostromo_verify_checks", {**_NODE, "verdict": "passed"}): "156x40",
            **others("nostromo_verify_checks", _CHECKS, "1x40", "job"),
        },
        quiet=("6m",),
    ),
]

_LINES = {**_NGINX, "result": "unparsed"}


def _config(metric: str, labels: Labels, values: str, fired: Labels) -> Case:
    return Case(
        "ConfigurationNotLoaded",
        metric,
        {series(metric, labels): values},
        quiet=("4m",),
        fires=("6m",),
        labels=({**_TICKET, **fired},),
    )


ITSELF = [
    Case(
        "LogUnparsed",
        "eight lines in ten minutes",
        {series("nginx_log_lines_total", _LINES): "0+0.2x100"},
        fires=("15m",),
        labels=({**_TICKET, **_LINES},),
    ),
    Case(
        "LogUnparsed",
        "three lines, and of other jobs and results",
        {
            series("nginx_log_lines_total", _LINES): "0+0.075x100",
            **others("nginx_log_lines_total", _LINES, "0+50x100", "job", "result"),
        },
        quiet=("15m", "24m"),
    ),
    Case(
        "LogUnread",
        "once, a few minutes ago",
        {series("mtail_log_errors_total", {**_NGINX, "logfile": "/x"}): "0x20 1x40"},
        quiet=("5m",),
        fires=("6m", "12m"),
        labels=({**_TICKET, **_NGINX, "logfile": "/x"},),
    ),
    Case(
        "LogUnread",
        "of other jobs",
        others("mtail_log_errors_total", {**_NGINX, "logfile": "/x"}, "0+1x60", "job"),
        quiet=("6m",),
    ),
    _config("prometheus_config_last_reload_successful", _PROMETHEUS, "1x20 0x20", _PROMETHEUS),
    _config("alertmanager_config_last_reload_successful", _ALERTMANAGER, "1x20 0x20", _ALERTMANAGER),
    _config("blackbox_exporter_config_last_reload_successful", _BLACKBOX, "1x20 0x20", _BLACKBOX),
    _config("mtail_prog_load_errors_total", {**_NGINX, "prog": "x"}, "0x20 1x60", {**_NGINX, "prog": "x"}),
    _config("prometheus_target_scrape_pools_failed_total", _PROMETHEUS, "0x20 1x60", _PROMETHEUS),
    _config(
        "prometheus_rule_evaluation_failures_total",
        {**_PROMETHEUS, "rule_group": "x"},
        "0x20 1x60",
        {name: _PROMETHEUS[name] for name in ("host", "job", "component")},
    ),
    Case(
        "ConfigurationNotLoaded",
        "what failed some minutes ago has",
        {
            series("mtail_prog_load_errors_total", _NGINX): "0x20 1x60",
            series("prometheus_target_scrape_pools_failed_total", _PROMETHEUS): "0x20 1x60",
            series("prometheus_rule_evaluation_failures_total", {**_BLACKBOX, "rule_group": "x"}): "0x20 1x60",
        },
        fires=("12m",),
        labels=(
            {**_TICKET, **_NGINX},
            {**_TICKET, **_PROMETHEUS},
            {**_TICKET, **{name: _BLACKBOX[name] for name in ("host", "job", "component")}},
        ),
    ),
    Case(
        "TextfileUnread",
        "unreadable",
        {series("node_textfile_scrape_error", _NODE): "0x20 1x60"},
        quiet=("5m", "9m"),
        fires=("11m",),
        labels=({**_TICKET, **_NODE},),
    ),
    Case(
        "TextfileUnread",
        "of other jobs",
        others("node_textfile_scrape_error", _NODE, "1x60", "job"),
        quiet=("11m",),
    ),
    Case(
        "DeliveryFails",
        "mail",
        {series("alertmanager_notifications_failed_total", {**_ALERTMANAGER, "integration": "email"}): "0x20 1x60"},
        quiet=("5m",),
        fires=("6m", "12m"),
        labels=({**_TICKET, "host": "server", "integration": "email"},),
    ),
    Case(
        "DeliveryFails",
        "Alertmanager is down",
        {series("prometheus_notifications_dropped_total", _PROMETHEUS): "0x20 " + " ".join(f"{n}x4" for n in range(1, 12))},
        quiet=("7m",),
        fires=("9m", "12m30s", "15m30s"),
        labels=({**_TICKET, "host": "server"},),
    ),
    Case(
        "DeliveryFails",
        "Alertmanager has started again",
        {series("prometheus_notifications_dropped_total", _PROMETHEUS): "0x20 1 3x60"},
        quiet=("5m", "6m", "7m", "8m", "9m", "10m", "12m"),
    ),
    Case("Heartbeat", "always", {"up": "1x10"}, fires=("0m", "1m"), labels=(_TICKET,)),
]

CASES = [*ERROR_RATE, *RESPONSE_TIME, *HEALTH, *REACHABLE, *HOSTS, *PROOF, *ITSELF]
