import { createHmac } from "node:crypto";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import { Agent, request } from "undici";
import type { JudgeDatabase, RunRow } from "../db/schema.ts";
import type { JudgeMetrics } from "../metrics.ts";
import { claimCallbacks, noteCallback, toEndedRun } from "../run-repository.ts";
import { stored } from "../run/run-record.ts";
import type { CallbackHosts } from "./callback-hosts.ts";

/** Waits between attempts, in milliseconds; after the last one it is given up. */
const waitsMs = [5_000, 30_000, 120_000, 600_000] as const;
const answersWithinMs = 10_000;
/** While an attempt may be under way, nobody else makes another. */
const claimedForMs = answersWithinMs + 5_000;
const lookEveryMs = 2_000;
const atOnce = 8;
/** Of an answer's body: it is read so that the connection ends well. */
const readBytes = 64 * 1024;

/** `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hexadecimal>`: whoever has the key can check both. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${signature}`;
}

interface DeliveriesOptions {
  readonly db: Database<JudgeDatabase>;
  readonly hosts: CallbackHosts;
  readonly metrics: JudgeMetrics;
  readonly logger: Logger;
  readonly waits?: readonly number[];
}

/** Posts ended runs to where their programs want to hear of them. Whatever process finds one due delivers it. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #timer: NodeJS.Timeout;
  #delivering: Promise<void> | undefined;
  #again = false;
  #closed = false;

  static create(options: DeliveriesOptions): Deliveries {
    return new Deliveries(options);
  }

  private constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#timer = setInterval(this.look, lookEveryMs);
  }

  /** Delivers whatever is due. Asked for while it delivers, it looks once more. */
  readonly look = (): void => {
    this.#again = true;
    this.#delivering ??= this.#deliverAll().finally(() => {
      this.#delivering = undefined;
    });
  };

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#delivering;
  }

  async #deliverAll(): Promise<void> {
    const { db, logger } = this.#options;
    try {
      while (this.#again && !this.#closed) {
        const now = Date.now();
        const due = await claimCallbacks(db, { now, nobodyElseUntil: now + claimedForMs, limit: atOnce });
        this.#again = due.length === atOnce;
        await Promise.all(due.map((row) => this.#deliver(row)));
      }
    } catch (error) {
      logger.warn({ err: error }, "Callbacks could not be looked for");
    }
  }

  async #deliver(row: RunRow): Promise<void> {
    const { db, metrics, logger, waits = waitsMs } = this.#options;
    const problem = await this.#post(row).catch((error: unknown) =>
      error instanceof Error ? error.message : "unknown",
    );
    if (problem === undefined) {
      metrics.calledBack("delivered");
      await noteCallback(db, row.id, { state: "delivered" });
      return;
    }
    const wait = waits[row.callback_attempts - 1];
    metrics.calledBack(wait === undefined ? "failed" : "again");
    logger.info({ runId: row.id, problem, attempts: row.callback_attempts }, "A callback was not delivered");
    await noteCallback(
      db,
      row.id,
      wait === undefined ? { state: "failed" } : { state: "waiting", at: Date.now() + wait },
    );
  }

  /** @returns what is wrong, undefined when it was taken */
  async #post(row: RunRow): Promise<string | undefined> {
    const { callback_url: url, callback_secret: secret } = row;
    const ended = toEndedRun(row);
    if (url === null || secret === null || !ended) return "It has nothing to post.";
    const lookup = this.#options.hosts.lookupFor(url);
    if (!lookup) return "The host is not allowed.";
    const body = JSON.stringify(stored(ended));
    const dispatcher = new Agent({ connect: { lookup, timeout: answersWithinMs }, pipelining: 0 });
    try {
      // Redirections are not followed: this client does so only when it is told to.
      const answer = await request(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "Greenroom",
          "greenroom-signature": signatureOf(secret, Math.floor(Date.now() / 1000), body),
        },
        body,
        dispatcher,
        signal: AbortSignal.timeout(answersWithinMs),
      });
      await answer.body.dump({ limit: readBytes }).catch(() => undefined);
      return answer.statusCode >= 200 && answer.statusCode < 300 ? undefined : `It answered ${answer.statusCode}.`;
    } finally {
      void dispatcher.destroy();
    }
  }
}
