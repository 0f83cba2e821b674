# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only the networking page needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .kinds import Many, MapOf, Text
from .record import Record, says
from .words import KEY

LANGUAGES = ("es", "en")


@dataclass(frozen=True)
class ByLanguage(Record):
    """A text in each language of the page."""

    es: str = says("In es.", Text(), default="")
    en: str = says("In en.", Text(), default="")


@dataclass(frozen=True)
class Translations(Record):
    """Texts of the data in each language of the page."""

    es: Mapping[str, str] = says("In es.", MapOf(Text(), quoted=True), default={})
    en: Mapping[str, str] = says("In en.", MapOf(Text(), quoted=True), default={})


@dataclass(frozen=True)
class Change(Record):
    """A change of the document."""

    date: str = says("Day of the change.", Text(1), required=True)
    change: ByLanguage = says("What changed, in each language of the page.", ByLanguage, required=True)


HISTORY = Many(Change)
ZONE_TITLES = MapOf(Text(), KEY)
