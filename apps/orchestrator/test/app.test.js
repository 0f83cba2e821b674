import assert from "node:assert/strict";
import { once } from "node:events";
import { hostname } from "node:os";
import { after, test } from "node:test";
import { createApp } from "../src/app.js";

const SENSOR = { key: "a-o2", name: "Oxígeno", deck: "A", unit: "%", value: 20.9, measuredAt: "2122-06-03T00:00:00.000Z" };

const open = [];
after(() => open.forEach((app) => app.close()));

async function serve({ store = {}, migrated = true } = {}) {
  const app = createApp({ store, state: { migrated } }).listen(0, "127.0.0.1");
  open.push(app);
  await once(app, "listening");
  return async (path, options) => {
    const response = await fetch(`http://127.0.0.1:${app.address().port}${path}`, options);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
}

const refused = () => Promise.reject(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));

const healthCases = [
  ["database and schema are there", { store: { ping: async () => {} } }, 200, { status: "ok", database: "ok" }],
  ["schema is missing", { store: { ping: async () => {} }, migrated: false }, 503, { status: "unavailable", database: "not migrated" }],
  ["database is down", { store: { ping: refused } }, 503, { status: "unavailable", database: "unreachable", reason: "ECONNREFUSED" }],
];
for (const [name, options, status, body] of healthCases) {
  test(`health when the ${name}`, async () => {
    const get = await serve(options);
    const answer = await get("/health");
    assert.deepEqual([answer.status, answer.body], [status, body]);
  });
}

test("sensors come from the store", async () => {
  const get = await serve({ store: { sensors: async () => [SENSOR] } });
  assert.deepEqual((await get("/api/sensors")).body, { sensors: [SENSOR] });
});

test("readings are asked for by sensor and limit", async () => {
  const get = await serve({ store: { readings: async (query) => [query] } });
  assert.deepEqual((await get("/api/readings?sensor=a-o2&limit=7")).body, { readings: [{ sensor: "a-o2", limit: 7 }] });
});

test("readings are searched for by POST", async () => {
  const get = await serve({ store: { readings: async (query) => [query] } });
  const answer = await get("/api/search", { method: "POST", body: new URLSearchParams({ sensor: "a-o2", limit: "7" }) });
  assert.deepEqual(answer.body, { readings: [{ sensor: "a-o2", limit: 7 }] });
});

test("the status tells whose request it was, and who answers", async () => {
  const get = await serve({ store: { status: async () => ({ sensors: 1 }) } });
  const { tenant, node } = (await get("/api/status", { headers: { "x-tenant": "ripley" } })).body;
  assert.deepEqual([tenant, node], ["ripley", hostname()]);
});

const errorCases = [
  ["/api/search", {}, 405, "method_not_allowed", "/api/search answers POST only"],
  ["/api/search", { method: "POST", body: "limit=0" }, 400, "invalid_limit", "limit must be a number from 1 to 500"],
  ["/api/search", { method: "POST", body: "x".repeat(20_000) }, 413, "too_large", "The body may have 16384 characters"],
  ["/api/nothing", {}, 404, "not_found", "There is no /api/nothing"],
  ["/constructor", {}, 404, "not_found", "There is no /constructor"],
  ["/api/readings?limit=0", {}, 400, "invalid_limit", "limit must be a number from 1 to 500"],
  ["/api/readings?limit=501", {}, 400, "invalid_limit", "limit must be a number from 1 to 500"],
  ["/api/status", { method: "POST" }, 405, "method_not_allowed", "/api/status answers GET only"],
  ["/api/status", {}, 503, "database_unavailable", "The data cannot be read right now"],
];
for (const [path, options, status, code, message] of errorCases) {
  test(`${options.method ?? "GET"} ${path} is answered ${status}`, async () => {
    const get = await serve({ store: { status: refused } });
    const answer = await get(path, options);
    assert.deepEqual([answer.status, answer.body], [status, { error: { code, message } }]);
  });
}
