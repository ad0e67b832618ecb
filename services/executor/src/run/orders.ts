import { RunOrder, runOrdersKey, runOrdersWakeChannel } from "@greenroom/shared/jobs/run-stream.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Redis } from "ioredis";
import { Value } from "typebox/value";
import { keptForSeconds } from "./output.ts";

/** A wake-up may be lost; so the orders are looked at this often all the same. */
const lookEveryMs = 1000;

/** The orders for one run, from before it started until `close`. */
export interface WatchedOrders {
  /** Aborted once somebody ordered the run to stop. */
  readonly stop: AbortSignal;
  /** Never rejects. */
  readonly close: () => Promise<void>;
}

/** Listens for orders to all runs of this executor, over one connection that subscribes and one that reads. */
export class OrderListener {
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #logger: Logger;
  readonly #look = new Map<string, () => void>();

  constructor(options: { redis: Redis; subscriber: Redis; logger: Logger }) {
    this.#redis = options.redis;
    this.#subscriber = options.subscriber;
    this.#logger = options.logger;
    this.#subscriber.on("message", (channel: string) => this.#look.get(channel)?.());
  }

  /** Resolves after the first look: a run that was ordered to stop while it waited is stopped already. */
  async watch(runId: string): Promise<WatchedOrders> {
    const stop = new AbortController();
    const channel = runOrdersWakeChannel(runId);
    const look = async (): Promise<void> => {
      try {
        if (await this.#isStopped(runId)) stop.abort();
      } catch (error) {
        this.#logger.warn({ err: error, runId }, "Orders could not be read");
      }
    };
    this.#look.set(channel, () => void look());
    const timer = setInterval(() => void look(), lookEveryMs);
    const subscribed = this.#subscriber.subscribe(channel).then(look, (error: unknown) => {
      this.#logger.warn({ err: error, runId }, "Orders are only looked at once a second");
    });
    await look();
    const close = async (): Promise<void> => {
      clearInterval(timer);
      this.#look.delete(channel);
      await subscribed;
      try {
        const expiring = this.#redis.expire(runOrdersKey(runId), keptForSeconds);
        await Promise.all([this.#subscriber.unsubscribe(channel), expiring]);
      } catch (error) {
        this.#logger.warn({ err: error, runId }, "Orders were not put away");
      }
    };
    return { stop: stop.signal, close };
  }

  async #isStopped(runId: string): Promise<boolean> {
    const entries = await this.#redis.xrange(runOrdersKey(runId), "-", "+", "COUNT", 100);
    return entries.some(([, fields]) => {
      const order = parseOrder(fields[fields.indexOf("order") + 1]);
      return order?.type === "stop";
    });
  }
}

function parseOrder(text: string | undefined): RunOrder | undefined {
  try {
    const order: unknown = JSON.parse(text ?? "");
    return Value.Check(RunOrder, order) ? order : undefined;
  } catch {
    return undefined;
  }
}
