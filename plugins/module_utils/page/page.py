# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page's template writes, prepared from the data: rows of tables, in the page's language, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..document.certificate import CERTIFICATES
from ..document.monitoring import DOCUMENTED_ALERTS, NO_MONITORING, Monitoring
from ..document.programs import APPLICATIONS, PROMETHEUS
from ..document.sites import SITES as SERVED
from ..faults import Faults
from ..matrix.check import ssh_listener
from ..matrix.compile import EVERYWHERE, listen_address
from ..matrix.model import ANY, SERVER, SITES, Component, Flow, Matrix
from ..matrix.origin_lock import origin_lock
from ..matrix.parse import MatrixError, read_matrix
from ..quoting.pages import code, markdown, mermaid
from .mask import Mask
from .phrases import phrases
from .standins import without_placeholders


class Page:
    """The networking page of some data in one language.

    Placeholders in the data stay on the page: it can be written before they are filled in.
    """

    def __init__(self, data: Mapping[str, Any], language: str, hidden: bool) -> None:
        faults = Faults()
        self._given = data["matrix"]
        self._matrix: Matrix = read_matrix(without_placeholders(self._given), faults)
        if faults.errors:
            raise MatrixError(faults.errors)
        # What is no part of the page, such as the e-mail address, may be missing as well.
        self._certificates = CERTIFICATES.read(data["certificate"], "network_certificate", Faults()) or ()
        self._sites = SERVED.read(data["sites"], "network_sites", Faults()) or ()
        self._data = data
        self._texts = phrases(language)
        self._language = language
        self._name = str(data["title"].get(language) or data["domain"])
        self._translations: Mapping[str, str] = data["translations"].get(language) or {}
        self._mask = Mask(str(data["external_address"]), hidden)
        self._hidden = hidden

    def content(self) -> dict[str, Any]:
        """Everything that the template names."""
        data = self._data
        return {
            "t": self._texts,
            "description": self._texts["description"].format(name=self._name),
            "masked": self._hidden,
            "diagram": self._diagram(),
            "components": [self._component(one) for one in self._matrix.components.values() if one.key != SERVER],
            "local": self._local(),
            "public_ports": self._ports("public"),
            "internal_ports": self._ports("internal"),
            "flows": {table: self._rows(flow for flow in self._documented() if self._table(flow) == table)
                      for table in ("inbound", "internal")},
            "baseline": self._rows(flow for flow in self._matrix.flows if flow not in self._documented()),
            "dns": {
                **data["dns"],
                "nameservers": [code(one) for one in data["dns"].get("nameservers", ())],
                "origin": self._origin(),
                "records": [self._record(record) for record in data["dns"].get("records", ())],
            },
            "certificates": [
                {"names": [code(name) for name in one.names], "directory": one.directory} for one in self._certificates
            ],
            "renewal": self._certificates[0].renewal if self._certificates else None,
            "ssh": {"directives": data["ssh"], "sources": self._ssh_sources()},
            "limits": [self._limit(zone, limit) for zone, limit in sorted(data["rate_limits"].items())],
            "balanced": [self._balanced(one) for one in self._matrix.components.values() if one.health],
            "vpc": self._vpc(),
            "monitoring": self._monitoring(),
            "refused": self._refused(),
            "history": [
                (markdown(entry["date"]), markdown(entry["change"].get(self._language, ""))) for entry in data["history"]
            ],
        }  # fmt: skip

    def _documented(self) -> list[Flow]:
        return [flow for flow in self._matrix.flows if flow.path.startswith("network_flows")]

    def _table(self, flow: Flow) -> str:
        """The table in which a row stands; where it does not say, that follows from its ends."""
        from_outside = flow.source not in self._matrix.components and flow.destination in self._matrix.components
        return flow.table or ("inbound" if from_outside else "internal")

    def _say(self, text: str) -> str:
        return markdown(self._translations.get(text, text))

    def _end(self, name: str) -> str:
        """How the page calls an end of a row."""
        if name == ANY:
            return "`*`"
        if name in self._matrix.components:
            return markdown(self._matrix.components[name].title)
        label = self._zone(name)
        addresses = self._given["zones"].get(name) or [str(network) for network in self._matrix.zones[name]]
        return markdown(self._mask.zone(label, [addresses] if isinstance(addresses, str) else addresses))

    def _zone(self, name: str) -> str:
        """How the page calls a zone."""
        label = str(self._data["zones"].get(name, name))
        return self._translations.get(label, label)

    def _rows(self, flows: Iterable[Flow]) -> list[tuple[str, ...]]:
        return [
            (
                self._end(flow.source),
                self._end(flow.destination),
                ", ".join(map(str, flow.ports)),
                "/".join(protocol.upper() for protocol in flow.protocols),
                f"**{flow.action.upper()}**",
                self._say(flow.name)
                + ("" if flow.documented else f" (*{self._texts['added']}: {self._say(flow.reason)}*)"),
            )
            for flow in flows
        ]

    def _diagram(self) -> dict[str, Any]:
        """Nodes by the hosts that they run on, and an arrow for each pair of ends that may connect."""
        arrows: dict[tuple[str, str], list[str]] = {}
        for flow in self._documented():
            if flow.action == "allow":
                ports = arrows.setdefault((flow.source, flow.destination), [])
                ports += [str(one) for one in flow.ports if str(one) not in ports]
        ends = {end for pair in arrows for end in pair}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, component in self._matrix.components.items():
            names = ", ".join(host.name for host in self._matrix.hosts_of(key))
            groups.setdefault(names, []).append((self._node(key), mermaid(component.title)))
        zones = [(self._node(end), mermaid(self._zone(end))) for end in sorted(ends & {*self._matrix.zones})]
        return {
            "zones": zones,
            "groups": [(mermaid(names), nodes) for names, nodes in groups.items()],
            "arrows": [
                (self._node(source), self._node(target), ", ".join(ports)) for (source, target), ports in arrows.items()
            ],
        }

    def _node(self, name: str) -> str:
        """Not the bare name: the diagram's language has words of its own, such as ``end``."""
        return f"{'component' if name in self._matrix.components else 'zone'}_{name}"

    def _component(self, component: Component) -> tuple[str, ...]:
        hosts = self._matrix.hosts_of(component.key)
        addresses = dict.fromkeys(self._address(host.name) for host in hosts)
        external = str(self._data["external_address"])
        internal = [self._mask.host(address) for address in addresses if address != external] or ["localhost"]
        public = component.exposure == "public"
        return (
            markdown(component.title),
            code(component.hostname) if component.hostname else "—",
            ", ".join(map(code, internal)),
            code(self._mask.record(external)) if public else "—",
            code(component.user or "root"),
            ", ".join(markdown(host.name) for host in hosts) or "—",
        )

    def _address(self, host: str) -> str:
        """As the data has it, which may be a placeholder."""
        return str(next(iter(self._given["hosts"][host]["addresses"]), "—"))

    def _local(self) -> list[tuple[str, str]]:
        return [
            (markdown(component.title), ", ".join(code(f"localhost:{one.port}") for one in component.listeners))
            for component in self._matrix.components.values()
            if component.listeners
            and self._matrix.hosts_of(component.key)
            and all(self._bound(component, host.name) == "localhost" for host in self._matrix.hosts_of(component.key))
        ]

    def _bound(self, component: Component, host: str) -> str:
        address = listen_address(self._matrix, self._matrix.hosts[host], component)[0]
        if address in EVERYWHERE:
            return "*"
        return "localhost" if address.startswith("127.") else self._mask.host(self._address(host))

    def _ports(self, exposure: str) -> list[tuple[str, ...]]:
        found = [
            (
                str(one.port),
                markdown(one.application or one.protocol.upper()),
                markdown(component.title),
                self._say(one.description),
            )
            for component in self._matrix.components.values()
            if component.exposure == exposure
            for one in component.listeners
        ]
        return sorted(found, key=lambda row: int(row[0]))

    def _record(self, record: Mapping[str, Any]) -> tuple[str, ...]:
        ttl = record.get("ttl", 1)
        return (
            code(str(record.get("name") or "@")),
            markdown(record["type"]),
            code(self._mask.record(str(record["value"]))),
            self._texts["automatic"] if ttl in (1, "auto") else markdown(ttl),
            self._say(str(record.get("description", ""))),
        )

    def _origin(self) -> str:
        """By whom alone the sites can be asked, where that is Cloudflare; else empty."""
        if origin_lock(self._matrix) is None:
            return ""
        served = self._matrix.components[self._matrix.proxy].applications
        return self._texts["origin_lock"].format(ports=", ".join(str(served[name]) for name in SITES))

    def _ssh_sources(self) -> list[str]:
        listener = ssh_listener(self._matrix.components[SERVER])
        return [
            self._end(flow.source)
            for flow in self._matrix.flows
            if flow.destination == SERVER and flow.action == "allow" and listener and flow.covers(listener.port, "tcp")
        ]

    def _limit(self, zone: str, limit: Mapping[str, Any]) -> dict[str, Any]:
        location = limit.get("location", "/")
        routed = [site.routes[location].component for site in self._sites if location in site.routes]
        return {"zone": zone, "location": location, "upstream": self._upstream(routed[0]) if routed else "", **limit}

    def _upstream(self, key: str) -> str:
        component = self._matrix.components[key]
        hosts = self._matrix.hosts_of(key)
        if len(hosts) != 1 or not component.listeners:
            return key
        return f"{self._bound(component, hosts[0].name)}:{component.listeners[0].port}"

    def _balanced(self, component: Component) -> dict[str, Any]:
        values = {"component": markdown(component.title), "health": component.health}
        return {
            "active": len(self._matrix.hosts_of(component.key)) > 1,
            "plan": self._texts["load_balancing_plan"].format(**values),
            "label": self._texts["nodes"].format(**values),
            "nodes": [markdown(host.name) for host in self._matrix.hosts_of(component.key)],
        }

    def _vpc(self) -> dict[str, Any]:
        """What everybody is denied, and so has no business on a public server; empty where nothing is."""
        kept = [flow.destination for flow in self._documented() if flow.source == ANY and flow.action == "deny"]
        if not kept:
            return {}
        front = {host.name for one in self._matrix.components.values() if one.exposure == "public"
                 for host in self._matrix.hosts_of(one.key)}  # fmt: skip
        apart = not any(host.name in front for key in kept for host in self._matrix.hosts_of(key))
        titles = [markdown(self._matrix.components[key].title) for key in dict.fromkeys(kept)]
        names = f" {self._texts['and']} ".join(filter(None, [", ".join(titles[:-1]), *titles[-1:]]))
        text = self._texts["vpc_active" if apart else "vpc_plan"].format(components=names)
        if gateway := self._matrix.gateway:
            text += " " + self._texts["vpc_gateway"].format(host=markdown(gateway.host))
        return {"active": apart, "text": text}

    def _monitoring(self) -> dict[str, Any]:
        given = self._data["monitoring"]
        monitoring = Monitoring.read(given, "network_monitoring", Faults()) or NO_MONITORING
        alerts = {key: vars(alert) for key, alert in vars(monitoring.alerts).items() if alert}
        documented = {key: values for key, values in alerts.items() if key in DOCUMENTED_ALERTS}
        further = {key: values for key, values in alerts.items() if key not in documented}
        return {
            "tools": [markdown(tool) for tool in monitoring.tools],
            "operation": self._operation(monitoring),
            "metrics": [self._filled(f"metric_{key}", values) for key, values in given.get("metrics", {}).items()],
            "alerts": [self._filled(f"alert_{key}", values) for key, values in documented.items()],
            "further_alerts": [self._filled(f"alert_{key}", values) for key, values in further.items()],
        }

    def _operation(self, monitoring: Monitoring) -> list[str]:
        """What is kept, how many are told and where it is looked at, where the matrix has somebody measure."""
        keys = self._matrix.speaking(APPLICATIONS[PROMETHEUS])
        places = [(self._matrix.components[key], host) for key in keys for host in self._matrix.hosts_of(key)]
        if not places:
            return []
        component, host = places[0]
        told = {"email": len(monitoring.receivers.email), "webhooks": len(monitoring.receivers.webhooks)}
        port, address = component.listeners[0].port, self._bound(component, host.name)
        where = {"component": markdown(component.title), "port": port, "address": address}
        return [
            self._texts["monitoring_kept"].format(**vars(monitoring.retention)),
            self._texts["monitoring_told" if any(told.values()) else "monitoring_untold"].format(**told),
            self._texts["monitoring_where"].format(**where),
        ]

    def _filled(self, phrase: str, values: Mapping[str, Any]) -> str:
        shown = {
            key: markdown(", ".join(map(str, value)) if _is_list(value) else value) for key, value in values.items()
        }
        if "percentiles" in values:
            shown["percentiles"] = ", ".join(f"p{percentile}" for percentile in values["percentiles"])
        if "component" in values:
            shown["component"] = markdown(self._matrix.components[values["component"]].title)
        return self._texts.get(phrase, phrase.partition("_")[2]).format(**shown)

    def _refused(self) -> list[dict[str, Any]]:
        """The services that may refuse a connection: those with a health check."""
        found = []
        for component in self._matrix.components.values():
            if component.health and component.listeners:
                port = component.listeners[0].port
                client = next(
                    (flow.source for flow in self._matrix.flows
                     if flow.destination == component.key and flow.action == "allow" and flow.documented),
                    SERVER,
                )  # fmt: skip
                values = {"component": markdown(component.title), "port": port}
                texts = {key: self._texts[f"refused_{key}"].format(**values)
                         for key in ("running", "listening", "firewall")}  # fmt: skip
                found.append({"title": self._texts["refused"].format(**values), "key": component.key,
                              "client": client, "port": port, "health": component.health, **texts})  # fmt: skip
        return found


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
