# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is monitored, when somebody is alerted, and who. Its metrics and alerts are those of which the page can speak."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults
from .kinds import Choice, Count, Many, Matching, Reference, Switch, Text, Unless
from .options import Plain
from .ports import Port
from .record import Record, says
from .schema import Schema, text
from .services import Secret
from .words import ABSOLUTE_PATH, EMAIL, HOSTNAME, KEY

_PERCENT = Count(0, 100, "a percentage")
_PERCENTILE = Count(1, 100, "a percentile")
_MINUTES = Count(0, 1440, "a number of minutes")
_SOME_MINUTES = Count(1, 1440, "a number of minutes")
_HOURS = Count(1, 8760, "a number of hours")
_DAYS = Count(1, 365, "a number of days")
_MILLISECONDS = Count(1, 3_600_000, "milliseconds")
_EMAIL = Matching(EMAIL.pattern.pattern.removeprefix("|"), EMAIL.what, EMAIL.remedy)
_PASSWORD = re.compile(r"[^\x00-\x1f\x7f]{12,}")
_HIDDEN = ("/etc/letsencrypt/", "/etc/ssl/private/", "/home/", "/root/", "/run/")
_URL = re.compile(r"""https?://[^\s"'`\\<>]+""")

ErrorClass = Literal["4xx", "5xx"]


class SecretURL(Plain):
    """An address that is shown to nobody: who knows it may write there."""

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it; no fault tells what it is."""
        if isinstance(value, str) and _URL.fullmatch(value):
            return value
        faults.error(path, None, "is not an address", "use one such as https://alerts.example.org/hook")
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return text(pattern=f"^{_URL.pattern}$")


@dataclass(frozen=True)
class Requests(Record):
    """Requests per second."""

    unit: str = says("Of what it is counted.", Text(), default="1/s")
    by: str = says("What they are told apart by, such as endpoint.", Text(1), required=True)


@dataclass(frozen=True)
class ResponseTime(Record):
    """How long answers take."""

    percentiles: tuple[int, ...] = says("The percentiles.", Many(_PERCENTILE), required=True)


@dataclass(frozen=True)
class ErrorRate(Record):
    """The share of answers that are errors."""

    statuses: tuple[str, ...] = says("What counts as an error, such as 5xx.", Many(Text(1)), required=True)


@dataclass(frozen=True)
class Bandwidth(Record):
    """Bytes per second."""


@dataclass(frozen=True)
class Metrics(Record):
    """What is measured."""

    requests: Requests | None = says("Requests per second.", Requests)
    response_time: ResponseTime | None = says("How long answers take.", ResponseTime)
    error_rate: ErrorRate | None = says("The share of answers that are errors.", ErrorRate)
    bandwidth: Bandwidth | None = says("Bytes per second.", Bandwidth)


@dataclass(frozen=True)
class ErrorRateAlert(Record):
    """Too many errors of one endpoint."""

    above_percent: int = says("More errors than this, in percent.", _PERCENT, required=True)
    for_minutes: int = says("For as long, in minutes.", _SOME_MINUTES, required=True)
    statuses: tuple[ErrorClass, ...] = says(
        "What counts as an error; what our own limits refuse never does.",
        Many(Choice("4xx", "5xx"), ("is empty", "name at least 5xx")),
        default=("5xx",),
    )


@dataclass(frozen=True)
class ResponseTimeAlert(Record):
    """An endpoint is too slow."""

    percentile: int = says("Which percentile.", _PERCENTILE, required=True)
    above_ms: int = says("Slower than this, in milliseconds.", _MILLISECONDS, required=True)


@dataclass(frozen=True)
class UnreachableAlert(Record):
    """A health check fails."""

    component: str = says("Whose.", Reference(KEY, "name a component"), required=True)
    for_minutes: int = says("For as long, in minutes.", _MINUTES, default=1)


@dataclass(frozen=True)
class HealthAlert(Record):
    """The health check of another component fails."""

    for_minutes: int = says("For as long, in minutes.", _MINUTES, default=1)


@dataclass(frozen=True)
class TargetAlert(Record):
    """What is measured gives no metrics, or is no longer asked for any."""

    for_minutes: int = says("For as long, in minutes.", _MINUTES, default=2)


@dataclass(frozen=True)
class DatabaseAlert(Record):
    """The database refuses its exporter, or is down."""

    for_minutes: int = says("For as long, in minutes.", _MINUTES, default=1)


@dataclass(frozen=True)
class CertificateAlert(Record):
    """The certificate should have been renewed."""

    below_percent: int = says("Less than this is left of its lifetime, in percent.", _PERCENT, default=20)


@dataclass(frozen=True)
class OriginPullsAlert(Record):
    """The certificate that Cloudflare shows the server ends; nothing renews it."""

    within_days: int = says("It ends within so many days.", _DAYS, default=30)


@dataclass(frozen=True)
class DiskAlert(Record):
    """A file system fills up."""

    within_hours: int = says("As fast as in the last hour it is full so soon, in hours.", _HOURS, default=4)
    above_percent: int = says("Or it is fuller than this, in percent; of files too.", _PERCENT, default=95)


@dataclass(frozen=True)
class MemoryAlert(Record):
    """Memory runs short."""

    above_percent: int = says("More is in use than this, in percent.", _PERCENT, default=90)
    for_minutes: int = says("For as long, in minutes.", _MINUTES, default=10)


@dataclass(frozen=True)
class UnitAlert(Record):
    """A unit of systemd's has failed, or does not stay up."""

    restarts: int = says("It was started anew more often than this.", Count(0, 1000), default=3)
    within_minutes: int = says("Within so many minutes.", _SOME_MINUTES, default=15)


