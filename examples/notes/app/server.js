// Short notes: kept in PostgreSQL, views counted in Redis. Configured by HOST, PORT, REDIS_URL and libpq's PG* variables.
import { createServer } from "node:http";
import { createClient } from "@redis/client";
import pg from "pg";

const LONGEST = 280;
const database = new pg.Pool({ max: 5 });
const cache = createClient({ url: process.env.REDIS_URL });
database.on("error", (error) => console.error(`PostgreSQL: ${error.message}`)); // of an idle connection: the next is new
cache.on("error", (error) => console.error(`Redis: ${error.message}`)); // it connects anew by itself

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
const page = (views, notes) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Notes</title><h1>Notes</h1>
<form method="post" action="/notes"><input name="text" maxlength="${LONGEST}" required><button>Keep</button></form>
<ul>${notes.map(({ text }) => `<li>${escaped(text)}</li>`).join("")}</ul><p>Seen ${views} times.</p></html>
`;

async function body(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > 10 * LONGEST) return "";
  }
  return text;
}

const routes = {
  "GET /": async (_request, response) => {
    const views = await cache.incr("views");
    const { rows } = await database.query("SELECT text FROM note ORDER BY id DESC LIMIT 20");
    response.setHeader("Content-Type", "text/html; charset=utf-8").end(page(views, rows));
  },
  "POST /notes": async (request, response) => {
    const text = (new URLSearchParams(await body(request)).get("text") ?? "").trim();
    if (!text || text.length > LONGEST) {
      response.writeHead(422).end();
      return;
    }
    await database.query("INSERT INTO note (text) VALUES ($1)", [text]);
    response.writeHead(303, { Location: "/" }).end();
  },
  "GET /health": async (_request, response) => {
    await Promise.all([database.query("SELECT 1"), cache.ping()]);
    response.end("ok\n");
  },
};

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://here");
  const route = routes[`${request.method} ${pathname}`];
  try {
    await (route ? route(request, response) : response.writeHead(404).end());
  } catch (error) {
    console.error(`${request.method} ${pathname}: ${error.message}`);
    if (!response.headersSent) response.writeHead(503);
    response.end();
  }
});

await cache.connect();
await database.query("CREATE TABLE IF NOT EXISTS note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)");
server.listen(process.env.PORT, process.env.HOST, () => process.send?.("ready"));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => server.close(() => process.exit(0)));
}
