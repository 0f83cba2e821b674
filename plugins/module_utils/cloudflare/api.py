# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloudflare's API: how it is asked, how long it is waited for, and what its errors mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

#: As many records as one page can have are more than a zone can.
_PAGE = 5000
_TRIES = 4
_LONGEST_WAIT_SECONDS = 300
#: What is in a path -> the permission's name in the dashboard, where tokens are made.
_PERMISSIONS = {
    "origin_tls_client_auth": "SSL and Certificates", "dns_records": "DNS", "batch": "DNS", "settings": "Zone Settings",
}  # fmt: skip
_LACKS_PERMISSION, _MALFORMED, _NOT_FOUND = 10000, (6003, 6111), (7000, 7003)
_UNKNOWN_TOKEN, _TOO_MANY = (1000, 9109), 429
_SUGGESTED = "My Profile, API Tokens"


class Answer(NamedTuple):
    """What came back; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswerError(Exception):
    """Nothing came back, or not all of it. ``hopeless``: asking again would not help, and nothing was done."""

    def __init__(self, reason: str, hopeless: bool = False) -> None:
        super().__init__(reason)
        self.hopeless = hopeless


class ApiError(Exception):
    """The API refuses; the message says what and what would be right. ``codes`` are its own."""

    def __init__(self, message: str, status: int = 0, codes: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.codes = codes


class UnreachedError(ApiError):
    """The API gives no answer, or none of its own, however often it is asked."""


class UnsureError(Exception):
    """Nobody knows whether a change was made: the zone has to be read again."""


@dataclass(frozen=True)
class _Error:
    code: int
    message: str


class Api:
    """The API behind an address.

    :param send: makes one request (method, address, body) and gives the answer. :raises NoAnswerError: there is none.
    :param wait: waits some seconds for a reason, which it may tell.
    """

    def __init__(
        self, url: str, send: Callable[[str, str, bytes | None], Answer], wait: Callable[[float, str], None]
    ) -> None:
        self._url = url.rstrip("/")
        self._send = send
        self._wait = wait
        self._sent: list[str] = []

    @property
    def requests(self) -> int:
        """How many were made."""
        return len(self._sent)

    def get(self, path: str, **query: str | int) -> Any:
        """The ``result`` of an answer. What changes nothing is asked again where that may help."""
        return self._get(path, query)["result"]

    def pages(self, path: str, size: int = _PAGE) -> Iterator[Any]:
        """All there is of a list, of which so many may be on a page. The next page is asked for when it is needed."""
        page = 1
        while True:
            answer = self._get(path, {"per_page": size, "page": page})
            yield from answer["result"] or ()
            total = (answer.get("result_info") or {}).get("total_pages")
            if page >= total if isinstance(total, int) else len(answer["result"] or ()) < size:
                return
            page += 1

    def change(self, method: str, path: str, body: object) -> Any:
        """The ``result`` of a change, which is sent once; again only where the API said that it did not look at it (429).

        :raises UnsureError: no answer, or one that does not say whether it was done.
        """
        content = json.dumps(body).encode()
        for left in reversed(range(_TRIES)):
            try:
                answer = self._once(method, path, content)
            except NoAnswerError as error:
                if error.hopeless:
                    raise ApiError(f"{method} {path}: {error}") from error
                raise UnsureError(f"{method} {path}: {error}") from error
            if answer.status == _TOO_MANY and left:
                self._wait(_asked_to_wait(answer, 1), "Cloudflare admits no more requests")
                continue
            if answer.status >= 500:
                raise UnsureError(f"{method} {path}: Cloudflare answers {answer.status}")
            try:
                return _read(method, path, answer)["result"]
            except _UnreadableError as error:
                raise UnsureError(f"{method} {path}: {error}") from error
        raise AssertionError("the last try returns or raises")

    def _get(self, path: str, query: Mapping[str, str | int]) -> dict[str, Any]:
        target = f"{path}?{urlencode(query)}" if query else path
        reason = ""
        for tried in range(1, _TRIES + 1):
            seconds = float(2 ** (tried - 1))
            try:
                answer = self._once("GET", target, None)
                if answer.status == _TOO_MANY or answer.status >= 500:
                    reason, seconds = f"Cloudflare answers {answer.status}", _asked_to_wait(answer, seconds)
                else:
                    return _read("GET", path, answer)
            except _UnreadableError as error:
                reason = str(error)
            except NoAnswerError as error:
                reason = str(error)
                if error.hopeless:
                    break
            if tried < _TRIES:
                self._wait(seconds, reason)
        raise UnreachedError(
            f"GET {path}: {reason}; nothing was changed by this request, run it again when Cloudflare answers"
        )

    def _once(self, method: str, target: str, body: bytes | None) -> Answer:
        self._sent.append(target)
        return self._send(method, self._url + target, body)


class _UnreadableError(Exception):
    """An answer that the API does not give, such as a proxy's page."""


def _asked_to_wait(answer: Answer, otherwise: float) -> float:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_WAIT_SECONDS) if asked.isdecimal() else otherwise


def _read(method: str, path: str, answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict) or "success" not in found:
        raise _UnreadableError(f"status {answer.status} and not an answer of the API; is a proxy in between?")
    if found["success"] and answer.status < 400:
        if "result" not in found:
            raise _UnreadableError("an answer without a result")
        return found
    errors = list(_errors(found.get("errors")))
    codes = tuple(error.code for error in errors)
    raise ApiError(
        f"{method} {path}: {_told(errors, answer.status)}{_remedy(method, path, codes)}", answer.status, codes
    )


def _errors(found: object) -> Iterator[_Error]:
    """The errors, each followed by those that led to it."""
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            yield _Error(int(one.get("code") or 0), str(one.get("message") or ""))
            yield from _errors(one.get("error_chain"))


def _told(errors: list[_Error], status: int) -> str:
    return "; ".join(f"{error.message} ({error.code})" for error in errors) or f"refused with status {status}"


def _remedy(method: str, path: str, codes: tuple[int, ...]) -> str:
    if not {*codes}.isdisjoint(_MALFORMED):
        return f". This is no token: copy it anew from {_SUGGESTED}"
    if _LACKS_PERMISSION in codes:
        return f". The token lacks the permission {permission(path, method != 'GET')}, or is none: see {_SUGGESTED}"
    if not {*codes}.isdisjoint(_UNKNOWN_TOKEN):
        return (
            ". Cloudflare does not know this token, or it has expired, or it is for another zone (network_cloudflare.zone_id)"
            f" or address: see {_SUGGESTED}"
        )
    if not {*codes}.isdisjoint(_NOT_FOUND):
        return ". There is no such zone for this token: correct network_cloudflare.zone_id, or leave it out"
    return ""


def permission(path: str, write: bool) -> str:
    """How the dashboard calls what a request needs."""
    parts = [part for part in path.partition("?")[0].split("/") if part]
    name = next((name for part, name in _PERMISSIONS.items() if part in parts), "Zone")
    return f"Zone > {name} > {'Edit' if write else 'Read'}"
