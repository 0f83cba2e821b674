# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The example works as a visitor sees it, and is proven like the documented system."""

from __future__ import annotations

import json
import re

from example import play
from testinfra.host import Host
from web import get

SITE = "https://almanac.example.org/"


def test_nginx_serves_the_pages(outside: Host) -> None:
    page, style = get(outside, SITE), get(outside, f"{SITE}page.css")
    assert page.status == 200 and "<h1>Almanac</h1>" in page.body
    assert style.headers["content-type"] == "text/css"
    assert get(outside, f"{SITE}nothing").status == 404


def test_the_api_answers(outside: Host) -> None:
    answer = get(outside, f"{SITE}api/2000-01-21")
    assert json.loads(answer.body) == {"date": "2000-01-21", "weekday": "Friday", "day_of_year": 21, "moon": "full"}
    assert get(outside, f"{SITE}api/never").status == 404


def test_everything_is_as_the_data_say() -> None:
    assert re.search(r"\b\d\d+ proven, \d+ not tried, 0 faults", play("almanac", "verify"))
    play("almanac", "doctor")
