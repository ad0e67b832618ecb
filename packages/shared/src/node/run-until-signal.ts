import type { Logger } from "./logger.ts";

/** How long a service may take to close before it is ended. */
const closeWithinMs = 10_000;

/** Starts a service, keeps it until SIGTERM or SIGINT, and closes it. A failed start exits with 1, a stuck end too. */
export async function runUntilSignal(
  logger: Logger,
  start: () => Promise<{ close: () => Promise<unknown> }>,
): Promise<void> {
  process.on("unhandledRejection", (reason) => {
    logger.fatal({ err: reason }, "A promise was rejected and nobody listened");
    process.exit(1);
  });
  const signal = Promise.race([once("SIGTERM"), once("SIGINT")]);
  try {
    // A signal while starting (a store is away, say) ends it there: nothing has been taken on yet.
    const service = await Promise.race([start(), signal]);
    if (typeof service === "string") process.exit(0);
    logger.info({ signal: await signal }, "Stopping");
    setTimeout(() => {
      logger.error("The service did not close in time");
      process.exit(1);
    }, closeWithinMs).unref();
    await service.close();
    process.exit(0);
  } catch (error) {
    logger.fatal({ err: error }, "The service failed");
    process.exit(1);
  }
}

function once(signal: NodeJS.Signals): Promise<NodeJS.Signals> {
  return new Promise((resolve) => process.once(signal, () => resolve(signal)));
}
