"""Turns raw rows into typed values and says which rows cannot be used, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

#: Units in which the source measures -> unit that is stored, and how to convert.
CONVERSIONS: Mapping[str, tuple[str, Callable[[float], float]]] = {
    "F": ("°C", lambda value: (value - 32) * 5 / 9),
    "C": ("°C", lambda value: value),
    "kPa": ("hPa", lambda value: value * 10),
    "%": ("%", lambda value: value),
    "MW": ("MW", lambda value: value),
}


@dataclass(frozen=True)
class Sensor:
    """A sensor; ``raw_unit`` is what the source measures in, :attr:`unit` what is stored."""

    key: str
    name: str
    deck: str
    raw_unit: str

    @property
    def unit(self) -> str:
        return CONVERSIONS[self.raw_unit][0]


@dataclass(frozen=True)
class Reading:
    """One measured value, in the sensor's stored unit; the time has a zone."""

    sensor: str
    measured_at: datetime
    value: float


def sensors(rows: Iterable[Mapping[str, str]]) -> dict[str, Sensor]:
    """The sensors by key. Raises ValueError for an unknown unit: without its sensors nothing can be loaded."""
    found = {row["key"]: Sensor(row["key"], row["name"], row["deck"], row["unit"]) for row in rows}
    for sensor in found.values():
        if sensor.raw_unit not in CONVERSIONS:
            raise ValueError(f"sensor {sensor.key}: unknown unit {sensor.raw_unit!r}")
    return found


def readings(
    rows: Iterable[Mapping[str, str]], known: Mapping[str, Sensor]
) -> tuple[list[Reading], list[tuple[int, str]]]:
    """The readings, the last one where a sensor has two at one time, and (line, reason) of each row that is refused."""
    accepted: dict[tuple[str, datetime], Reading] = {}
    refused = []
    for line, row in enumerate(rows, start=2):  # line 1 is the header
        try:
            reading = _reading(row, known)
        except ValueError as error:
            refused.append((line, str(error)))
        else:
            accepted[reading.sensor, reading.measured_at] = reading
    return list(accepted.values()), refused


def _reading(row: Mapping[str, str], known: Mapping[str, Sensor]) -> Reading:
    sensor = known.get(row["sensor"])
    if sensor is None:
        raise ValueError(f"unknown sensor {row['sensor']!r}")
    measured_at = datetime.fromisoformat(row["measured_at"])
    if measured_at.tzinfo is None:
        raise ValueError(f"time without a zone {row['measured_at']!r}")
    value = float(row["value"])
    if not math.isfinite(value):
        raise ValueError(f"not a measured value {row['value']!r}")
    convert = CONVERSIONS[sensor.raw_unit][1]
    return Reading(sensor.key, measured_at, round(convert(value), 2))
