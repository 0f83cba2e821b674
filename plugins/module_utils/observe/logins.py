# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the database on another host answers who begins to log in, with TLS and without, asked as the services' own users."""

from __future__ import annotations

import pwd
from collections.abc import Mapping
from typing import Any, TypedDict

from ..probe.database import NOT_ADMITTED, Answer, Shown, UnreachedError, with_tls, without_tls
from ..probe.database import Login as Asked
from .run import Run


class Login(TypedDict):
    """What became of a component's. ``unreached`` says why nothing is known, else it is empty and the rest is:

    ``clear`` and ``encrypted``, what the server said without TLS and over it; whether that was to go on with the login
    (``…_goes_on``), or that it is not admitted (``clear_refused``); ``distrusted``, why its certificate is not the authority's
    for that address, empty if it is; and from when until when that is good (seconds since the epoch).
    """

    unreached: str
    clear: str
    clear_goes_on: bool
    clear_refused: bool
    encrypted: str
    encrypted_goes_on: bool
    distrusted: str
    not_before: float
    not_after: float


_UNKNOWN = Answer(False, "")


def observe(_run: Run, logins: Mapping[str, Mapping[str, Any]], authorities: str) -> dict[str, Login]:
    """By component; each login has ``user``, ``address``, ``port``, ``role`` and ``database``."""
    return {name: _ask(login, authorities) for name, login in sorted(logins.items())}


def _ask(login: Mapping[str, Any], authorities: str) -> Login:
    try:
        account = pwd.getpwnam(login["user"])
    except KeyError:
        return _login(f"the host has no user {login['user']}", _UNKNOWN, Shown(""), _UNKNOWN)
    ids = (account.pw_uid, account.pw_gid)
    asked = Asked(login["address"], login["port"], login["role"], login["database"], ids)
    try:
        clear = without_tls(asked)
        shown, encrypted = with_tls(asked, authorities)
    except UnreachedError as error:
        return _login(str(error), _UNKNOWN, Shown(""), _UNKNOWN)
    return _login("", clear, shown, encrypted or _UNKNOWN)


def _login(unreached: str, clear: Answer, shown: Shown, encrypted: Answer) -> Login:
    return {
        "unreached": unreached,
        "clear": clear.said,
        "clear_goes_on": clear.goes_on,
        "clear_refused": clear.code == NOT_ADMITTED,
        "encrypted": encrypted.said,
        "encrypted_goes_on": encrypted.goes_on,
        "distrusted": shown.distrusted,
        "not_before": shown.not_before,
        "not_after": shown.not_after,
    }
