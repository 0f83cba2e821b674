import pg from "pg";
import { log } from "./log.js";

/**
 * A client that proves its password by SCRAM and never tells it: who asks for it in clear, or for its MD5, is not Mother,
 * but somebody who listens in her place. (libpq calls it PGREQUIREAUTH=scram-sha-256; the driver has no option for it.)
 */
export class DiscreetClient extends pg.Client {
  _handleAuthCleartextPassword() {
    this.#refuse();
  }

  _handleAuthMD5Password() {
    this.#refuse();
  }

  #refuse() {
    this.connection.stream.destroy(new Error("the database server asks for the password itself, and does not get it"));
  }
}

/** The connection pool. Host, port, database, user and password come from the PG* environment. */
export function createPool() {
  const pool = new pg.Pool({
    Client: DiscreetClient,
    application_name: "orchestrator",
    max: 5,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
    statement_timeout: 5_000,
    idleTimeoutMillis: 30_000,
  });
  // An idle connection that breaks (a restart of the database) must not end the process.
  pool.on("error", (error) => log.error("database connection lost", { reason: describe(error) }));
  return pool;
}

/** What went wrong, in one line: connecting to several addresses at once gives an error without a message. */
export function describe(error) {
  return error.message || error.errors?.map((each) => each.message).join("; ") || String(error.code ?? error);
}

const SENSORS = `
  SELECT s.key, s.name, s.deck, s.unit, r.value, r.measured_at AS "measuredAt"
  FROM telemetry.sensors s
  LEFT JOIN LATERAL (
    SELECT value, measured_at FROM telemetry.readings WHERE sensor = s.key ORDER BY measured_at DESC LIMIT 1
  ) r ON true
  ORDER BY s.deck, s.name`;

const READINGS = `
  SELECT sensor, measured_at AS "measuredAt", value
  FROM telemetry.readings
  WHERE $1::text IS NULL OR sensor = $1
  ORDER BY measured_at DESC, sensor
  LIMIT $2`;

const STATUS = `
  SELECT
    (SELECT count(*)::int FROM telemetry.sensors) AS sensors,
    (SELECT count(*)::int FROM telemetry.readings) AS readings,
    (SELECT max(finished_at) FROM telemetry.loads) AS "lastLoadAt",
    current_setting('server_version') AS "databaseVersion"`;

/** What the API asks of the database. */
export function createStore(pool) {
  const rows = async (text, values) => (await pool.query(text, values)).rows;
  return {
    ping: () => rows("SELECT 1"),
    sensors: () => rows(SENSORS),
    readings: ({ sensor, limit }) => rows(READINGS, [sensor, limit]),
    status: async () => (await rows(STATUS))[0],
  };
}
