import { loadConfig } from "@greenroom/shared/node/config.ts";
import { createDatabase, migrate } from "@greenroom/shared/node/database.ts";
import { createLogger } from "@greenroom/shared/node/logger.ts";
import { createRedis } from "@greenroom/shared/node/redis.ts";
import { runUntilSignal } from "@greenroom/shared/node/run-until-signal.ts";
import { createApp } from "./app.ts";
import { Config } from "./config.ts";
import { migrations } from "./db/migrations.ts";
import type { Schema } from "./db/schema.ts";
import { createPasswords } from "./password.ts";
import { Sweeper } from "./sweeper.ts";
import { createTokens } from "./tokens.ts";

const config = loadConfig(Config);
const logger = createLogger("auth", config.LOG_LEVEL);

await runUntilSignal(logger, async () => {
  const tokens = createTokens(config.SIGNING_KEY, config.ACCESS_TOKEN_SECONDS);
  const passwords = await createPasswords();
  const database = createDatabase<Schema>(config.DATABASE_URL, logger);
  await migrate(database, migrations);
  const redis = createRedis(config.REDIS_URL, logger);
  const server = await createApp({
    settings: config,
    serviceSecret: config.SERVICE_SECRET,
    logger,
    database,
    redis,
    tokens,
    passwords,
  });
  const sweeper = Sweeper.create(database, logger);
  await server.listen({ host: config.HOST, port: config.PORT });
  return {
    close: async () => {
      sweeper.close();
      await server.close();
      redis.disconnect();
      await database.destroy();
    },
  };
});
