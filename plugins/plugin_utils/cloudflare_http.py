# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Requests to Cloudflare's API as the user's machine makes them: with its proxy, and by the authorities that it trusts."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from functools import cache
from http.client import HTTPException
from urllib.error import HTTPError, URLError

from ansible.module_utils.urls import Request, make_context

from ..module_utils.cloudflare.api import Answer, NoAnswerError

_TIMEOUT_SECONDS = 15


def sender(token: str = "") -> Callable[[str, str, bytes | None], Answer]:
    """What makes one request; with a token, if any, which stands in its header and nowhere else."""

    session = Request(
        headers={**({"Authorization": f"Bearer {token}"} if token else {}), "Content-Type": "application/json"},
        timeout=_TIMEOUT_SECONDS,
        http_agent="nostromo.networking",
        follow_redirects="none",
        context=_authorities(),
    )

    def send(method: str, url: str, body: bytes | None) -> Answer:
        try:
            with session.open(method, url, data=body, use_netrc=False) as response:
                return Answer(response.status, _lower(response.headers), response.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), _body(error))
        except URLError as error:
            raise _no_answer(error.reason) from None
        except (OSError, HTTPException) as error:
            raise _no_answer(error) from None

    return send


@cache
def _authorities() -> ssl.SSLContext:
    """Read once: that takes longer than a request."""
    return make_context()


def _body(error: HTTPError) -> bytes:
    try:
        return error.read()
    except (OSError, HTTPException) as cut:
        raise _no_answer(cut) from None


def _no_answer(reason: object) -> NoAnswerError:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return NoAnswerError(
            f"its certificate is not valid here ({reason.verify_message}): is this machine's clock right, and does it trust"
            " the authority of a proxy in between (SSL_CERT_FILE)?",
            hopeless=True,
        )
    proxy = os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY")
    through = " through the proxy of https_proxy" if proxy else ""
    return NoAnswerError(f"no answer{through} ({str(reason) or type(reason).__name__})")


def _lower(headers: object) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}  # type: ignore[attr-defined]
