# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the checks of names behind Cloudflare have in common: which names, and who is asked for them."""

from __future__ import annotations

from typing import Final

from ..matrix.model import Host
from .intent import Intent
from .model import Needs

#: Observation of the controller's: how the names look from outside; see :mod:`..observe.edge`.
EDGE: Final = "edge"
#: Two that anybody can ask: Cloudflare's own, and one that is not.
PUBLIC_RESOLVERS = ("1.1.1.1", "8.8.8.8")


def look_from_outside(intent: Intent, host: Host) -> Needs:
    """Ask for the proxied names of the sites, once for all hosts that serve them."""
    names = intent.proxied_names
    return {EDGE: {"names": names, "resolvers": list(resolvers(intent))}} if names and intent.is_front(host) else {}


def resolvers(intent: Intent) -> tuple[str, ...]:
    """Who is asked where names lead."""
    return (intent.resolver,) if intent.resolver else PUBLIC_RESOLVERS
