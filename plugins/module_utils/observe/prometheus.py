# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Prometheus knows, asked as the user whom the firewall lets ask."""

from __future__ import annotations

import json
import pwd
from http.client import HTTPException
from typing import TypedDict
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from ..acting import acting_as
from .run import MOST_BYTES, ObservationError, Run

_TIMEOUT_SECONDS = 60


class Series(TypedDict):
    """``metric`` are its labels, ``value`` is a time and the number, as text."""

    metric: dict[str, str]
    value: list[float | str]


def observe(_run: Run, endpoint: str, user: str, query: str) -> list[Series]:
    """The series of an instant query (PromQL).

    :param endpoint: where it listens, as ``address:port``.
    """
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        raise ObservationError(f"the host has no user {user}") from None
    url = f"http://{endpoint}/api/v1/query?{urlencode({'query': query})}"
    try:
        with (
            acting_as(account.pw_uid, account.pw_gid),
            build_opener(ProxyHandler({})).open(url, timeout=_TIMEOUT_SECONDS) as answer,
        ):
            found = json.loads(answer.read(MOST_BYTES))
    except HTTPError as error:
        raise ObservationError(f"Prometheus at {endpoint} refuses the question: {_reason(error)}") from None
    except (URLError, HTTPException, OSError) as error:
        raise ObservationError(f"Prometheus does not answer at {endpoint}: {error}") from None
    except ValueError as error:
        raise ObservationError(f"what answers at {endpoint} is not Prometheus: {error}") from None
    series: list[Series] = found["data"]["result"]
    return series


def _reason(error: HTTPError) -> str:
    try:
        return str(json.loads(error.read(MOST_BYTES))["error"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"status {error.code}"
