import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { SandboxPool } from "../sandbox/pool.ts";
import type { WatchedOrders } from "./orders.ts";
import type { RunOutput } from "./output.ts";
import type { Equipment } from "./receipt.ts";

/** What carrying out a run needs. */
export interface RunContext {
  readonly job: RunJob;
  readonly pool: Pick<SandboxPool, "take" | "giveBack">;
  readonly output: RunOutput;
  /** Input, signals and the like, for a free run. */
  readonly orders?: Pick<WatchedOrders, "receive">;
  /** Aborted when somebody stops the run. */
  readonly stop: AbortSignal;
  /** What a language's programs run with here: for receipts. */
  readonly equipment: (language: LanguageId) => Promise<Equipment>;
  readonly logger: Logger;
}
