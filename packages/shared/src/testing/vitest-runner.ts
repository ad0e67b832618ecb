import { TestRunner, type RunnerTask, type RunnerTestFile } from "vitest";

import { engineAvailable } from "./docker.ts";

const needsEngine = /\.(docker|e2e)\.test\.ts$/;

function skip(task: RunnerTask): void {
  task.mode = "skip";
  task.result = { state: "skip" };
  if (task.type === "suite") for (const child of task.tasks) skip(child);
}

/**
 * vitest's own runner, but that `.docker.test.ts` and `.e2e.test.ts` files are skipped, with the reason, where no Docker engine runs.
 * Under CI=true they are not: there they fail, because a green CI must have run them.
 */
// oxlint-disable-next-line import/no-default-export -- vitest loads a runner by its default export
export default class EngineAwareRunner extends TestRunner {
  async onCollected(files: RunnerTestFile[]): Promise<void> {
    const concerned = files.filter((file) => needsEngine.test(file.filepath));
    if (concerned.length === 0 || process.env["CI"] === "true") return;
    const engine = await engineAvailable();
    if (engine.available) return;
    for (const file of concerned) for (const task of file.tasks) skip(task);
    // oxlint-disable-next-line eslint/no-console -- a test run is read on the terminal
    console.warn(`Skipped, because ${engine.reason}: ${concerned.map((file) => file.name).join(", ")}`);
  }
}
