/** Reads the configuration out of the environment. PG* variables are read by the driver itself. */
export function readConfig(env) {
  const port = Number(env.PORT ?? 8000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`PORT must be a number from 0 to 65535, not "${env.PORT}"`);
  }
  return {
    host: env.HOST ?? "127.0.0.1",
    port,
    // PM2 numbers the instances of a cluster.
    instance: Number(env.NODE_APP_INSTANCE ?? 0),
  };
}
