import { commonConfig } from "@greenroom/shared/node/config.ts";
import { Type, type Static } from "typebox";

export const SessionConfig = Type.Object({
  ...commonConfig,
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 3002 }),
  DATABASE_URL: Type.String({ minLength: 1 }),
  REDIS_URL: Type.String({ minLength: 1 }),
  AUTH_URL: Type.String({ minLength: 1 }),
  SERVICE_SECRET: Type.String({ minLength: 16 }),
  /** How the gateway reaches this very process; rooms are routed to it. */
  ADVERTISED_URL: Type.Optional(Type.String()),
  /** People with a seat in one room; observers need none, and one is kept for an interviewer. */
  ROOM_SEATS: Type.Integer({ minimum: 2, maximum: 100, default: 4 }),
  /** Runs in the queue, whosever they are, above which no more are taken. */
  RUNS_WAITING_MAX: Type.Integer({ minimum: 1, maximum: 100_000, default: 500 }),
  /** How long a seat is kept for a participant whose last socket is gone, in milliseconds. [S2] */
  ROOM_SEAT_GRACE_MS: Type.Integer({ minimum: 0, maximum: 3_600_000, default: 30_000 }),
});
export type SessionConfig = Static<typeof SessionConfig>;
