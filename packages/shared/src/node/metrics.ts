import { collectDefaultMetrics, Registry } from "prom-client";
import type { Server } from "./server.ts";

export { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** A service's metrics, beginning with those of its process: CPU, memory, event loop, garbage collection. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/**
 * `/metrics` in Prometheus' text format. For the port that services know each other by: the gateway routes nobody
 * there, and must not serve it on its own, which is the public one.
 */
export function addMetricsRoute(server: Server, registry: Registry): void {
  server.get("/metrics", async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
