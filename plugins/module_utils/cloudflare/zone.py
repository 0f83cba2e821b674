# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads a zone, and makes it what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .api import Api, ApiError, UnsureError, permission
from .model import Setting, State, Zone, held
from .plan import Change, Plan, batches, is_first, tightens

#: Settings with a path of their own, which the list of all does not have.
_APART = ("ssl_automatic_mode", "origin_max_http_version")
_GONE = (404, 410)
_UNKNOWN_SETTING = 1006
_ROUNDS = 3
#: As many as the API lists on a page, and what is looked at of each.
_ZONES_ON_A_PAGE = 50
_OF_A_ZONE = ("id", "name", "status", "paused", "name_servers", "permissions")
_SERVING = ("active", "pending", "initializing")


class RefusedError(Exception):
    """Something may not be done; the message says why, one reason a line. ``plan`` is what would have been done.

    ``begun``: the zone was free to be changed at first, and somebody else changed it while nobody knew of a change of ours.
    """

    def __init__(self, reasons: Sequence[str], plan: Plan, begun: bool = False) -> None:
        super().__init__("\n".join(f"  - {reason}" for reason in reasons))
        self.plan = plan
        self.begun = begun


@dataclass(frozen=True)
class Outcome:
    """What a run did or, with ``check``, would do; ``held_back``: why settings wait, empty if none does."""

    state: State
    plan: Plan
    changed: bool
    held_back: str = ""


@dataclass(frozen=True)
class Around:
    """What a run asks of who runs it.

    :param keep: keeps the state before the first change. :raises OSError: it cannot.
    :param unproven: for which names the server shows no valid certificate, and why.
    :param pause: waits before a zone is read again, for a reason.
    """

    keep: Callable[[State], None]
    unproven: Callable[[], Sequence[str]]
    pause: Callable[[float, str], None]


