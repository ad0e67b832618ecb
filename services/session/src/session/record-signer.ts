import { internalSignRecord } from "@greenroom/shared/api/service-routes.ts";
import { sessionChangedChannel } from "@greenroom/shared/events/session-changed.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { CallService } from "@greenroom/shared/node/service-client.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { listUnsigned, saveSignature } from "./session-repository.ts";

/** A session that ended is looked for this often, and whenever an event says that there may be one. */
const lookEveryMs = 5_000;
const atMost = 50;

/** Has the auth service sign the records of sessions that have ended, however often it has to be asked. [L7] */
export class RecordSigner {
  readonly #db: Database<SessionDatabase>;
  readonly #callAuth: CallService;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #stop: () => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  static create(options: {
    db: Database<SessionDatabase>;
    callAuth: CallService;
    subscriber: Subscriber;
    logger: Logger;
  }): RecordSigner {
    const signer = new RecordSigner(options);
    signer.#stop = options.subscriber.on(sessionChangedChannel, () => signer.#wake());
    return signer;
  }

  private constructor(options: { db: Database<SessionDatabase>; callAuth: CallService; logger: Logger }) {
    this.#db = options.db;
    this.#callAuth = options.callAuth;
    this.#logger = options.logger;
    this.#timer = setInterval(() => this.#wake(), lookEveryMs);
  }

  #wake(): void {
    this.#looking = this.#looking.then(() => this.#look());
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    if (this.#closed) return;
    try {
      for (const row of await listUnsigned(this.#db, atMost)) {
        const { id: sessionId, log_number: number } = row;
        const endedAt = row.ended_at?.getTime() ?? 0;
        const body = { sessionId, number, link: row.log_link.toString("hex"), endedAt };
        const { signature } = await this.#callAuth(internalSignRecord, { body });
        await saveSignature(this.#db, sessionId, signature);
        this.#logger.info({ sessionId, number }, "A record was signed");
      }
    } catch (error) {
      this.#logger.warn({ err: error }, "Records could not be signed yet");
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#stop();
    await this.#looking;
  }
}