@dataclass(frozen=True)
class ClockAlert(Record):
    """A host's clock is not set by a time server, or is wrong."""

    above_ms: int = says(
        "It differs from the monitoring host's by more than this, in milliseconds.", _MILLISECONDS, default=500
    )
    for_minutes: int = says("For as long, in minutes.", _MINUTES, default=10)


@dataclass(frozen=True)
class LogAlert(Record):
    """The access log cannot be read, or lines of it are not understood."""

    above_lines: int = says("More lines than this in ten minutes.", Count(0, 1_000_000), default=5)


@dataclass(frozen=True)
class ConfigurationAlert(Record):
    """A program of monitoring runs with another configuration than the one on disk, or cannot do what it says."""


@dataclass(frozen=True)
class DeliveryAlert(Record):
    """A message could not be delivered."""


@dataclass(frozen=True)
class RowAlert(Record):
    """A row of the matrix is no longer proven."""

    for_minutes: int = says("For as long, in minutes.", _MINUTES, default=0)


@dataclass(frozen=True)
class ProofAlert(Record):
    """The proof is too old, or there is none."""

    above_minutes: int = says("Hosts have not tried their rows for this long, in minutes.", _SOME_MINUTES, default=15)
    verify_above_hours: int = says(
        "The last run of verify, once there was one, is longer ago than this, in hours.", _HOURS, default=48
    )


#: The document's; all others an operator expects besides, and they are in force unless they are switched off.
DOCUMENTED_ALERTS = ("error_rate", "response_time", "unreachable")
_OFF = " On by default, false switches it off."


@dataclass(frozen=True)
class Alerts(Record):
    """When somebody is alerted."""

    error_rate: ErrorRateAlert | Literal[False] | None = says("Too many errors.", Unless(ErrorRateAlert))
    response_time: ResponseTimeAlert | Literal[False] | None = says("Answers take too long.", Unless(ResponseTimeAlert))
    unreachable: UnreachableAlert | Literal[False] | None = says(
        "A component's health check fails.", Unless(UnreachableAlert)
    )
    health: HealthAlert | Literal[False] = says(
        "The health check of any other component fails." + _OFF, Unless(HealthAlert), default=HealthAlert()
    )
    target: TargetAlert | Literal[False] = says(
        "A program gives no metrics, or has vanished from those that are asked." + _OFF,
        Unless(TargetAlert),
        default=TargetAlert(),
    )
    database: DatabaseAlert | Literal[False] = says(
        "The database is down, or refuses its exporter." + _OFF, Unless(DatabaseAlert), default=DatabaseAlert()
    )
    certificate: CertificateAlert | Literal[False] = says(
        "The certificate was not renewed in time." + _OFF, Unless(CertificateAlert), default=CertificateAlert()
    )
    origin_pulls: OriginPullsAlert | Literal[False] = says(
        "The certificate of network_cloudflare.origin_pulls ends." + _OFF,
        Unless(OriginPullsAlert),
        default=OriginPullsAlert(),
    )
    disk: DiskAlert | Literal[False] = says(
        "A file system is full, or will be soon." + _OFF, Unless(DiskAlert), default=DiskAlert()
    )
    memory: MemoryAlert | Literal[False] = says("Memory runs short." + _OFF, Unless(MemoryAlert), default=MemoryAlert())
    unit: UnitAlert | Literal[False] = says(
        "A unit of systemd's has failed, or does not stay up." + _OFF, Unless(UnitAlert), default=UnitAlert()
    )
    clock: ClockAlert | Literal[False] = says("A clock is wrong." + _OFF, Unless(ClockAlert), default=ClockAlert())
    log: LogAlert | Literal[False] = says(
        "The access log cannot be read, or lines of it are not understood." + _OFF, Unless(LogAlert), default=LogAlert()
    )
    configuration: ConfigurationAlert | Literal[False] = says(
        "A program of monitoring does not run with what it was given." + _OFF,
        Unless(ConfigurationAlert),
        default=ConfigurationAlert(),
    )
    delivery: DeliveryAlert | Literal[False] = says(
        "A message could not be delivered." + _OFF, Unless(DeliveryAlert), default=DeliveryAlert()
    )
    row: RowAlert | Literal[False] = says(
        "A row of the matrix is no longer proven." + _OFF, Unless(RowAlert), default=RowAlert()
    )
    proof: ProofAlert | Literal[False] = says(
        "The proof is too old, or verify found faults." + _OFF, Unless(ProofAlert), default=ProofAlert()
    )


