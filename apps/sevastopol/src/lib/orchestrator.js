const TIMEOUT_MS = 3_000;

/**
 * Asks Orchestrator for everything that the page shows.
 *
 * Returns `{ sensors, status, readings }` (readings by sensor, oldest first), or `{ problem }` with a text for the visitor:
 * the page is shown in any case. The visitor's tenant goes along, so that one node answers all that is asked for it.
 */
export async function loadShip(baseUrl, { tenant, fetch = globalThis.fetch } = {}) {
  const headers = tenant ? { "x-tenant": tenant } : {};
  const ask = async (path) => {
    const response = await fetch(new URL(path, baseUrl), { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) {
      throw new Error(`${path} answered ${response.status}`);
    }
    return response.json();
  };
  try {
    const [{ sensors }, status, { readings }] = await Promise.all([
      ask("/api/sensors"),
      ask("/api/status"),
      ask("/api/readings?limit=500"),
    ]);
    return { sensors, status, readings: bySensor(readings) };
  } catch (error) {
    console.error(`Orchestrator at ${baseUrl}: ${error.cause?.code ?? error.message}`);
    return { problem: "Orchestrator no responde en este momento. Los datos volverán en cuanto se recupere." };
  }
}

function bySensor(readings) {
  const found = new Map();
  for (const { sensor, value } of readings) {
    found.set(sensor, [value, ...(found.get(sensor) ?? [])]);
  }
  return found;
}
