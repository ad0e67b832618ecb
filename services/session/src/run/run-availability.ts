import { executorStatusKey, ExecutorStatus } from "@greenroom/shared/jobs/run-stream.ts";
import { languages } from "@greenroom/shared/languages.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { RunAvailability } from "@greenroom/shared/protocol/run.ts";
import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";

const statusValidator = Compile(ExecutorStatus);
const askEveryMs = 2_000;
/** An executor that has said nothing for so long counts as gone. */
const goneAfterMs = 10_000;

/** Another service wrote it: whatever is no status is left out. */
function parseStatus(text: string): ExecutorStatus | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return statusValidator.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the executors together can do now. */
export function summarise(statuses: readonly ExecutorStatus[], now: number): RunAvailability {
  const alive = statuses.filter((status) => now - status.at < goneAfterMs);
  const working = alive.filter((status) => status.engine === "ready");
  const ready = languages.map(({ id }) => id).filter((id) => working.some((status) => status.ready.includes(id)));
  const preparing = languages
    .map(({ id }) => id)
    .filter((id) => !ready.includes(id) && working.some((status) => status.preparing.includes(id)));
  const onDemand = languages
    .map(({ id }) => id)
    .filter((id) => !ready.includes(id) && !preparing.includes(id))
    .filter((id) => working.some((status) => status.onDemand.includes(id)));
  if (working.length > 0) return { available: true, ready, preparing, onDemand };
  const reason = alive.find((status) => status.reason)?.reason ?? "No executor is running.";
  return { available: false, reason, ready: [], preparing: [], onDemand: [] };
}

/** Keeps asking what the executors can do, and says so when it changed. */
export class AvailabilityWatch {
  #current: RunAvailability = {
    available: false,
    reason: "No executor has been heard of yet.",
    ready: [],
    preparing: [],
    onDemand: [],
  };
  readonly #timer: NodeJS.Timeout;
  readonly #redis: Redis;
  readonly #logger: Logger;
  #onChange: (availability: RunAvailability) => void = () => undefined;

  static async create(options: { redis: Redis; logger: Logger }): Promise<AvailabilityWatch> {
    const watch = new AvailabilityWatch(options);
    await watch.#ask();
    return watch;
  }

  private constructor(options: { redis: Redis; logger: Logger }) {
    this.#redis = options.redis;
    this.#logger = options.logger;
    this.#timer = setInterval(() => void this.#ask(), askEveryMs);
  }

  get current(): RunAvailability {
    return this.#current;
  }

  onChange(listener: (availability: RunAvailability) => void): void {
    this.#onChange = listener;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    let next: RunAvailability;
    try {
      const values = Object.values(await this.#redis.hgetall(executorStatusKey));
      next = summarise(
        values.map((value) => parseStatus(value)).filter((status) => status !== undefined),
        Date.now(),
      );
    } catch (error) {
      this.#logger.warn({ err: error }, "The executors' status cannot be read");
      return;
    }
    if (JSON.stringify(next) === JSON.stringify(this.#current)) return;
    this.#current = next;
    this.#onChange(next);
  }
}
