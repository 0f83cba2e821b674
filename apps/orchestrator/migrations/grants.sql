-- Repeated at every start, so that a database role that appears later gets its rights as well.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'etl') THEN
    GRANT USAGE ON SCHEMA telemetry TO etl;
    GRANT SELECT, INSERT, UPDATE ON telemetry.sensors, telemetry.readings TO etl;
    GRANT INSERT ON telemetry.loads TO etl;
  END IF;
END
$$;
