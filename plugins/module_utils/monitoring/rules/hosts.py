# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host runs short of: disk, memory, units that stay up, time, and certificates that last."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.monitoring import CertificateAlert, ClockAlert, DiskAlert, UnitAlert
from ...document.programs import NODE
from ...quoting.monitoring import promql
from ..metrics import CERTIFICATE_FROM, CERTIFICATE_UNTIL, DATABASE, ORIGIN_PULLS
from ..watched import Watched
from .model import HOST, VERIFY, Rule, both, doctor, either, matchers, share

_NODE = matchers(job=NODE)
#: File systems that nobody fills: they are in memory, or read-only by their nature.
DISKS = f'{_NODE},fstype!~"tmpfs|ramfs|squashfs|iso9660|efivarfs|nsfs"'
_DISK = "{{ $labels.mountpoint }}"


def rules(watched: Watched) -> Iterator[Rule]:
    """Of all hosts that have a node exporter."""
    alerts = watched.monitoring.alerts
    if not watched.at(NODE):
        return
    if alerts.disk:
        yield from _disk(alerts.disk)
    if alerts.memory:
        used = f"1 - node_memory_MemAvailable_bytes{{{_NODE}}} / node_memory_MemTotal_bytes"
        summary = f"{{{{ $value | humanizePercentage }}}} of the memory of {HOST} are in use"
        above = share(alerts.memory.above_percent)
        yield Rule("MemoryShort", f"{used} > {above}", "ticket", summary, doctor(), alerts.memory.for_minutes)
    if alerts.unit:
        yield from _unit(alerts.unit)
    if alerts.clock:
        yield _clock(alerts.clock)
    if alerts.certificate:
        yield from _certificates(alerts.certificate)
    if alerts.origin_pulls:
        shown = matchers(job=NODE, name=ORIGIN_PULLS)
        yield Rule(
            "OriginPullsExpire",
            f"{CERTIFICATE_UNTIL}{{{shown}}} - time() < {alerts.origin_pulls.within_days} * 86400",
            "ticket",
            f"The certificate that Cloudflare shows {HOST} ends in {{{{ $value | humanizeDuration }}}}, and Nginx then refuses"
            " everybody: make another, and let Cloudflare have it (README, origin pulls)",
            VERIFY,
        )


def _certificates(alert: CertificateAlert) -> Iterator[Rule]:
    """Those of sites renew themselves; that of the database any run renews."""
    for alert_name, chosen, told, command in (
        (
            "CertificateExpires",
            f"name!~{promql(f'{ORIGIN_PULLS}|{DATABASE}')}",
            "the certificate {{ $labels.name }} on {{ $labels.host }}: it was not renewed",
            doctor(symptom="certificate"),
        ),
        (
            "DatabaseCertificateExpires",
            f"name={promql(DATABASE)}",
            "the certificate that the database on {{ $labels.host }} shows its clients: any run of site.yml renews it",
            VERIFY,
        ),
    ):
        left = f"({CERTIFICATE_UNTIL}{{{_NODE},{chosen}}} - time()) / ({CERTIFICATE_UNTIL} - {CERTIFICATE_FROM})"
        summary = f"{{{{ $value | humanizePercentage }}}} are left of {told}"
        yield Rule(alert_name, f"{left} < {share(alert.below_percent)}", "page", summary, command, 5)


def _disk(alert: DiskAlert) -> Iterator[Rule]:
    free, files_free = (f"node_filesystem_{name}{{{DISKS}}}" for name in ("avail_bytes", "files_free"))
    yield Rule(
        "DiskFills",
        # Of less than an hour a line says nothing: after the first minutes a package that was installed fills the disk.
        both(f"predict_linear({free}[1h], {alert.within_hours} * 3600) < 0", "node_filesystem_avail_bytes offset 1h"),
        "ticket",
        f"{_DISK} on {HOST} will be full within {alert.within_hours} h",
        doctor(),
        15,
    )
    left = share(100 - alert.above_percent)
    yield Rule(
        "DiskFull",
        either(f"{free} / node_filesystem_size_bytes < {left}", f"{files_free} / node_filesystem_files < {left}"),
        "page",
        f"{_DISK} on {HOST} has {{{{ $value | humanizePercentage }}}} left, of room or of files",
        doctor(),
        5,
    )


def _unit(alert: UnitAlert) -> Iterator[Rule]:
    unit = "{{ $labels.name }}"
    yield Rule(
        "UnitFailed",
        f'node_systemd_unit_state{{{_NODE},state="failed"}} == 1',
        "ticket",
        f"{unit} on {HOST} has failed",
        doctor(),
        2,
    )
    yield Rule(
        "UnitRestarts",
        f"increase(node_systemd_service_restart_total{{{_NODE}}}[{alert.within_minutes}m]) > {alert.restarts}",
        "ticket",
        f"{unit} on {HOST} was started anew {{{{ $value | humanize }}}} times in {alert.within_minutes} min",
        doctor(),
    )


def _clock(alert: ClockAlert) -> Rule:
    """Not synchronised is what the kernel says (adjtimex(2)): nobody sets it, and by now it may be wrong by 16 s."""
    unset = both(f"(node_timex_sync_status{{{_NODE}}} == 0", "node_timex_maxerror_seconds >= 16)")
    offset = f"abs(node_time_seconds{{{_NODE}}} - timestamp(node_time_seconds))"
    return Rule(
        "ClockWrong",
        either(f"{offset} > {alert.above_ms / 1000:g}", unset),
        "ticket",
        f"The clock of {HOST} is wrong, or nobody sets it",
        doctor(),
        alert.for_minutes,
    )
