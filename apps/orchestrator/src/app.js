import { createServer } from "node:http";
import { hostname } from "node:os";
import { describe } from "./database.js";
import { log } from "./log.js";

const MAX_READINGS = 500;
const MAX_BODY_BYTES = 16_384;

/** A fault that the client is told about. */
class ApiError extends Error {
  constructor(status, code, message, headers = {}) {
    super(message);
    Object.assign(this, { status, code, headers });
  }
}

/**
 * The HTTP server of the API.
 *
 * `store` is what it asks of the database, `state.migrated` says whether the schema is up to date,
 * `instance` is this process's number in the cluster. What a request carries as X-Tenant keeps it on one node where there are
 * several; the status tells both.
 */
export function createApp({ store, state, instance = 0 }) {
  const routes = {
    "/health": () => health(store, state),
    "/api/status": async (_query, { headers }) => ({
      body: { service: "orchestrator", node: hostname(), instance, tenant: headers["x-tenant"] ?? null, ...(await store.status()) },
    }),
    "/api/sensors": async () => ({ body: { sensors: await store.sensors() } }),
    "/api/readings": async (query) => ({ body: { readings: await store.readings(readingsQuery(query)) } }),
    "/api/search": async (_query, request) => ({ body: { readings: await store.readings(readingsQuery(await form(request))) } }),
  };

  return createServer(async (request, response) => {
    try {
      const { pathname, searchParams } = parseUrl(request.url);
      const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
      if (!route) {
        throw new ApiError(404, "not_found", `There is no ${pathname}`);
      }
      const allowed = pathname === "/api/search" ? ["POST"] : ["GET", "HEAD"];
      if (!allowed.includes(request.method)) {
        throw new ApiError(405, "method_not_allowed", `${pathname} answers ${allowed[0]} only`, { allow: allowed.join(", ") });
      }
      const { status = 200, body } = await route(searchParams, request);
      respond(response, status, body);
    } catch (error) {
      respondError(response, request, error);
    }
  });
}

async function health(store, state) {
  try {
    await store.ping();
  } catch (error) {
    return { status: 503, body: { status: "unavailable", database: "unreachable", reason: error.code ?? "unknown" } };
  }
  return state.migrated
    ? { body: { status: "ok", database: "ok" } }
    : { status: 503, body: { status: "unavailable", database: "not migrated" } };
}

function readingsQuery(query) {
  const limit = query.get("limit") ?? "100";
  if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > MAX_READINGS) {
    throw new ApiError(400, "invalid_limit", `limit must be a number from 1 to ${MAX_READINGS}`);
  }
  return { sensor: query.get("sensor"), limit: Number(limit) };
}

/** What a request's body asks for, in the form of a query (application/x-www-form-urlencoded). */
async function form(request) {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) {
    text += piece;
    if (text.length > MAX_BODY_BYTES) {
      throw new ApiError(413, "too_large", `The body may have ${MAX_BODY_BYTES} characters`, { connection: "close" });
    }
  }
  return new URLSearchParams(text);
}

function parseUrl(url) {
  try {
    return new URL(url, "http://orchestrator");
  } catch {
    throw new ApiError(400, "invalid_url", "The address cannot be read");
  }
}

function respond(response, status, body, headers = {}) {
  const payload = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": payload.length,
    "cache-control": "no-store",
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : payload);
}

function respondError(response, request, error) {
  if (error instanceof ApiError) {
    respond(response, error.status, { error: { code: error.code, message: error.message } }, error.headers);
    return;
  }
  // Whatever else fails here is the database: its details are for the log, not for the client.
  log.error("request failed", { method: request.method, url: request.url, reason: describe(error), code: error.code });
  respond(response, 503, { error: { code: "database_unavailable", message: "The data cannot be read right now" } }, { "retry-after": "5" });
}
