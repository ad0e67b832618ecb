import type { ReadyCheck } from "@greenroom/shared/node/server.ts";
import type { Redis } from "ioredis";
import type { GatewayConfig } from "./config.ts";

const answerWithinMs = 2_000;

/** Ready is: all services say they are, and Redis answers. */
export function readyCheck(
  config: Pick<GatewayConfig, "AUTH_URL" | "SESSION_URL" | "JUDGE_URL">,
  redis: Redis,
): ReadyCheck {
  return async () => {
    await Promise.all([
      requireReady("auth", config.AUTH_URL),
      requireReady("session", config.SESSION_URL),
      requireReady("judge", config.JUDGE_URL),
      redis.ping().catch((cause: unknown) => {
        throw new Error("Redis does not answer.", { cause });
      }),
    ]);
  };
}

async function requireReady(service: string, url: string): Promise<void> {
  const answer = await fetch(new URL("/readyz", url), { signal: AbortSignal.timeout(answerWithinMs) }).catch(
    (cause: unknown) => {
      throw new Error(`The ${service} service does not answer.`, { cause });
    },
  );
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`The ${service} service is not ready.`);
}
