"""Writes into PostgreSQL. Loading the same rows again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg

from .transform import Reading, Sensor

UPSERT_SENSOR = """
INSERT INTO telemetry.sensors AS s (key, name, deck, unit) VALUES (%s, %s, %s, %s)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, deck = excluded.deck, unit = excluded.unit
WHERE (s.name, s.deck, s.unit) IS DISTINCT FROM (excluded.name, excluded.deck, excluded.unit)
"""

# xmax is 0 in a row that this statement inserted; a row that is already as it should be is not returned.
UPSERT_READINGS = """
INSERT INTO telemetry.readings AS r (sensor, measured_at, value)
SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::float8[])
ON CONFLICT (sensor, measured_at) DO UPDATE SET value = excluded.value
WHERE r.value IS DISTINCT FROM excluded.value
RETURNING xmax = 0
"""

RECORD = "INSERT INTO telemetry.loads (inserted, updated, rejected) VALUES (%s, %s, %s)"


@dataclass(frozen=True)
class Loaded:
    """How many readings a load inserted and how many it updated."""

    inserted: int
    updated: int


def load(connection: psycopg.Connection, sensors: Iterable[Sensor], readings: list[Reading], rejected: int) -> Loaded:
    """Write everything in one transaction and record the run. Raises psycopg.Error."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(UPSERT_SENSOR, [(s.key, s.name, s.deck, s.unit) for s in sensors])
        cursor.execute(
            UPSERT_READINGS,
            ([r.sensor for r in readings], [r.measured_at for r in readings], [r.value for r in readings]),
        )
        inserted = [bool(row[0]) for row in cursor.fetchall()]
        loaded = Loaded(inserted=sum(inserted), updated=len(inserted) - sum(inserted))
        cursor.execute(RECORD, (loaded.inserted, loaded.updated, rejected))
    return loaded
