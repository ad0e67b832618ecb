import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { DockerEngine } from "./docker-sandbox.ts";

/** A container that is not running may be about to start: younger than this, it is left alone. */
const startingForMs = 60_000;

/**
 * Removes the sandboxes of this installation whose executor is gone. Most of them are gone already: a sandbox ends when
 * its executor's connection does. What is left is what an engine that was cut off itself has kept, and containers that
 * were made and never started.
 */
export async function sweepSandboxes(options: {
  engine: DockerEngine;
  installation: string;
  /** Executors that are alive now, this one included. */
  living: ReadonlySet<string>;
  logger: Logger;
}): Promise<number> {
  const found = await options.engine.findSandboxes(options.installation);
  const orphans = found.filter(
    (sandbox) =>
      !options.living.has(sandbox.executorId) && (sandbox.running || Date.now() - sandbox.createdAt > startingForMs),
  );
  for (const orphan of orphans) {
    await options.engine.removeContainer(orphan.containerId);
    options.logger.info({ containerId: orphan.containerId, executorId: orphan.executorId }, "Swept a sandbox");
  }
  return orphans.length;
}
