# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where everything of the diagram stands, in SVG's user units, as plain values for the template.

As on a circuit diagram, lines run in gutters between columns of boxes and on tracks above them, at right angles, so that
none ever passes a box. What belongs together shares a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from .diagram import Box, Diagram, Key, Net, Node

_WIDTH = 180  # of a component
_HEIGHT = 38
_HEADER = 36
_PADDING = 12  # of a host around its components
_GAP = 8
_BOX_GAP = 20
_SLOT = 17  # between two lines that end at the same box
_LANE = 11
_TRACK = 11
_MARGIN = 8
_CAPTION = 22
_STUB = 16  # of a line without a label
# Widths of a character, on average, in the fonts of the template.
_LABEL_CHARACTER = 7.2
_TITLE_CHARACTER = 8.0
_DETAIL_CHARACTER = 6.4
_CORNER = 5
_CHIP = 28
_CHIPS_SHOWN = 3
_LEAST_SCALE = 0.78  # smaller, it is no longer readable


class Terminal(NamedTuple):
    """Where a line meets a box."""

    key: Key
    side: Literal["left", "right"]
    inward: bool


@dataclass
class _Place:
    """A node with where it stands."""

    node: Node
    column: int
    height: float
    x: float = 0
    y: float = 0
    slots: dict[Literal["left", "right"], list[int]] = field(default_factory=lambda: {"left": [], "right": []})


def drawing(diagram: Diagram) -> dict[str, Any]:
    """``width`` and ``height``; ``captions``, ``hosts`` and ``nodes`` as boxes; ``nets`` with their ``path``, ``heads``,
    ``dots`` and ``labels``, what is no fault first, so that faults lie on top.
    """
    return _Layout(diagram).drawing()


