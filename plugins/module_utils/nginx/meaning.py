# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a configuration means for requests: which directives are in force, and which locations serve a path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .language import Directive

#: How a location is chosen, longest first where one begins like another; none: by the path's beginning
#: (https://nginx.org/en/docs/http/ngx_http_core_module.html#location).
_MODIFIERS = ("^~", "~*", "=", "~")


def named(directives: Sequence[Directive], *names: str) -> list[Directive]:
    """Those of some directives that have one of these names."""
    return [one for one in directives if one["name"] in names]


def inside(directives: Sequence[Directive], name: str) -> list[Directive]:
    """What is in all blocks of a name."""
    return [inner for one in named(directives, name) for inner in one["block"] or ()]


def in_force(levels: Sequence[Sequence[Directive]], name: str) -> list[Directive]:
    """The directives of a name that apply in the last of nested levels: they replace those further out, all at once."""
    return next((found for level in reversed(levels) if (found := named(level, name))), [])


def told(one: Directive) -> str:
    """A directive and where it stands."""
    return f"{' '.join((one['name'], *one['args']))} ({one['where']})"


@dataclass(frozen=True)
class Location:
    """A location of a server: how it is chosen (``modifier``), its ``path`` or pattern, and what is in it."""

    modifier: str
    path: str
    inner: Sequence[Directive]

    @property
    def key(self) -> str:
        """As it is written."""
        return f"{self.modifier} {self.path}".strip()

    @property
    def is_pattern(self) -> bool:
        """Whether it is chosen by a regular expression."""
        return self.modifier in ("~", "~*")

    @property
    def target(self) -> str:
        """The upstream to which it leads; empty where it leads to none."""
        return next((one["args"][0].partition("://")[2] for one in named(self.inner, "proxy_pass") if one["args"]), "")


def locations(server: Sequence[Directive]) -> list[Location]:
    """The locations of a server."""
    return [_location(one) for one in named(server, "location")]


def _location(one: Directive) -> Location:
    written = " ".join(one["args"])
    modifier = next((sign for sign in _MODIFIERS if written.startswith(sign)), "")
    return Location(modifier, written[len(modifier) :].strip(), one["block"] or [])


def serving(found: Sequence[Location], path: str) -> Iterator[Location]:
    """The locations that serve a path or what is below it: the longest that the path begins with, all below it, and every
    pattern that is asked before them.
    """
    prefixes = [one for one in found if one.modifier in ("", "^~") and one.path.startswith("/")]
    above = [one for one in prefixes if path.startswith(one.path)]
    longest = max(above, key=lambda one: len(one.path), default=None)
    chosen = [one for one in prefixes if one is longest or (one not in above and one.path.startswith(path))]
    yield from chosen
    yield from (one for one in found if one.modifier == "=" and one.path.startswith(path))
    if longest is None or any(one.modifier != "^~" for one in chosen):
        yield from (one for one in found if one.is_pattern)
