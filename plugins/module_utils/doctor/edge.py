# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Cloudflare answers in a server's place follows from what is wrong there."""

from __future__ import annotations

from ..cloudflare.edge_errors import INVALID_CERTIFICATE, NO_HANDSHAKE
from ..document.certificate import certificate_of
from .model import HostIntent

#: What follows from a server that nobody answers at, and from one that is not let through to.
DOWN, BLOCKED = (521, 522, NO_HANDSHAKE), (521, 522)
_KIND = "edge"


def kind_of(status: int) -> str:
    """The kind of a finding of one of Cloudflare's errors."""
    return f"{_KIND}-{status}"


def answered(intent: HostIntent, *statuses: int) -> tuple[str, ...]:
    """The keys of findings that some of Cloudflare's errors are answered, for each of the names."""
    return tuple(f"{kind_of(status)}:{name}" for status in statuses for name in intent.names) if intent.proxied else ()


def refused(intent: HostIntent, certificate: str) -> tuple[str, ...]:
    """The keys of findings that Cloudflare refuses a certificate, for each name that is served with it."""
    keys = answered(intent, INVALID_CERTIFICATE)
    names = dict(zip(keys, intent.names, strict=bool(keys)))
    return tuple(
        key for key, name in names.items() if (one := certificate_of(name, intent.certificates)) and one.name == certificate
    )
