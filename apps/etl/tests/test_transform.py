from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nostromo_etl import extract, transform
from nostromo_etl.transform import Reading, Sensor

SENSORS = {"cryo": Sensor("cryo", "Criosueño", "B", "F"), "bridge": Sensor("bridge", "Puente", "A", "kPa")}
MIDNIGHT = datetime(2122, 6, 3, tzinfo=UTC)


def row(sensor: str = "cryo", measured_at: str = "2122-06-03T00:00:00+00:00", value: str = "50") -> dict[str, str]:
    return {"sensor": sensor, "measured_at": measured_at, "value": value}


@pytest.mark.parametrize(
    ("raw", "reading"),
    [
        (row(), Reading("cryo", MIDNIGHT, 10.0)),
        (row("bridge", value="101.3"), Reading("bridge", MIDNIGHT, 1013.0)),
        (row(measured_at="2122-06-02T20:00:00-04:00"), Reading("cryo", MIDNIGHT, 10.0)),
    ],
)
def test_values_are_converted(raw: dict[str, str], reading: Reading) -> None:
    assert transform.readings([raw], SENSORS) == ([reading], [])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (row("mess"), "unknown sensor 'mess'"),
        (row(measured_at="2122-06-03T00:00:00"), "time without a zone '2122-06-03T00:00:00'"),
        (row(measured_at="today"), "Invalid isoformat string: 'today'"),
        (row(value="n/a"), "could not convert string to float: 'n/a'"),
        (row(value="nan"), "not a measured value 'nan'"),
    ],
)
def test_unusable_rows_are_refused_with_line_and_reason(raw: dict[str, str], reason: str) -> None:
    assert transform.readings([row(), raw], SENSORS) == ([Reading("cryo", MIDNIGHT, 10.0)], [(3, reason)])


def test_last_of_two_readings_at_one_time_counts() -> None:
    assert transform.readings([row(), row(value="32")], SENSORS)[0] == [Reading("cryo", MIDNIGHT, 0.0)]


def test_unknown_unit_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^sensor x: unknown unit 'K'$"):
        transform.sensors([{"key": "x", "name": "X", "deck": "A", "unit": "K"}])


def test_shipped_source_is_usable() -> None:
    sensors = transform.sensors(extract.rows(extract.DATA / "sensors.csv"))
    readings, refused = transform.readings(extract.rows(extract.DATA / "readings.csv"), sensors)
    assert {reading.sensor for reading in readings} == set(sensors)
    assert refused == [(24, "could not convert string to float: 'n/a'")]
