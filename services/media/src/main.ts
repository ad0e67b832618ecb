import { loadConfig } from "@greenroom/shared/node/config.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { runUntilSignal } from "@greenroom/shared/node/run-until-signal.ts";
import { startApp } from "./app.ts";
import { MediaConfig } from "./config.ts";

const config = loadConfig(MediaConfig);
const logger = createLogger("media", config.LOG_LEVEL);
await runUntilSignal(logger, () => startApp(config, logger));
