# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The address ranges that Cloudflare tells, only looked at."""

from __future__ import annotations

from datetime import date

from ..module_utils.cloudflare.api import Api, ApiError
from ..module_utils.cloudflare.ranges import RangesError, told
from ..module_utils.cloudflare.told import Told
from .cloudflare_http import sender
from .cloudflare_waits import wait_a_little


def told_ranges(api_url: str) -> Told:
    """What the API says; no token is needed for that."""
    try:
        found = told(Api(api_url, sender(), wait_a_little).get("/ips"), date.today())
    except (ApiError, RangesError) as error:
        return Told(addresses=[], error=str(error))
    return Told(addresses=[str(one) for one in found.addresses], error="")
