CREATE SCHEMA telemetry;

CREATE TABLE telemetry.sensors (
  key text PRIMARY KEY,
  name text NOT NULL,
  deck text NOT NULL,
  unit text NOT NULL
);

CREATE TABLE telemetry.readings (
  sensor text NOT NULL REFERENCES telemetry.sensors (key) ON DELETE CASCADE,
  measured_at timestamptz NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (sensor, measured_at)
);

CREATE INDEX readings_measured_at ON telemetry.readings (measured_at DESC);

-- One row for each run of the ETL.
CREATE TABLE telemetry.loads (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  finished_at timestamptz NOT NULL DEFAULT now(),
  inserted integer NOT NULL,
  updated integer NOT NULL,
  rejected integer NOT NULL
);
