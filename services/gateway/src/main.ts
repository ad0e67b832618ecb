import { createLogger } from "@greenroom/shared/node/logger.ts";
import { runUntilSignal } from "@greenroom/shared/node/run-until-signal.ts";
import { createApp } from "./app.ts";
import { loadGatewayConfig } from "./config.ts";

const config = loadGatewayConfig();
const logger = createLogger("gateway", config.LOG_LEVEL);

await runUntilSignal(logger, async () => {
  const app = await createApp({ config, logger });
  const address = await app.listen({ host: config.HOST, port: config.PORT });
  logger.info({ address, publicUrl: config.PUBLIC_URL }, "The gateway listens");
  return app;
});
