import { afterAll, expect, it } from "vitest";
import { createLogger } from "./logger.ts";
import { addGauge, addMetricsRoute, Counter, createMetrics } from "./metrics.ts";
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

it("leaves out a number that cannot be had, and serves the others", async () => {
  const registry = createMetrics();
  let good = true;
  const add = (name: string, ask: () => number | Promise<number>) => addGauge(registry, { name, help: "A test.", ask });
  add("greenroom_test_sum", () => 3);
  add("greenroom_test_asked", async () => {
    if (good) return 7;
    throw new Error("Redis is gone");
  });
  add("greenroom_test_hanging", () => (good ? new Promise(() => undefined) : 1));
  const first = await registry.metrics();
  expect(first).toMatch(/^greenroom_test_sum 3$/m);
  expect(first).toMatch(/^greenroom_test_asked 7$/m);
  expect(first).not.toMatch(/^greenroom_test_hanging/m);
  good = false;
  const second = await registry.metrics();
  expect(second).toMatch(/^greenroom_test_sum 3$/m);
  expect(second).not.toMatch(/^greenroom_test_asked/m);
});