def look_up(api: Api, domains: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The zones of some domains, each as :func:`read` takes it: listed all at once, in place of a request for each.

    :raises ApiError: they cannot be listed.
    """
    found: dict[str, list[dict[str, Any]]] = {domain: [] for domain in domains}
    for answer in api.pages("/zones", _ZONES_ON_A_PAGE):
        if answer["name"] in found:
            found[answer["name"]].append({name: answer[name] for name in _OF_A_ZONE if name in answer})
    return found


def read(
    api: Api,
    domain: str,
    zone_id: str,
    settings: Sequence[str],
    listed: Sequence[Mapping[str, Any]] | None = None,
) -> State:
    """The zone as it is. :raises ApiError: it cannot be read, or is not the one that is meant.

    :param listed: the zones of that name, where somebody has looked them up.
    """
    try:
        return _read(api, domain, zone_id, settings, listed)
    except (KeyError, TypeError) as error:
        raise ApiError(
            f"an answer of Cloudflare's is not as its reference says ({error!r}); nothing was changed"
        ) from error


def _read(
    api: Api, domain: str, zone_id: str, settings: Sequence[str], listed: Sequence[Mapping[str, Any]] | None
) -> State:
    zone = find(api, domain, zone_id, listed)
    path = f"/zones/{zone.id}"
    # At the same time: each takes as long as the way to Cloudflare and back.
    with ThreadPoolExecutor() as pool:
        answers = pool.submit(lambda: list(api.pages(f"{path}/dns_records")))
        all_settings = pool.submit(_all_settings, api, path)
        single = {name: pool.submit(_single_setting, api, path, name) for name in settings if name in _APART}
    records = tuple(map(held, answers.result()))
    if not zone.name:
        _check_name(domain, [one.record.name for one in records])
    found = all_settings.result()
    if found is None:
        found = {name: one for name in settings if name not in _APART and (one := _single_setting(api, path, name))}
    apart = {name: one for name, answer in single.items() if (one := answer.result())}
    return State(zone, records, {**found, **apart})


def conduct(
    look: Callable[[], State],
    plan: Callable[[State], Plan],
    api: Api,
    around: Around,
    check: bool,
    backwards: bool = False,
) -> Outcome:
    """Plan and do it. After a change of which nobody knows whether it was made, the zone is read and planned anew.

    :param backwards: whether settings and records are written in the opposite order, for the way back.
    :raises RefusedError: something of it may not be done; then nothing more is.
    :raises ApiError: Cloudflare refuses, or does not answer.
    """
    state = look()
    first = todo = plan(state)
    pen = _Pen(api, state, around)
    for left in reversed(range(_ROUNDS)):
        if todo.refused:
            raise RefusedError(todo.refused, first, pen.has_written)
        if check or todo.is_empty:
            return Outcome(state, first, pen.has_written or not todo.is_empty)
        _check_permissions(state.zone, todo)
        try:
            held_back = _write(pen, todo, around.unproven, backwards)
        except UnsureError as error:
            if not left:
                raise ApiError(f"{error}; whether it was done is not known: run it again, it looks first") from error
            around.pause(1, f"{error}: what is there is looked at again")
            todo = plan(look())
        else:
            return Outcome(state, first, pen.has_written, held_back)
    raise AssertionError("the last round returns or raises")


class _Pen:
    """Changes a zone; before the first change the zone as it was is kept."""

    def __init__(self, api: Api, state: State, around: Around) -> None:
        self._api = api
        self._state = state
        self._keep = around.keep
        self.has_written = False

    def set(self, change: Change) -> None:
        """A setting."""
        self._change("PATCH", f"settings/{change.name}", {"value": change.wanted})

    def batch(self, content: object) -> None:
        """Some records."""
        self._change("POST", "dns_records/batch", content)

    def _change(self, method: str, path: str, body: object) -> None:
        if not self.has_written:
            self._keep(self._state)
            self.has_written = True
        self._api.change(method, f"/zones/{self._state.zone.id}/{path}", body)


def _write(pen: _Pen, plan: Plan, unproven: Callable[[], Sequence[str]], backwards: bool) -> str:
    """Do it all; returns why settings were held back."""
    early = [change for change in plan.settings if is_first(change)]
    rest = [change for change in plan.settings if not is_first(change)]
    before, after = (rest[::-1], early[::-1]) if backwards else (early, rest)
    for change in before:
        pen.set(change)
    for batch in batches(plan.steps):
        pen.batch(batch)
    late = [] if backwards else [change for change in after if tightens(change)]
    problems = unproven() if late else ()
    for change in after:
        if not problems or change not in late:
            pen.set(change)
    if not problems:
        return ""
    names = " and ".join(change.name for change in late)
    return (
        f"{names} not switched on yet, for behind it a certificate could not be issued any more: {'; '.join(problems)}."
        " Run it again when the certificate is served"
    )


def _check_permissions(zone: Zone, plan: Plan) -> None:
    """Where the API tells what the token may, what it may not is known before the first change."""
    wanted = {"dns_records": bool(plan.steps), "zone_settings": bool(plan.settings)}
    paths = {"dns_records": "/dns_records", "zone_settings": "/settings"}
    lacking = [
        permission(paths[name], True)
        for name, needed in wanted.items()
        if needed and f"#{name}:read" in zone.permissions and f"#{name}:edit" not in zone.permissions
    ]
    if lacking:
        reasons = [f"the token lacks the permission {name}; add it under My Profile, API Tokens" for name in lacking]
        raise RefusedError(reasons, plan)


def find(api: Api, domain: str, zone_id: str, listed: Sequence[Mapping[str, Any]] | None = None) -> Zone:
    """The zone that is meant. :raises ApiError: there is none, or several."""
    if zone_id:
        try:
            return _read_zone(api.get(f"/zones/{zone_id}"), domain)
        except ApiError as error:
            if error.status != 403 or 10000 not in error.codes:
                raise
            return Zone(zone_id, "")  # a token that may change the records and not look at the zone
    found = api.get("/zones", name=domain) if listed is None else listed
    if not found:
        raise ApiError(
            f"there is no zone {domain} for this token; add the domain at Cloudflare, correct network_domain, or let the token"
            " include the zone"
        )
    if len(found) > 1:
        ids = " and ".join(str(one["id"]) for one in found)
        raise ApiError(
            f"there are {len(found)} zones {domain} for this token; say which by network_cloudflare.zone_id: {ids}"
        )
    return _read_zone(found[0], domain)


def _read_zone(answer: Mapping[str, Any], domain: str) -> Zone:
    zone = Zone(
        id=str(answer["id"]),
        name=str(answer["name"]),
        status=str(answer.get("status") or "active"),
        paused=bool(answer.get("paused")),
        name_servers=tuple(answer.get("name_servers") or ()),
        permissions=tuple(answer.get("permissions") or ()),
    )
    if zone.name != domain:
        raise ApiError(
            f"the zone {zone.id} is {zone.name}, not {domain}; correct network_cloudflare.zone_id or network_domain"
        )
    if zone.status not in _SERVING:
        raise ApiError(
            f"the zone {domain} is {zone.status}, so Cloudflare serves none of it; add it anew at Cloudflare"
        )
    return zone


def _check_name(domain: str, names: Sequence[str]) -> None:
    """A zone that the token may not look at is known by its records."""
    if not names or not all(f".{name}".endswith(f".{domain}") for name in names):
        raise ApiError(
            f"nothing tells that network_cloudflare.zone_id is {domain}: give the token the permission Zone > Zone > Read,"
            " or correct the ID"
        )


def _all_settings(api: Api, path: str) -> dict[str, Setting] | None:
    """Those of the list of all, which is to end one day (Cloudflare's reference); ``None``: it has."""
    try:
        return {one["id"]: _setting(one) for one in api.get(f"{path}/settings")}
    except ApiError as error:
        if error.status in _GONE:
            return None
        raise


def _single_setting(api: Api, path: str, name: str) -> Setting | None:
    """``None``: the zone has no such setting."""
    try:
        return _setting(api.get(f"{path}/settings/{name}"))
    except ApiError as error:
        if error.status in _GONE or _UNKNOWN_SETTING in error.codes:
            return None
        raise


def _setting(answer: Mapping[str, Any]) -> Setting:
    return Setting(answer["value"], answer.get("editable") is not False)


def notes(zone: Zone, name_servers: Sequence[str]) -> list[str]:
    """What a zone's owner should know, besides what is changed."""
    found = []
    if zone.name_servers and {*zone.name_servers} != {name.removesuffix(".").lower() for name in name_servers}:
        pair = " and ".join(zone.name_servers)
        found.append(
            f"Cloudflare assigned {zone.name} the name servers {pair}, which nobody can choose: write them in"
            " network_dns.nameservers, and give them to the domain's registrar"
        )
    if zone.status in ("pending", "initializing"):
        found.append(f"the zone {zone.name} is {zone.status}: it serves once the registrar names its name servers")
    if zone.paused:
        found.append(f"the zone {zone.name} is paused: Cloudflare answers for names and stands in front of nothing")
    return found
