# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the diagram of a proof shows: hosts with their components, the zones around them, and who reaches whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ..checks.model import Verdict
from ..matrix.model import ANY, SERVER
from .ends import Ends, PlainCheck, ports_text, shortened

# Of a system that is faulty throughout, more arrows would tell nothing: the grid and the list have all of them.
_MOST_FAULTS = 24
# Hosts stand in columns by how far they are from the outside; more columns than that would be hard to read.
_MOST_TIERS = 4
_WORDS: Mapping[Verdict, str] = {"passed": "proven", "skipped": "not tried"}


class Key(NamedTuple):
    """A place where arrows start or end: a component on a host, a host itself (no name), or an outsider."""

    side: Literal["inside", "from", "to"]
    host: str
    name: str


@dataclass(frozen=True)
class Node:
    """An outsider, or a component on a host. ``faults`` are the numbers of those that are no flows."""

    key: Key
    title: str
    detail: str
    faults: tuple[int, ...] = ()


@dataclass(frozen=True)
class Box:
    """A host with its components; an outsider is a box without a ``header`` around itself alone."""

    nodes: tuple[Node, ...]
    header: Node | None = None


@dataclass(frozen=True)
class Net:
    """Arrows that belong together: from each source to each target.

    :param number: that of the fault, 0 for what is none.
    :param row: index of the row that is drawn, for what is no fault.
    """

    sources: tuple[Key, ...]
    targets: tuple[Key, ...]
    verdict: Verdict
    label: str
    title: str
    number: int = 0
    row: int = 0


@dataclass(frozen=True)
class Diagram:
    """Columns from left to right: whom connections come from, the hosts by their distance from there, whom they go to.

    ``undrawn`` is how many arrows of faults were left out.
    """

    columns: tuple[tuple[Box, ...], ...]
    nets: tuple[Net, ...]
    undrawn: int = 0


def diagram(ends: Ends, checks: Sequence[PlainCheck]) -> Diagram:
    """An arrow for each row that allows, and one for each fault; faults that are no flows are marked where they are."""
    faults = list(_faults(ends))
    nets = [*faults[:_MOST_FAULTS], *_allowed(ends)]
    used = {key for net in nets for key in (*net.sources, *net.targets)}
    names = list(dict.fromkeys([*ends.zones, *sorted(key.name for key in used)]))
    outside: dict[str, tuple[Box, ...]] = {
        side: tuple(
            Box((Node(key, ends.title(name), ends.detail(name)),))
            for name in names
            if (key := _outside(side, name)) in used
        )
        for side in ("from", "to")
    }
    return Diagram((outside["from"], *_hosts(ends, checks), outside["to"]), tuple(nets), len(faults[_MOST_FAULTS:]))


def _outside(side: str, name: str) -> Key:
    return Key("from" if side == "from" else "to", "", name)


def _hosts(ends: Ends, checks: Sequence[PlainCheck]) -> Iterator[tuple[Box, ...]]:
    tiers = _tiers(ends)
    placed = {host: [key for key, one in ends.components.items() if host in one["hosts"]] for host in ends.hosts}
    nowhere = [key for key, one in ends.components.items() if not one["hosts"]]
    if nowhere:
        placed[""] = nowhere
    of_host = {host: min((tiers[key] for key in keys if key != SERVER), default=0) for host, keys in placed.items()}
    ranks = sorted({*of_host.values()})
    for column in range(min(len(ranks), _MOST_TIERS)):
        yield tuple(
            _host(ends, checks, host, sorted(keys, key=lambda key: (key == SERVER, tiers[key])))
            for host, keys in placed.items()
            if min(ranks.index(of_host[host]), _MOST_TIERS - 1) == column
        )


def _host(ends: Ends, checks: Sequence[PlainCheck], host: str, keys: Sequence[str]) -> Box:
    faults: dict[str, list[int]] = {}
    for check in checks:
        if check["number"] and check["subject"] != "flow" and check["host"] == host:
            faults.setdefault(check["destination"] if check["destination"] in keys else "", []).append(check["number"])
    nodes = tuple(
        Node(
            Key("inside", host, key),
            ends.title(key),
            ports_text(ends.components[key]["ports"]) or "no port",
            tuple(faults.get(key, ())),
        )
        for key in keys
    )
    title, detail = (host, shortened(ends.hosts[host])) if host else ("On no host", "")
    return Box(nodes, Node(Key("inside", host, ""), title, detail, tuple(faults.get("", ()))))


