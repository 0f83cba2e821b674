import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "./app.js";
import { readConfig } from "./config.js";
import { createPool, createStore, describe } from "./database.js";
import { log } from "./log.js";
import { migrate } from "./migrate.js";

const MIGRATION_RETRY_MS = 1_000;
const LAME_DUCK_MS = 500;
/** PM2's master may be handing a connection over: it takes it back from a process that still answers, and forgets it otherwise. */
const HANDOVER_MS = 200;
const SHUTDOWN_LIMIT_MS = 5_000;
/** Longer than a proxy keeps its idle connections, so that it never meets a closed one. */
const KEEP_ALIVE_MS = 75_000;

const config = readConfig(process.env);
const pool = createPool();
const state = { migrated: false };
const app = createApp({ store: createStore(pool), state, instance: config.instance });
const stopping = new AbortController();

app.keepAliveTimeout = KEEP_ALIVE_MS;

app.listen(config.port, config.host, () => {
  const { address, port } = app.address();
  log.info("listening", { address, port, instance: config.instance });
  process.send?.("ready"); // to PM2, with `wait_ready`
});
app.on("error", (error) => {
  log.error("cannot listen", { host: config.host, port: config.port, reason: error.message });
  process.exit(1);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => stop(signal));
}
process.on("message", (message) => message === "shutdown" && stop("shutdown"));

await migrateWhenPossible();

/** The service starts without its database and says so on /health; the schema follows once it is there. */
async function migrateWhenPossible() {
  let lastReason;
  while (!state.migrated && !stopping.signal.aborted) {
    try {
      const applied = await migrate(pool);
      state.migrated = true;
      log.info("schema is up to date", { applied });
    } catch (error) {
      const reason = describe(error);
      if (reason !== lastReason) {
        log.error("cannot migrate yet, trying again every second", { reason });
        lastReason = reason;
      }
      await sleep(MIGRATION_RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
}

/** Asks clients to leave for a moment, then takes no new connection, answers what is under way and lets the database go. */
async function stop(signal) {
  if (stopping.signal.aborted) {
    return;
  }
  stopping.abort();
  log.info("stopping", { signal });
  setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
  app.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
  await sleep(LAME_DUCK_MS);
  app.close(async () => {
    await Promise.all([pool.end(), sleep(HANDOVER_MS)]);
    process.exit(0);
  });
  setInterval(() => app.closeIdleConnections(), 50);
}
