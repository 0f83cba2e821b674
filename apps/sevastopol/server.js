/** Runs the built site and stops it gracefully. HOST and PORT come from the environment (Astro's adapter reads them). */
process.env.ASTRO_NODE_AUTOSTART = "disabled";
const { startServer } = await import("./dist/server/entry.mjs");
const { server } = startServer().server;
server.keepAliveTimeout = 75_000; // longer than a proxy keeps its idle connections, so that it never meets a closed one

server.once("listening", () => process.send?.("ready")); // to PM2, with `wait_ready`
server.once("error", (error) => {
  console.error(`cannot listen: ${error.message}`);
  process.exit(1);
});

/** Asks clients to leave for half a second, then takes no new connection and answers what is under way. */
function stop() {
  server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
  setTimeout(() => process.exit(1), 5_000).unref();
  setTimeout(() => {
    server.close(() => process.exit(0));
    setInterval(() => server.closeIdleConnections(), 50);
  }, 500);
}
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, stop);
}
