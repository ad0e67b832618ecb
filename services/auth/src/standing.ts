import { standingChannel, type StandingChanged } from "@greenroom/shared/events/standing-changed.ts";
import type { Context } from "./context.ts";
import { redisAnswersWithinMs, within } from "./within.ts";

/** Says that somebody lost access, after the database knows it. The event may be lost: sockets' holders ask besides. */
export async function publishStanding({ redis, logger }: Context, change: Partial<StandingChanged>): Promise<void> {
  const message: StandingChanged = { userIds: [], inviteIds: [], ...change };
  try {
    await within(redisAnswersWithinMs, redis.publish(standingChannel, JSON.stringify(message)));
  } catch (error) {
    logger.warn({ err: error }, "A change of standing could not be published");
  }
}