@dataclass(frozen=True)
class Mail(Record):
    """The mail server by which alerts are sent."""

    server: str = says("Its name or address.", HOSTNAME, required=True)
    port: int = says("Its port.", Port(), default=587)
    sender: str = says("The address that alerts come from.", _EMAIL, required=True, key="from")
    user: str = says("Who logs in there; empty for nobody.", Text(), default="")
    password: str = says("The password.", Secret(), default="")
    tls: bool = says("Whether the connection has to be encrypted (STARTTLS).", Switch(), default=True)

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """Who logs in has a password, and sends it to nobody but the server."""
        if given.get("user") and not given.get("password"):
            faults.error(f"{path}.password", None, "is missing", "give it, in a vault, or remove the user")
        if given.get("user") and given.get("tls") is False:
            reason = "the password would be sent for everybody on the way to read"
            faults.error(f"{path}.tls", False, reason, "remove tls: false, or the user")


@dataclass(frozen=True)
class Webhook(Record):
    """A program that takes alerts as JSON (Alertmanager's format of webhooks)."""

    url: str = says("Its address; whoever knows it may write there.", SecretURL(), required=True)
    token: str = says("What is sent as Authorization: Bearer; empty for nothing.", Secret(), default="")


@dataclass(frozen=True)
class Receivers(Record):
    """Who is told of alerts. With nobody here they show on the page of monitoring alone."""

    email: tuple[str, ...] = says("E-mail addresses; mail says by which server.", Many(_EMAIL), default=())
    webhooks: tuple[Webhook, ...] = says("Programs that take alerts as JSON.", Many(Webhook), default=())
    mail: Mail | None = says("The mail server by which e-mail goes.", Mail)
    repeat_hours: int = says("How often an alert that stays is told again, in hours.", _HOURS, default=4)

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """E-mail goes by a server."""
        if given.get("email") and given.get("mail") is None:
            faults.error(f"{path}.mail", None, "is missing: there are receivers by e-mail", "name the mail server")


@dataclass(frozen=True)
class Heartbeat(Record):
    """A service elsewhere that alerts when it no longer hears of this one (dead man's switch)."""

    url: str = says("Its address, to which is posted; whoever knows it may write there.", SecretURL(), required=True)
    every_minutes: int = says("How often, in minutes.", _SOME_MINUTES, default=5)


@dataclass(frozen=True)
class Retention(Record):
    """How long metrics are kept: what is older goes, and the oldest where they take more room."""

    days: int = says("Days.", Count(1, 3650), default=30)
    gigabytes: int = says("Room on the disk, in gigabytes.", Count(1, 100_000), default=2)


@dataclass(frozen=True)
class Tls(Record):
    """With what hosts show each other who they are: files (PEM) of these paths on each of them."""

    certificate: str = says("The host's certificate, of its address: for server and client.", ABSOLUTE_PATH, required=True)
    key: str = says("Its key; the programs' users have to be able to read it.", ABSOLUTE_PATH, required=True)
    authority: str = says("Who has to have signed the certificates of the others.", ABSOLUTE_PATH, required=True)

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """The programs see them."""
        for name, value in given.items():
            place = next((one for one in _HIDDEN if isinstance(value, str) and value.startswith(one)), None)
            if place:
                reason = f"is in {place}, which the programs of monitoring do not see"
                faults.error(f"{path}.{name}", str(value), reason, "put it elsewhere, such as /etc/nostromo/tls")


@dataclass(frozen=True)
class Grafana(Record):
    """How people log in to Grafana."""

    password: str = says("The password of its user admin.", Secret(), required=True)

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """Grafana takes it as one line."""
        password = given.get("password")
        if isinstance(password, str) and password and not _PASSWORD.fullmatch(password):
            reason = "is shorter than 12 characters, or of more than one line"
            faults.error(f"{path}.password", None, reason, "make one with openssl rand -base64 24, in a vault")


@dataclass(frozen=True)
class Monitoring(Record):
    """Monitoring."""

    tools: tuple[str, ...] = says("What it is done with.", Many(Text(1)), required=True)
    metrics: Metrics = says("What is measured, by the name of the metric.", Metrics, required=True)
    alerts: Alerts = says("When somebody is alerted, by the name of the alert.", Alerts, required=True)
    receivers: Receivers = says("Who is told of alerts.", Receivers, default=Receivers())
    heartbeat: Heartbeat | None = says("A service elsewhere that notices when monitoring itself is down.", Heartbeat)
    retention: Retention = says("How long metrics are kept.", Retention, default=Retention())
    tls: Tls | None = says("How Prometheus and exporters on other hosts meet; without it in the clear.", Tls)
    grafana: Grafana | None = says("How people log in to Grafana, where a component speaks it.", Grafana)


NO_MONITORING = Monitoring(tools=(), metrics=Metrics(), alerts=Alerts())
