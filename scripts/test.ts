// `npm test`: everything. Prepares the machine, checks, builds, and runs all tests; stops what it started.
// `npm test -- NAME …` runs only the test files whose paths contain one of the names.
import { type Needs, prepareMachine } from "./prepare/machine.ts";
import { buildTestImages } from "./stack/compose.ts";
import { untilSignal } from "./stack/until-signal.ts";
import { buildWebApp } from "./stack/web-app.ts";
import { runChecks } from "./testing/checks.ts";
import { runTests, sumOf, type TestCount } from "./testing/run-tests.ts";
import { touchedLanguages } from "./testing/touched-languages.ts";

const filters = process.argv.slice(2);
const needs: Needs = { redis: true, browser: true, compose: true, gvisor: true, media: true, turn: true };
/** What is tested a second time with gVisor as the sandboxes' runtime: its kernel is another, the promises are the same. */
const gvisorFolders = ["services/executor/src/sandbox", "services/executor/src/hostile"];

async function everything(owned: AsyncDisposableStack): Promise<TestCount> {
  const machine = await prepareMachine(needs);
  owned.defer(() => machine.engine.close());
  if (!machine.engine.available) console.log(`Tests that need the engine are skipped: ${machine.engine.reason}.`);
  const checks = { passed: 0, skipped: 0, failures: filters.length > 0 ? [] : await runChecks() };
  await buildWebApp();
  const env = {
    ...(machine.baseImage ? { SANDBOX_BASE_IMAGE: machine.baseImage } : {}),
    ...(machine.mediaWorker?.available ? { MEDIASOUP_WORKER_BIN: machine.mediaWorker.path } : {}),
  };
  if (machine.gvisor?.available === false)
    console.log(`Sandboxes are not tested under gVisor: ${machine.gvisor.reason}.`);
  const touched = touchedLanguages();
  if (touched.words !== "") console.log(`\n${touched.words}`);
  // Beside tests that wait much. What goes wrong is said by the test that needs the images.
  const images =
    machine.baseImage && filters.length === 0 ? buildTestImages(machine.baseImage).catch(() => {}) : undefined;
  const services = await runTests("Unit and service tests", {
    kinds: ["unit", "pg", "redis", "media"],
    env,
    filters,
  });
  await images;
  return sumOf([
    checks,
    services,
    // Containers and browsers fill both cores: one file at a time keeps their time limits honest.
    await runTests("Container tests", {
      kinds: ["docker"],
      alone: true,
      env: { TEST_LANGUAGES: touched.tried.join(","), ...env },
      filters,
    }),
    ...(machine.gvisor?.available
      ? [
          await runTests("Sandboxes under gVisor", {
            kinds: ["docker"],
            alone: true,
            env: { SANDBOX_RUNTIME: "runsc", ...env },
            filters,
            folders: gvisorFolders,
          }),
        ]
      : []),
    await runTests("End-to-end tests", { kinds: ["e2e"], alone: true, timeoutMs: 90_000, env, filters }),
  ]);
}

async function main(): Promise<number> {
  await using owned = new AsyncDisposableStack();
  const count = await Promise.race([untilSignal(), everything(owned)]);
  if (!count) return 130;
  if (count.failures.length > 0)
    console.log(`\nFailed:\n${count.failures.map((failure) => `  ${failure}`).join("\n")}`);
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
  console.log(`\n${count.passed} passed, ${count.failures.length} failed${skipped}`);
  return count.failures.length === 0 && count.passed > 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("\n0 passed, 1 failed");
  process.exit(1);
}
