"""``python -m nostromo_etl``: extract, transform, load. The database is named by libpq's PG* variables.

Exit status (sysexits.h): 0 loaded, 65 the source is unusable, 75 the database cannot be used now, try again later.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path

import psycopg

from . import extract, transform
from .load import load

EX_OK, EX_DATAERR, EX_TEMPFAIL = 0, 65, 75

log = logging.getLogger("nostromo_etl")


def main(arguments: list[str] | None = None) -> int:
    """Run once and return the exit status."""
    parser = argparse.ArgumentParser(prog="nostromo_etl", description="Load the ship's readings into Mother.")
    parser.add_argument("--source", type=Path, default=extract.DATA, help="directory with sensors.csv and readings.csv")
    source = parser.parse_args(arguments).source
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    started = time.monotonic()

    try:
        sensors = transform.sensors(extract.rows(source / "sensors.csv"))
        readings, refused = transform.readings(extract.rows(source / "readings.csv"), sensors)
    except (OSError, ValueError, KeyError) as error:
        log.error("the source is unusable: %s", error)
        return EX_DATAERR
    for line, reason in refused:
        log.warning("readings.csv line %d refused: %s", line, reason)

    try:
        with psycopg.connect(connect_timeout=5, application_name="etl") as connection:
            loaded = load(connection, sensors.values(), readings, len(refused))
    except psycopg.Error as error:
        log.error("the database cannot be used now: %s", str(error).strip())
        return EX_TEMPFAIL

    log.info(
        "loaded %d readings of %d sensors: %d inserted, %d updated, %d unchanged, %d refused, in %.2f s",
        len(readings), len(sensors), loaded.inserted, loaded.updated,
        len(readings) - loaded.inserted - loaded.updated, len(refused), time.monotonic() - started,
    )  # fmt: skip
    return EX_OK


if __name__ == "__main__":
    sys.exit(main())
