# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Components, zones and flows: who may reach whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from ..faults import Faults
from .addresses import IPNetwork
from .kinds import Choice, Many, MapOf, Matching, Named, Reference, Switch, Text
from .options import Option, Plain
from .ports import Port, PortRange, Ports, Protocol, Protocols
from .record import Record, says
from .schema import Schema
from .words import ABSOLUTE_PATH, FREE_KEY, HOSTNAME, KEY, SERVER, URL_PATH, USER

Action = Literal["allow", "deny"]
Exposure = Literal["public", "internal"]

#: A row's name becomes the comment of its firewall rules: one line, without quotes, 128 bytes with the end mark.
_ROW_NAME_BYTES = 120
_ROW_NAME = Matching(
    r'[^"\\\x00-\x1f\x7f]*',
    "free of quotes, backslashes and control characters",
    "leave them out: the name becomes a comment in the firewall",
)
_COMPONENT_USER = Matching(
    USER.pattern.pattern,
    USER.what,
    USER.remedy,
    but={"root": ("root is the server itself, not a component", "use a user of its own")},
)
# Home and shell that Debian gives to users of its own.
_ACCOUNTS = {"postgres": ("/var/lib/postgresql", "/bin/bash"), "www-data": ("/var/www", "/usr/sbin/nologin")}
_END = "name a component or a zone"


def account_of(user: str) -> tuple[str, str]:
    """Home and shell of a user of which nothing else is said."""
    return _ACCOUNTS.get(user, (f"/var/lib/{user}", "/usr/sbin/nologin"))


class RowName(Plain):
    """The name of a row."""

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        text = Text().read(value, path, faults)
        if text == "":
            faults.error(path, text, "is empty", "name the row as the document does")
        elif text is None or _ROW_NAME.read(text, path, faults) is None:
            return None
        elif len(text.encode()) > _ROW_NAME_BYTES:
            remedy = f"use at most {_ROW_NAME_BYTES}: the name becomes a comment in the firewall"
            faults.error(path, text, f"is {len(text.encode())} bytes long", remedy)
        else:
            return text
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return {**_ROW_NAME.schema(), "minLength": 1, "maxLength": _ROW_NAME_BYTES}


@dataclass(frozen=True)
class Listener:
    """A port on which a component listens."""

    port: int
    protocol: Protocol = "tcp"
    application: str = ""
    description: str = ""


@dataclass(frozen=True)
class ListenerRow(Record):
    """A port of a component, for one protocol or both."""

    path: str = ""
    port: int = says("Port, from 1 to 65535.", Port(), required=True)
    protocols: tuple[Protocol, ...] = says(
        "tcp (by default), udp, or a list of both.", Protocols(), default=("tcp",), key="protocol"
    )
    application: str = says(
        "What is spoken there: the proxy is who speaks HTTP and HTTPS, the database PostgreSQL, the server SSH.",
        Text(),
        default="",
    )
    description: str = says("What the port is for.", Text(), default="")


class Listeners:
    """The ports of a component."""

    _rows = Many(ListenerRow)

    def read(self, value: object, path: str, faults: Faults) -> tuple[Listener, ...] | None:
        """Reads them, one for each protocol."""
        found: dict[tuple[int, Protocol], Listener] = {}
        for row in self._rows.read(value, path, faults) or ():
            for protocol in row.protocols:
                if (row.port, protocol) in found:
                    faults.error(f"{row.path}.port", row.port, f"{row.port}/{protocol} is listed twice", "remove one")
                found[row.port, protocol] = Listener(row.port, protocol, row.application, row.description)
        return tuple(found.values())

    def schema(self) -> Schema:
        """Their schema."""
        return self._rows.schema()

    def option(self) -> Option:
        """Their option."""
        return self._rows.option()


class NoUser(Plain):
    """What the server has in the place of a user."""

    ansible_type = "raw"

    def read(self, value: object, path: str, faults: Faults) -> None:
        """Notes whatever is given."""
        faults.error(path, value, "the server is whatever runs as no component's user", "remove it")

    def schema(self) -> Schema:
        """Allows nothing but an empty value."""
        return {"type": "null"}


