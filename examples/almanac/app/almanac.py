"""The day and the moon as JSON (WSGI): GET /api/today, or /api/YYYY-MM-DD. Configured by HOST and PORT."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from datetime import date

from waitress import serve

NEW_MOON = date(2000, 1, 6)
SYNODIC_MONTH_DAYS = 29.530588  # from one new moon to the next, on average
PHASES = (
    "new", "waxing crescent", "first quarter", "waxing gibbous", "full", "waning gibbous", "last quarter", "waning crescent",
)  # fmt: skip


def day(of: date) -> dict[str, object]:
    """What there is to say of a day."""
    age = (of - NEW_MOON).days % SYNODIC_MONTH_DAYS
    phase = PHASES[round(age / SYNODIC_MONTH_DAYS * len(PHASES)) % len(PHASES)]
    return {"date": of.isoformat(), "weekday": f"{of:%A}", "day_of_year": of.timetuple().tm_yday, "moon": phase}


def application(
    environ: dict[str, str], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """The one resource."""
    asked = environ["PATH_INFO"].removeprefix("/api/")
    try:
        found = day(date.today() if asked in ("today", "health") else date.fromisoformat(asked))
        status = "200 OK"
    except ValueError:
        found, status = {"error": "not_found"}, "404 Not Found"
    start_response(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [json.dumps(found).encode() + b"\n"]


if __name__ == "__main__":
    serve(application, host=os.environ["HOST"], port=int(os.environ["PORT"]), threads=4)