class _Layout:
    """Finds a place for everything, step by step."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._column = {
            node.key: column for column, boxes in enumerate(diagram.columns) for box in boxes for node in _nodes(box)
        }
        self._terminals = [self._terminals_of(net) for net in diagram.nets]
        self._places = self._sized()
        self._tracks = self._tracked()
        self._place_vertically()
        self._order_slots()
        self._meeting = self._met()
        self._lanes = [self._ordered_lanes(gutter) for gutter in range(len(diagram.columns) - 1)]
        self._bands = [self._band(gutter) for gutter in range(len(diagram.columns) - 1)]
        self._place_horizontally()

    # What meets what ---------------------------------------------------------------------------------------------------

    def _terminals_of(self, net: Net) -> list[Terminal]:
        found: dict[Terminal, None] = {}
        for source in net.sources:
            for target in net.targets:
                start, end = self._column[source], self._column[target]
                if source != target:
                    found[Terminal(source, "right" if end >= start else "left", False)] = None
                    found[Terminal(target, "left" if start < end else "right", True)] = None
        return list(found)

    def _gutter(self, terminal: Terminal) -> int:
        return self._column[terminal.key] - (terminal.side == "left")

    def _gutters(self, net: int) -> list[int]:
        return sorted({self._gutter(terminal) for terminal in self._terminals[net]})

    def _sized(self) -> dict[Key, _Place]:
        lines: dict[tuple[Key, str], int] = {}
        for terminals in self._terminals:
            for terminal in {(one.key, one.side) for one in terminals}:
                lines[terminal] = lines.get(terminal, 0) + 1
        places = {}
        for boxes in self._diagram.columns:
            for box in boxes:
                for node in _nodes(box):
                    most = max(lines.get((node.key, side), 0) for side in ("left", "right"))
                    least = _HEADER if node is box.header else _HEIGHT
                    places[node.key] = _Place(node, self._column[node.key], max(least, most * _SLOT + 6))
        return places

    def _tracked(self) -> dict[int, float]:
        """Net -> its track above the boxes, for those that pass more than one gutter."""
        wide = [net for net in range(len(self._terminals)) if len(self._gutters(net)) > 1]
        wide.sort(key=lambda net: (self._gutters(net)[-1] - self._gutters(net)[0], net), reverse=True)
        return {net: _MARGIN + _CAPTION + index * _TRACK for index, net in enumerate(wide)}

    # From top to bottom ------------------------------------------------------------------------------------------------

    def _place_vertically(self) -> None:
        top = _MARGIN + _CAPTION + len(self._tracks) * _TRACK + (_TRACK if self._tracks else 0)
        heights = [
            sum(self._box_height(box) + _BOX_GAP for box in boxes) - _BOX_GAP if boxes else 0
            for boxes in self._diagram.columns
        ]
        self._height = top + max(heights, default=0) + _MARGIN
        for boxes, height in zip(self._diagram.columns, heights, strict=True):
            y = top + (max(heights) - height) / 2
            for box in boxes:
                inner = y
                for node in _nodes(box):
                    place = self._places[node.key]
                    place.y = inner
                    inner += place.height + (0 if node is box.header else _GAP)
                y += self._box_height(box) + _BOX_GAP

    def _box_height(self, box: Box) -> float:
        inside = sum(self._places[node.key].height + _GAP for node in box.nodes) - _GAP
        if box.header is None:
            return inside
        return self._places[box.header.key].height + inside + _PADDING

    def _order_slots(self) -> None:
        """The lines that meet a side of a box, in the order of where they come from, cross the least."""
        middle = {key: place.y + place.height / 2 for key, place in self._places.items()}
        for net, terminals in enumerate(self._terminals):
            for key, side in dict.fromkeys((one.key, one.side) for one in terminals):
                self._places[key].slots[side].append(net)
        for key, place in self._places.items():
            for nets in place.slots.values():
                nets.sort(key=lambda net, key=key: (self._pull(net, key, middle), net))  # type: ignore[misc]

    def _pull(self, net: int, key: Key, middle: Mapping[Key, float]) -> float:
        if net in self._tracks:
            return self._tracks[net]
        others = [middle[one.key] for one in self._terminals[net] if one.key != key]
        return sum(others) / len(others) if others else middle[key]

    def _met(self) -> dict[tuple[int, int], list[tuple[Terminal, float]]]:
        """Net and gutter -> where the net's lines meet boxes there, and at which height."""
        found: dict[tuple[int, int], list[tuple[Terminal, float]]] = {}
        heights = {
            (net, key, side): place.y + place.height / 2 + (index - (len(nets) - 1) / 2) * _SLOT
            for key, place in self._places.items()
            for side, nets in place.slots.items()
            for index, net in enumerate(nets)
        }
        for net, terminals in enumerate(self._terminals):
            for one in terminals:
                found.setdefault((net, self._gutter(one)), []).append((one, heights[net, one.key, one.side]))
        return found

    # From left to right ------------------------------------------------------------------------------------------------

    def _span(self, net: int, gutter: int) -> tuple[float, float]:
        ys = [y for _terminal, y in self._meeting[net, gutter]]
        ys += [self._tracks[net]] if net in self._tracks else []
        return min(ys), max(ys)

    def _ordered_lanes(self, gutter: int) -> list[list[int]]:
        """The nets of a gutter in lanes from left to right, each net put where it crosses the fewest others."""
        order: list[int] = []
        for net in (net for net in range(len(self._terminals)) if gutter in self._gutters(net)):
            # What it costs to stand one place further to the right, added up from left to right.
            steps = [self._crossings(other, net, gutter) - self._crossings(net, other, gutter) for other in order]
            costs = list(accumulate(steps, initial=0))
            order.insert(costs.index(min(costs)), net)
        lanes: list[list[int]] = []
        for net in order:
            low, high = self._span(net, gutter)
            if lanes and all(
                high + _SLOT < start or end + _SLOT < low
                for start, end in (self._span(other, gutter) for other in lanes[-1])
            ):
                lanes[-1].append(net)
            else:
                lanes.append([net])
        return lanes

    def _crossings(self, left: int, right: int, gutter: int) -> int:
        """How often two nets cross when the first one's lane is left of the second one's."""
        low, high = self._span(right, gutter)
        crossings = sum(low <= y <= high for one, y in self._meeting[left, gutter] if one.side == "left")
        low, high = self._span(left, gutter)
        return crossings + sum(low <= y <= high for one, y in self._meeting[right, gutter] if one.side == "right")

    def _band(self, gutter: int) -> tuple[float, float]:
        """How much room labels take at the left and at the right of a gutter."""
        room: dict[str, float] = {"left": _STUB, "right": _STUB}
        for lane in self._lanes[gutter]:
            for net in lane:
                for one, _y in self._meeting[net, gutter]:
                    if one.inward:
                        needed = self._label_width(net) + 24
                        room[one.side] = max(room[one.side], needed)
        return room["right"], room["left"]

    def _label_width(self, net: int) -> float:
        one = self._diagram.nets[net]
        return (len(one.label) + (2 if one.number else 0)) * _LABEL_CHARACTER

    def _place_horizontally(self) -> None:
        self._lane_x: dict[tuple[int, int], float] = {}
        x: float = _MARGIN
        for column, boxes in enumerate(self._diagram.columns):
            framed = any(box.header for box in boxes)
            for box in boxes:
                for node in _nodes(box):
                    self._places[node.key].x = x + (_PADDING if framed and node is not box.header else 0)
            self._right = x + (_WIDTH + 2 * _PADDING if framed else _WIDTH if boxes else 0)
            if column == len(self._diagram.columns) - 1:
                break
            left, right = self._bands[column]
            lanes = self._lanes[column]
            for index, lane in enumerate(lanes):
                for net in lane:
                    self._lane_x[net, column] = self._right + left + index * _LANE
            x = self._right + (left + max(0, len(lanes) - 1) * _LANE + right if lanes else _BOX_GAP)
        self._width = self._right + _MARGIN

    # What is drawn -----------------------------------------------------------------------------------------------------

    def drawing(self) -> dict[str, Any]:
        order = sorted(range(len(self._terminals)), key=lambda net: self._diagram.nets[net].verdict == "failed")
        boxes = [box for column in self._diagram.columns for box in column]
        hosts = [(box.header, self._box_height(box)) for box in boxes if box.header]
        nodes = [(node, self._places[node.key].height) for box in boxes for node in box.nodes]
        return {
            "width": _round(self._width),
            "height": _round(self._height),
            "least_width": _round(self._width * _LEAST_SCALE),
            "captions": list(self._captions()),
            "hosts": [self._drawn(node, height) for node, height in hosts],
            "nodes": [self._drawn(node, height) for node, height in nodes],
            "undrawn": self._diagram.undrawn,
            "nets": [self._drawn_net(net) for net in order if self._terminals[net]],
            "chips": [chip for node, _height in hosts + nodes for chip in self._chips(node)],
        }

    def _captions(self) -> Iterator[dict[str, Any]]:
        columns = self._diagram.columns
        for boxes, text in ((columns[0], "from outside"), (columns[-1], "to outside")):
            if boxes:
                place = self._places[boxes[0].nodes[0].key]
                yield {"x": _round(place.x + _WIDTH / 2), "y": _round(place.y - 8), "text": text}

    def _drawn(self, node: Node, height: float) -> dict[str, Any]:
        place = self._places[node.key]
        middle = place.height / 2
        room = _width(node.key) - 2 * _PADDING
        chips = min(len(node.faults), _CHIPS_SHOWN) * _CHIP
        return {
            "kind": "host" if not node.key.name else "node" if node.key.side == "inside" else "node outside",
            "radius": 9 if not node.key.name else 5 if node.key.side == "inside" else 18,
            "x": _round(place.x),
            "y": _round(place.y),
            "width": _width(node.key),
            "height": _round(height),
            "title_y": _round(middle - 3),
            "detail_y": _round(middle + 11),
            "title": _cut(node.title, int((room - chips) / _TITLE_CHARACTER)),
            "detail": _cut(node.detail, int(room / _DETAIL_CHARACTER)),
            "whole": f"{node.title}: {node.detail}" if node.detail else node.title,
        }

    def _chips(self, node: Node) -> Iterator[dict[str, Any]]:
        """The numbers of a node's faults; of many, how many more there are."""
        shown = node.faults if len(node.faults) <= _CHIPS_SHOWN else node.faults[: _CHIPS_SHOWN - 1]
        chips = [(f"✗{number}", f"Fault {number}", f"fault-{number}") for number in shown]
        if len(shown) < len(node.faults):
            more = len(node.faults) - len(shown)
            chips.append((f"+{more}", f"{more} more faults", f"fault-{node.faults[len(shown)]}"))
        place = self._places[node.key]
        for index, (text, title, href) in enumerate(chips):
            x = place.x + _width(node.key) - (len(chips) - index) * _CHIP - 5
            y = place.y + place.height / 2 - 15
            yield {
                "x": _round(x),
                "y": _round(y),
                "text_x": _round(x + 13),
                "text_y": _round(y + 12),
                "text": text,
                "title": title,
                "href": href,
            }

    def _drawn_net(self, net: int) -> dict[str, Any]:
        one = self._diagram.nets[net]
        path, heads, dots, labels = [], [], [], []
        xs = [self._lane_x[net, gutter] for gutter in self._gutters(net)]
        if net in self._tracks:
            path.append(_line(xs[0] + _CORNER, self._tracks[net], xs[-1] - _CORNER, self._tracks[net]))
        for gutter in self._gutters(net):
            x = self._lane_x[net, gutter]
            low, high = self._span(net, gutter)
            corner = min(_CORNER, (high - low) / 2)
            if high > low:
                path.append(_line(x, low + corner, x, high - corner))
            if net in self._tracks:
                inward = [other - x for other in xs if other != x]
                for direction in sorted({1 if way > 0 else -1 for way in inward}):
                    path.append(_bend(x, low, direction * _CORNER, corner))
            for terminal, y in self._meeting[net, gutter]:
                edge = self._edge(terminal)
                direction = 1 if terminal.side == "right" else -1  # from the box to the lane
                if y in (low, high) and corner > 0 and not (y == low and net in self._tracks):
                    path.append(_line(edge, y, x - direction * _CORNER, y))
                    path.append(_bend(x, y, -direction * _CORNER, corner if y == low else -corner))
                else:
                    path.append(_line(edge, y, x, y))
                if terminal.inward:
                    heads.append(
                        f"M{_round(edge + direction * 7)} {_round(y - 4)}l{-direction * 7} 4l{direction * 7} 4z"
                    )
                    labels.append(
                        {
                            "x": _round(edge + direction * self._label_distance(terminal.key)),
                            "y": _round(y - 4.5),
                            "anchor": "start" if direction > 0 else "end",
                        }
                    )
                else:
                    dots.append({"x": _round(edge), "y": _round(y)})
        return {
            "verdict": one.verdict,
            "label": one.label,
            "title": one.title,
            "number": one.number,
            "row": one.row,
            "path": "".join(path),
            "heads": "".join(heads),
            "dots": dots,
            "labels": labels,
        }

    @staticmethod
    def _label_distance(key: Key) -> int:
        """From a box to the label of an arrow that ends there; outside of the host's frame."""
        return _PADDING + 6 if key.side == "inside" and key.name else 11

    def _edge(self, terminal: Terminal) -> float:
        """Where the line meets its box."""
        return self._places[terminal.key].x + (_width(terminal.key) if terminal.side == "right" else 0)


def _width(key: Key) -> int:
    return _WIDTH if key.name else _WIDTH + 2 * _PADDING


def _nodes(box: Box) -> Sequence[Node]:
    return (box.header, *box.nodes) if box.header else box.nodes


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{_round(x1)} {_round(y1)}L{_round(x2)} {_round(y2)}"


def _bend(x: float, y: float, sideways: float, along: float) -> str:
    """A quarter round from beside a corner into the line that leaves it up or down."""
    return f"M{_round(x + sideways)} {_round(y)}Q{_round(x)} {_round(y)} {_round(x)} {_round(y + along)}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(1, most - 1)].rstrip()}…"


def _round(value: float) -> float | int:
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded
