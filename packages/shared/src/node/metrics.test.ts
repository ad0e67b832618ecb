import { afterAll, expect, it } from "vitest";
import { createLogger } from "./logger.ts";
import { addMetricsRoute, Counter, createMetrics } from "./metrics.ts";
import { createServer } from "./server.ts";

const server = createServer({ logger: createLogger("test", "silent"), ready: async () => undefined });
afterAll(() => server.close());

it("serves the process's metrics and a service's own as Prometheus reads them", async () => {
  const registry = createMetrics();
  const counter = new Counter({
    name: "greenroom_test_total",
    help: "Tests.",
    labelNames: ["kind"],
    registers: [registry],
  });
  counter.inc({ kind: "a" }, 2);
  addMetricsRoute(server, registry);
  const response = await server.inject("/metrics");
  expect(response.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(response.body).toMatch(/^greenroom_test_total\{kind="a"\} 2$/m);
  expect(response.body).toMatch(/^process_cpu_seconds_total \d/m);
});

it("keeps the metrics of two services in one process apart", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  const own = new Counter({ name: "greenroom_test_total", help: "Tests.", registers: [one] });
  own.inc();
  expect(await one.metrics()).toContain("greenroom_test_total 1");
  expect(await other.metrics()).not.toContain("greenroom_test_total");
});
