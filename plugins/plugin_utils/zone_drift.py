# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The zone at Cloudflare against the data, only looked at."""

from __future__ import annotations

from datetime import UTC, datetime

from ..module_utils.cloudflare import origin_pulls, zone
from ..module_utils.cloudflare.api import Api
from ..module_utils.cloudflare.drift import Drift, drift
from ..module_utils.cloudflare.plan import plan
from ..module_utils.document.origin_pulls import OriginPulls
from .cloudflare_http import sender
from .cloudflare_waits import wait_a_little
from .zone_data import ZoneData


def zone_drift(data: ZoneData) -> Drift:
    """How the zone differs from the data."""
    api = Api(data.cloudflare.api_url, sender(data.cloudflare.token), wait_a_little)
    names = list(data.wanted.settings)
    return drift(
        lambda: zone.read(api, data.domain, data.cloudflare.zone_id, names),
        lambda state: plan(data.wanted, state),
        data.mark,
        lambda found: _pulls(data.cloudflare.origin_pulls, api, found.id),
    )


def _pulls(wanted: OriginPulls | None, api: Api, found: str) -> list[str] | None:
    return None if wanted is None else origin_pulls.faults(wanted, origin_pulls.read(api, found), datetime.now(UTC))
