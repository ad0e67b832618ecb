import { maxLiveInputBytes, ordersWakeChannel, RunOrder, runOrdersKey } from "@greenroom/shared/jobs/run-stream.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";
import { keptForSeconds } from "./output.ts";

/** A wake-up may be lost; so the orders are looked at this often all the same. */
const lookEveryMs = 1000;
/** Orders read at once. */
const readCount = 100;
/** Of one run, no more orders than this are carried out, but for those to stop it. */
const maxOrders = 20_000;

const validator = Compile(RunOrder);

/** An order that is for the program. */
export type ProgramOrder = Exclude<RunOrder, { type: "stop" }>;

/** The orders for one run, from before it started until `close`. */
export interface WatchedOrders {
  /** Aborted once somebody ordered the run to stop. */
  readonly stop: AbortSignal;
  /** Hands over every order for the program, from the first on, in order; there is one receiver. */
  readonly receive: (receiver: (order: ProgramOrder) => void) => void;
  /** Never rejects. */
  readonly close: () => Promise<void>;
}

/** Listens for orders to all runs of this executor, over one connection that subscribes and one that reads. */
export class OrderListener {
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #logger: Logger;
  /** By the run's id. */
  readonly #look = new Map<string, () => void>();
  #subscribed: Promise<void> | undefined;

  constructor(options: { redis: Redis; subscriber: Redis; logger: Logger }) {
    this.#redis = options.redis;
    this.#subscriber = options.subscriber;
    this.#logger = options.logger;
    this.#subscriber.on("message", (_channel: string, runId: string) => this.#look.get(runId)?.());
  }

  /** Resolves after the first look: a run that was ordered to stop while it waited is stopped already. */
  async watch(runId: string): Promise<WatchedOrders> {
    const reader = new OrderReader(this.#redis, runId);
    const look = async (): Promise<void> => {
      try {
        await reader.look();
      } catch (error) {
        this.#logger.warn({ err: error, runId }, "Orders could not be read");
      }
    };
    this.#look.set(runId, () => void look());
    const timer = setInterval(() => void look(), lookEveryMs);
    await this.#subscribe();
    await look();
    const close = async (): Promise<void> => {
      clearInterval(timer);
      this.#look.delete(runId);
      try {
        if (reader.hasMet) await this.#redis.expire(runOrdersKey(runId), keptForSeconds);
      } catch (error) {
        this.#logger.warn({ err: error, runId }, "Orders were not put away");
      }
    };
    return { stop: reader.stop, receive: (receiver) => reader.receive(receiver), close };
  }

  /** Once for all runs, at the first; where it fails, at the next. */
  #subscribe(): Promise<void> {
    this.#subscribed ??= this.#subscriber.subscribe(ordersWakeChannel).then(
      () => undefined,
      (error: unknown) => {
        this.#subscribed = undefined;
        this.#logger.warn({ err: error }, "Orders are only looked at once a second");
      },
    );
    return this.#subscribed;
  }
}

/** Reads one run's orders from where it last stopped. */
class OrderReader {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #stop = new AbortController();
  #lastId = "0-0";
  #looking: Promise<void> | undefined;
  #again = false;
  /** Orders that came before anybody received them. */
  #early: ProgramOrder[] = [];
  #receiver: ((order: ProgramOrder) => void) | undefined;
  #count = 0;
  #inputBytes = 0;

  constructor(redis: Redis, runId: string) {
    this.#redis = redis;
    this.#key = runOrdersKey(runId);
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether there was any order at all. */
  get hasMet(): boolean {
    return this.#lastId !== "0-0";
  }

  receive(receiver: (order: ProgramOrder) => void): void {
    this.#receiver = receiver;
    for (const order of this.#early.splice(0)) receiver(order);
  }

  /** Ends once what was in the stream when it was called has been handed over: one look at a time, so nothing is out of order. */
  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#readAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #readAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const entries = await this.#redis.xrange(this.#key, `(${this.#lastId}`, "+", "COUNT", readCount);
      for (const [id, fields] of entries) {
        this.#lastId = id;
        this.#take(fields);
      }
      this.#again ||= entries.length === readCount;
    }
  }

  #take(fields: readonly string[]): void {
    const order = fields[0] === "order" ? parseOrder(fields[1]) : undefined;
    if (!order) return;
    if (order.type === "stop") {
      this.#stop.abort();
      return;
    }
    this.#count += 1;
    if (order.type === "input") this.#inputBytes += Buffer.byteLength(order.text);
    if (this.#count > maxOrders || this.#inputBytes > maxLiveInputBytes) return;
    if (this.#receiver) this.#receiver(order);
    else this.#early.push(order);
  }
}

function parseOrder(text: string | undefined): RunOrder | undefined {
  try {
    const order: unknown = JSON.parse(text ?? "");
    return validator.Check(order) ? order : undefined;
  } catch {
    return undefined;
  }
}
