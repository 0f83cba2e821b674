import assert from "node:assert/strict";
import { test } from "node:test";
import { loadShip } from "../src/lib/orchestrator.js";
import { sparkline } from "../src/lib/sparkline.js";

const answers = {
  "/api/sensors": { sensors: [{ key: "a" }] },
  "/api/status": { readings: 2 },
  "/api/readings": { readings: [{ sensor: "a", value: 2 }, { sensor: "a", value: 1 }] },
};

test("what Orchestrator answers is put together, oldest reading first", async () => {
  const fetch = async (url) => Response.json(answers[url.pathname]);
  assert.deepEqual(await loadShip("http://127.0.0.1:8000", { fetch }), {
    sensors: [{ key: "a" }],
    status: { readings: 2 },
    readings: new Map([["a", [1, 2]]]),
  });
});

test("the tenant goes along with each question", async () => {
  const tenants = [];
  const fetch = async (url, { headers }) => {
    tenants.push(headers["x-tenant"]);
    return Response.json(answers[url.pathname]);
  };
  await loadShip("http://127.0.0.1:8000", { tenant: "ripley", fetch });
  assert.deepEqual(tenants, ["ripley", "ripley", "ripley"]);
});

const failures = [
  ["cannot be reached", async () => Promise.reject(new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } }))],
  ["answers 503", async () => Response.json({}, { status: 503 })],
];
for (const [name, fetch] of failures) {
  test(`an Orchestrator that ${name} is told to the visitor`, async () => {
    const { problem, sensors } = await loadShip("http://127.0.0.1:8000", { fetch });
    assert.match(problem, /^Orchestrator no responde/);
    assert.equal(sensors, undefined);
  });
}

test("a sparkline fills its box", () => {
  assert.equal(sparkline([1, 3, 2], 100, 40), "0,40 50,0 100,20");
  assert.equal(sparkline([5, 5], 100, 40), "0,40 100,40");
  assert.equal(sparkline([5], 100, 40), "");
});