def _tiers(ends: Ends) -> dict[str, int]:
    """Component -> how many components a connection from outside passes before it; one that only connects stands right
    before the first that it connects to.
    """
    ways: list[tuple[str, str]] = []
    for row in ends.rows:
        way = (row["source"], row["destination"])
        inside = row["action"] == "allow" and {*way} <= {*ends.components} - {SERVER}
        if inside and way not in ways and not _leads(ways, way[1], way[0]):
            ways.append(way)
    tiers = dict.fromkeys(ends.components, 0)
    for _step in ends.components:
        for source, destination in ways:
            tiers[destination] = max(tiers[destination], tiers[source] + 1)
    reached = {row["destination"] for row in ends.rows if row["action"] == "allow"}
    for key in ends.components:
        after = [tiers[destination] for source, destination in ways if source == key]
        if after and key not in reached:
            tiers[key] = min(after) - 1
    return tiers


def _leads(ways: Sequence[tuple[str, str]], start: str, end: str) -> bool:
    """Whether some ways lead from one component to another."""
    reached, new = {start}, {start}
    while new:
        new = {target for source, target in ways if source in new} - reached
        reached |= new
    return end in reached


def _allowed(ends: Ends) -> Iterator[Net]:
    """The rows that allow, by verdict; faults of theirs are drawn on their own."""
    for index, row in enumerate(ends.rows):
        if row["action"] != "allow":
            continue
        ports = ports_text([f"{port}/{protocol}" for port in row["ports"] for protocol in row["protocols"]])
        what = f"{ends.title(row['source'])} → {ends.title(row['destination'])} {ports}"
        pairs = _pairs(ends, row)
        for verdict, word in _WORDS.items():
            for sources, targets in _bundled([pair for pair, found in pairs.items() if found == verdict]):
                yield Net(sources, targets, verdict, ports, f"{what}: {word} ({row['name']})", row=index)


def _bundled(pairs: Sequence[tuple[Key, Key]]) -> Iterator[tuple[tuple[Key, ...], tuple[Key, ...]]]:
    """Sources and targets, each source with every target: so a line that they share says nothing untrue.

    One that is a target as well does not reach itself, which makes it no different from the others.
    """
    targets = dict.fromkeys(target for _source, target in pairs)
    reached: dict[Key, set[Key]] = {}
    for source, target in pairs:
        reached.setdefault(source, {source} & {*targets}).add(target)
    bundles: dict[frozenset[Key], list[Key]] = {}
    for source, found in reached.items():
        bundles.setdefault(frozenset(found), []).append(source)
    for ends, sources in bundles.items():
        yield tuple(sources), tuple(target for target in targets if target in ends)


def _pairs(ends: Ends, row: Mapping[str, Any]) -> dict[tuple[Key, Key], Verdict]:
    """Each start and end of a row, with what the tries between them say."""
    checks = [check for check in ends.flows if check["row"] == row["path"]]
    own = [check for check in checks if check["source"] == row["source"]]
    hops = [hop for check in own or checks for hop in check["hops"]]
    found: dict[tuple[Key, Key], Verdict] = {}
    for source in _starts(ends, row):
        for target in _keys(ends, "to", row["destination"]):
            verdicts = {
                hop["verdict"]
                for hop in hops
                if source.host in ("", hop["vantage"]) and target.host in ("", hop["host"])
            }
            if source != target:
                found[source, target] = _verdict(verdicts, source)
    return found


def _verdict(verdicts: set[Verdict], source: Key) -> Verdict:
    """What the tries between two ends say together; a fault of a component does not speak for its whole host."""
    by_weight: tuple[Verdict, Verdict] = ("failed", "passed") if source.name else ("passed", "failed")
    return next((one for one in by_weight if one in verdicts), "skipped")


def _starts(ends: Ends, row: Mapping[str, Any]) -> list[Key]:
    """Where a row starts; one of everybody that leads outside starts at each host."""
    if row["source"] == ANY and row["destination"] not in ends.components:
        return [Key("inside", host, "") for host in ends.hosts]
    return _keys(ends, "from", row["source"])


def _keys(ends: Ends, side: str, name: str) -> list[Key]:
    if name in ends.components:
        return [Key("inside", host, name) for host in ends.components[name]["hosts"] or [""]]
    return [_outside(side, name)]


def _faults(ends: Ends) -> Iterator[Net]:
    for check in ends.flows:
        pairs = [
            (_end(ends, "from", check["source"], hop["vantage"]), _end(ends, "to", check["destination"], hop["host"]))
            for hop in check["hops"]
            if check["number"] and hop["verdict"] == "failed"
        ]
        state = "not blocked" if check["action"] == "deny" else "not open"
        label = f"{check['number']}: {ports_text(check['ports'])} {state}"
        title = f"Fault {check['number']}: {check['title']}; {check['reason']}"
        for sources, targets in _bundled(pairs):
            yield Net(sources, targets, "failed", label, title, check["number"])


def _end(ends: Ends, side: str, name: str, host: str) -> Key:
    return Key("inside", host, name) if name in ends.components else _outside(side, name)
