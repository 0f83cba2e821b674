import { readFile, readdir } from "node:fs/promises";

const DIRECTORY = new URL("../migrations/", import.meta.url);
/** Any number that no other program locks in this database: all instances agree on it. */
const LOCK = 180_924_609;

/**
 * Brings the schema up to date: applies each numbered migration once, then the grants.
 *
 * All in one transaction under an advisory lock, so that instances that start together wait for each other.
 * Returns the names of the migrations that were applied.
 */
export async function migrate(pool) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    const applied = await applyPending(client);
    await client.query(await read("grants.sql"));
    await client.query("COMMIT");
    client.release();
    return applied;
  } catch (error) {
    client.release(true); // closing the connection rolls back
    throw error;
  }
}

async function applyPending(client) {
  await client.query("CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
  const { rows } = await client.query("SELECT name FROM schema_migrations");
  const done = new Set(rows.map((row) => row.name));
  const pending = (await readdir(DIRECTORY)).filter((name) => /^\d+_.*\.sql$/.test(name) && !done.has(name)).sort();
  for (const name of pending) {
    await client.query(await read(name));
    await client.query("INSERT INTO schema_migrations (name) VALUES ($1)", [name]);
  }
  return pending;
}

const read = (name) => readFile(new URL(name, DIRECTORY), "utf8");