@dataclass(frozen=True)
class Component(Record, Named):
    """A part of the system that listens, connects, or both.

    ``user`` is the system user that it runs as; it is what tells components on one host apart. ``server`` has none.
    """

    key: str = ""
    title: str = says("How people call it; by default its key.", Text(), default="")
    hostname: str | None = says(
        "Its name, which every host leads to it; that of the component which serves the sites stands in DNS instead.",
        HOSTNAME,
    )
    exposure: Exposure = says(
        "Whether it may be opened to the whole internet; internal by default.",
        Choice("public", "internal"),
        default="internal",
    )
    user: str | None = says(
        "The system user that it runs as, and no other component; it tells components on one host apart.",
        _COMPONENT_USER,
        required=True,
    )
    home: str | None = says(
        "Home directory of the user; by default /var/lib/USER, for Debian's own users what Debian gives them.",
        ABSOLUTE_PATH,
    )
    shell: str | None = says(
        "Login shell of the user; by default none, for Debian's own users what Debian gives them.", ABSOLUTE_PATH
    )
    health: str | None = says("URL path that answers 2xx while it is healthy, on its first port.", URL_PATH)
    listeners: tuple[Listener, ...] = says(
        "The ports on which it listens; other components reach it by the first.", Listeners(), default=(), key="ports"
    )

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """A health check needs a port."""
        if given.get("health") is not None and not given.get("ports"):
            reason = "cannot be asked: the component has no port"
            faults.error(f"{path}.health", given["health"], reason, "add the port or remove it")

    @cached_property
    def applications(self) -> Mapping[str, int]:
        """What it speaks, in capitals, and on which port; of several the first."""
        return {one.application.upper(): one.port for one in reversed(self.listeners) if one.application}

    def named(self, name: str) -> Component:
        """With the title, home and shell that follow from its name and user."""
        home, shell = account_of(self.user) if self.user else (None, None)
        title = self.title or name
        return replace(self, key=name, title=title, home=self.home or home, shell=self.shell or shell)


@dataclass(frozen=True)
class Server(Component):
    """Every managed host itself: whatever runs there as no other component's user, so it has none."""

    user: None = says("Nothing: the server is whatever runs as no component's user.", NoUser())


@dataclass(frozen=True)
class Flow(Record):
    """A row of the matrix: who may, or may not, reach whom on which ports.

    ``source`` is a component, a zone or ``any``; ``destination`` a component or a zone.
    ``path`` is where the row stands in the data (``network_flows[3]``); ``documented`` is false for rows that the
    document lacks, ``reason`` then says why they are there.
    """

    path: str = ""
    name: str = says(
        "Name of the row, which no other row has; becomes the comment of its firewall rules.",
        RowName(),
        required=True,
        default="",
    )
    source: str = says(
        "Who connects: a component, a zone, or any. The most specific wins.", Reference(KEY, _END), required=True
    )
    destination: str = says("Who is connected to: a component or a zone.", Reference(FREE_KEY, _END), required=True)
    ports: tuple[PortRange, ...] = says(
        "A port, a range such as 8000-8010, or a list of these.", Ports(), required=True, key="port"
    )
    protocols: tuple[Protocol, ...] = says(
        "tcp (by default), udp, or a list of both.", Protocols(), default=("tcp",), key="protocol"
    )
    action: Action = says(
        "Whether the connection is let through. What no row allows is denied.", Choice("allow", "deny"), required=True
    )
    table: str = says(
        "The table of the networking page in which the row stands, inbound or internal.",
        Choice("inbound", "internal"),
        default="",
    )
    documented: bool = says("Whether the document has this row; true by default.", Switch(), default=True)
    reason: str = says("Why the row is there although the document lacks it.", Text(), default="")
    description: str = says("A remark.", Text(), default="")

    def covers(self, port: int, protocol: Protocol) -> bool:
        """Whether this row speaks of that port and protocol."""
        return protocol in self.protocols and any(port in ports for ports in self.ports)

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """A row that the document lacks says why it is there."""
        if given.get("documented") is False and not given.get("reason"):
            reason = "is missing: the document lacks this row"
            faults.error(f"{path}.reason", None, reason, "say why the row is needed")
        elif given.get("reason") and given.get("documented") is not False:
            reason = "says why the document lacks the row, which is not said to be so"
            faults.warning(f"{path}.reason", given["reason"], reason, "add documented: false, or use description")

    @classmethod
    def schema_together(cls) -> Schema:
        """The same for editors."""
        undocumented = {"properties": {"documented": {"const": False}}, "required": ["documented"]}
        explained = {"properties": {"reason": {"type": "string", "minLength": 1}}, "required": ["reason"]}
        return {"if": undocumented, "then": explained}


COMPONENTS = MapOf(Component, FREE_KEY, known={SERVER: Server})
ZONES = MapOf(
    Many(IPNetwork(), ("has no addresses", "add at least one, or remove the zone and its rows"), lone=True), FREE_KEY
)
FLOWS = Many(Flow)
