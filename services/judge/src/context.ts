import type { Database } from "@greenroom/shared/node/database.ts";
import type { RouteGuards } from "@greenroom/shared/node/add-route.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { AvailabilityWatch } from "@greenroom/shared/node/runs/run-availability.ts";
import type { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { Redis } from "ioredis";
import type { Allowance } from "./allowance.ts";
import type { CallbackHosts } from "./callback/callback-hosts.ts";
import type { JudgeDatabase } from "./db/schema.ts";
import type { KeyCheck } from "./key-check.ts";
import type { JudgeMetrics } from "./metrics.ts";
import type { Runs } from "./run/runs.ts";

/** What the routes stand on. */
export interface Context {
  readonly guards: RouteGuards;
  readonly keys: KeyCheck;
  readonly db: Database<JudgeDatabase>;
  readonly redis: Redis;
  readonly queue: RunQueue;
  readonly subscriber: Subscriber;
  readonly availability: AvailabilityWatch;
  readonly runs: Runs;
  readonly allowance: Allowance;
  readonly callbackHosts: CallbackHosts;
  readonly metrics: JudgeMetrics;
  /** Aborted when this process stops and nobody can be kept waiting any longer. */
  readonly closing: AbortSignal;
  readonly logger: Logger;
}
