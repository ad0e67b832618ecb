import { setTimeout } from "node:timers/promises";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Server } from "./server.ts";

export { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** A number that is asked for has so long to come: Prometheus itself gives up after ten seconds. */
const answersWithinMs = 1_000;

/** A service's metrics, beginning with those of its process: CPU, memory, event loop, garbage collection. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** A number that is looked at when somebody asks. While it cannot be had it is left out, and the others are served. */
export function addGauge(
  registry: Registry,
  { name, help, ask }: { name: string; help: string; ask: () => number | Promise<number> },
): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect: async () => {
      const answer = await unlessLate(ask);
      if (answer === undefined) gauge.remove();
      else gauge.set(answer);
    },
  });
}

async function unlessLate(ask: () => number | Promise<number>): Promise<number | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([ask(), setTimeout(answersWithinMs, undefined, { signal: timer.signal })]);
  } catch {
    return undefined;
  } finally {
    timer.abort();
  }
}

/**
 * `/metrics` in Prometheus' text format. For the port that services know each other by: the gateway routes nobody
 * there, and must not serve it on its own, which is the public one.
 */
export function addMetricsRoute(server: Server, registry: Registry): void {
  server.get("/metrics", async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
