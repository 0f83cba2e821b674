# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authenticated origin pulls of a zone: what is there, and what may be done in which order so that every request is served."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ..document.origin_pulls import OriginPulls
from .api import Api, ApiError

PATH = "origin_tls_client_auth"
_ACTIVE = "active"
#: A certificate that is being brought to Cloudflare's places need not be sent again.
_COMING = ("initializing", "pending_deployment")
_SOON = timedelta(days=30)


class RefusedError(Exception):
    """It would leave requests unserved; the message says why, and what to do first."""


@dataclass(frozen=True)
class Uploaded:
    """A certificate that the zone has; ``expires`` where Cloudflare tells it."""

    id: str
    fingerprint: str
    status: str
    expires: datetime | None


@dataclass(frozen=True)
class Pulls:
    """Whether Cloudflare shows a certificate of the zone's own, and those that there are."""

    enabled: bool
    certificates: tuple[Uploaded, ...]

    def held(self, wanted: OriginPulls, *statuses: str) -> Uploaded | None:
        """The wanted certificate, if it is there in one of these states."""
        own = fingerprint(wanted.certificate)
        return next((one for one in self.certificates if one.fingerprint == own and one.status in statuses), None)

    def others(self, wanted: OriginPulls) -> tuple[Uploaded, ...]:
        """Certificates besides that are in use, or soon are."""
        own = fingerprint(wanted.certificate)
        return tuple(one for one in self.certificates if one.status in (_ACTIVE, *_COMING) and one.fingerprint != own)


@dataclass(frozen=True)
class Step:
    """Something to be done at Cloudflare; ``others`` are the certificates that are deleted."""

    kind: Literal["upload", "enable", "delete", "disable"]
    others: tuple[Uploaded, ...] = ()


def fingerprint(pem: str) -> str:
    """The SHA-256 of a certificate; empty if it is none."""
    try:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.strip())).hexdigest()
    except ValueError:
        return ""


def read(api: Api, zone: str) -> Pulls:
    """What is there, by two requests. :raises ApiError: it cannot be read."""
    try:
        enabled = bool(api.get(f"/zones/{zone}/{PATH}/settings")["enabled"])
        return Pulls(enabled, tuple(map(_uploaded, api.get(f"/zones/{zone}/{PATH}") or ())))
    except (AttributeError, KeyError, TypeError) as error:
        reason = f"an answer of Cloudflare's is not as its reference says ({error!r}); nothing was changed"
        raise ApiError(reason) from error


def steps(wanted: OriginPulls, there: Pulls, now: datetime, demanded: Callable[[], bool]) -> list[Step]:
    """What has to be done at Cloudflare, in this order. Others are deleted when the wanted certificate is in use: Cloudflare asks
    for one alone.

    :param demanded: whether Nginx refuses who does not show the certificate that it knows; asked only where that matters.
    :raises RefusedError: something of it would be in the way of requests.
    """
    if wanted.mode == "disabled":
        if not there.enabled:
            return []
        if demanded():
            raise RefusedError(f"Nginx still demands the certificate: {_LOOSEN}")
        return [Step("disable")]
    held, others = there.held(wanted, _ACTIVE, *_COMING), there.others(wanted)
    if held is None and not wanted.key:
        reason = "Cloudflare does not have the certificate, and network_cloudflare.origin_pulls.key is empty"
        raise RefusedError(f"{reason}: give the key, from the vault")
    used = held is not None and held.status == _ACTIVE
    if others and there.enabled and (held is None or used) and demanded():
        reason = "Cloudflare has another certificate besides, which Nginx may demand"
        raise RefusedError(f"{reason}: set network_cloudflare.origin_pulls.mode to log, and {_LOOSEN}")
    found = [Step("upload")] if held is None else []
    found += [] if there.enabled else [Step("enable")]
    found += [Step("delete", others)] if others and used else []
    if found and held and _ended(held, now):
        raise RefusedError(f"Nginx would refuse the certificate, with log as well: {_expiry(held, now)}")
    return found


_LOOSEN = "run site.yml --tags nginx,cloudflare first, which lets Nginx serve without it"


def do(api: Api, zone: str, step: Step, wanted: OriginPulls) -> None:
    """One step. :raises ApiError: it is refused. :raises UnsureError: nobody knows whether it was done."""
    if step.kind == "delete":
        for one in step.others:
            api.change("DELETE", f"/zones/{zone}/{PATH}/{one.id}", {})
    elif step.kind == "upload":
        body = {"certificate": wanted.certificate.strip(), "private_key": wanted.key.strip()}
        api.change("POST", f"/zones/{zone}/{PATH}", body)
    else:
        api.change("PUT", f"/zones/{zone}/{PATH}/settings", {"enabled": step.kind == "enable"})


def in_the_way(wanted: OriginPulls, there: Pulls, now: datetime) -> list[str]:
    """Why Nginx must not demand the certificate yet; empty when every request of Cloudflare's shows it."""
    held = there.held(wanted, _ACTIVE)
    return [*_lacking(wanted, there), *([_expiry(held, now)] if held and _ended(held, now) else [])]


def faults(wanted: OriginPulls, there: Pulls, now: datetime) -> list[str]:
    """What is not as it should be at Cloudflare; and a certificate that has ended, or soon does."""
    if wanted.mode == "disabled":
        return ["Cloudflare still shows it, though the data say disabled"] if there.enabled else []
    return [*_lacking(wanted, there), *filter(None, [_expiry(there.held(wanted, _ACTIVE), now)])]


def _lacking(wanted: OriginPulls, there: Pulls) -> list[str]:
    found = [] if there.enabled else ["Cloudflare does not show it: origin pulls are off in the zone"]
    if there.held(wanted, _ACTIVE) is None:
        coming = there.held(wanted, *_COMING)
        found.append(
            f"Cloudflare has it, and does not use it yet ({coming.status}): wait a few minutes"
            if coming
            else "Cloudflare does not have the certificate of the data"
        )
    elif there.others(wanted):
        found.append(
            "Cloudflare has another certificate besides, and may show that one, until site.yml --tags cloudflare deletes it"
        )
    return found


def _ended(held: Uploaded, now: datetime) -> bool:
    return held.expires is not None and held.expires <= now


def _expiry(held: Uploaded | None, now: datetime) -> str:
    if held is None or held.expires is None or held.expires - now > _SOON:
        return ""
    when = held.expires.strftime("%Y-%m-%d")
    remedy = "make another and let Cloudflare have it (README)"
    return f"it expired on {when}: {remedy}" if _ended(held, now) else f"it expires on {when}: {remedy}"


def _uploaded(answer: dict[str, Any]) -> Uploaded:
    status, expires = str(answer.get("status") or ""), _time(answer.get("expires_on"))
    return Uploaded(str(answer["id"]), fingerprint(str(answer["certificate"])), status, expires)


def _time(told: object) -> datetime | None:
    if not isinstance(told, str):
        return None
    try:
        found = datetime.fromisoformat(told.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def describe(todo: Sequence[Step]) -> str:
    """The steps for people."""
    told = {
        "upload": "the certificate and its key are brought to Cloudflare",
        "enable": "Cloudflare begins to show the certificate",
        "delete": "another certificate is deleted at Cloudflare: ",
        "disable": "Cloudflare no longer shows the certificate",
    }
    return "".join(f"{told[step.kind]}{', '.join(map(_named, step.others))}\n" for step in todo)


def _named(one: Uploaded) -> str:
    return f"{one.id} (SHA-256 {one.fingerprint})"
