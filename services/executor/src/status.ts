import { executorStatusKey, ExecutorStatus } from "@greenroom/shared/jobs/run-stream.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Redis } from "ioredis";
import { Value } from "typebox/value";

const everyMs = 2_000;
/** A status older than this counts as that of an executor that is gone; one much older is removed. */
const aliveForMs = 10_000;
const forgottenAfterMs = 10 * 60_000;

/** Tells whoever wants to run something what this executor can do, every two seconds and on every change. */
export class StatusReporter {
  readonly #redis: Redis;
  readonly #describe: () => Omit<ExecutorStatus, "at">;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(options: { redis: Redis; describe: () => Omit<ExecutorStatus, "at">; logger: Logger }) {
    this.#redis = options.redis;
    this.#describe = options.describe;
    this.#logger = options.logger;
    this.#timer = setInterval(() => void this.report(), everyMs);
    void this.report();
  }

  /** Never rejects: the next report comes soon enough. */
  async report(): Promise<void> {
    if (this.#closed) return;
    const status: ExecutorStatus = { ...this.#describe(), at: Date.now() };
    try {
      await this.#redis.hset(executorStatusKey, status.executorId, JSON.stringify(status));
    } catch (error) {
      this.#logger.debug({ err: error }, "The status could not be reported");
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#redis.hdel(executorStatusKey, this.#describe().executorId).catch(() => undefined);
  }
}

/** The executors that reported lately; those that have not for long are forgotten. */
export async function findLivingExecutors(redis: Redis): Promise<Set<string>> {
  const living = new Set<string>();
  for (const [executorId, text] of Object.entries(await redis.hgetall(executorStatusKey))) {
    const status = parseStatus(text);
    const age = Date.now() - (status?.at ?? 0);
    if (age < aliveForMs) living.add(executorId);
    else if (age > forgottenAfterMs) await redis.hdel(executorStatusKey, executorId);
  }
  return living;
}

/** Whether another executor that reported lately can run this language now; while that cannot be asked, none can. */
export async function isReadyElsewhere(redis: Redis, executorId: string, language: LanguageId): Promise<boolean> {
  const texts = await redis.hvals(executorStatusKey).catch((): string[] => []);
  const all = texts.map((text) => parseStatus(text));
  return all.some(
    (status) =>
      status !== undefined &&
      status.executorId !== executorId &&
      Date.now() - status.at < aliveForMs &&
      status.engine === "ready" &&
      status.ready.includes(language),
  );
}

function parseStatus(text: string): ExecutorStatus | undefined {
  try {
    const status: unknown = JSON.parse(text);
    return Value.Check(ExecutorStatus, status) ? status : undefined;
  } catch {
    return undefined;
  }
}
