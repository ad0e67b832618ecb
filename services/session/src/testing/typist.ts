import { randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import { apply, compose, isEmpty, type TextOperation, transform } from "@greenroom/shared/ot/text-operation.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import { randomUUID } from "node:crypto";
import type { TestClient } from "./test-client.ts";

interface InFlight {
  readonly seq: number;
  /** As it was sent: what is sent again is the same, letter for letter. */
  readonly sent: { readonly revision: number; readonly operation: TextOperation };
  /** As it is over everything heard since. */
  operation: TextOperation;
}

/**
 * The smallest editor that keeps the protocol's promises: one operation in flight, what is typed meanwhile composed, the
 * server's operations taken in between, everything sent again after a broken connection. [D3, D4, D7]
 */
export class Typist {
  text = "";
  /** How many operations of its own were acknowledged. */
  acknowledged = 0;
  readonly #random: () => number;
  readonly #connect: () => TestClient;
  readonly #clientId = randomUUID();
  #client: TestClient;
  #documentId: string;
  #revision = 0;
  #hasText = false;
  #opened = false;
  #seq = 0;
  #inFlight: InFlight | undefined;
  #buffer: TextOperation = [];
  #stopped = false;

  constructor(options: { documentId: string; random: () => number; connect: () => TestClient }) {
    this.#documentId = options.documentId;
    this.#random = options.random;
    this.#connect = options.connect;
    this.#client = this.#start();
  }

  get isOpen(): boolean {
    return this.#opened;
  }

  /** Whether everything typed is acknowledged. */
  get isSynchronised(): boolean {
    return this.#opened && !this.#inFlight && isEmpty(this.#buffer);
  }

  get revision(): number {
    return this.#revision;
  }

  type(): void {
    const { operation, after } = randomOperation(this.text, this.#random);
    if (operation.length === 0) return;
    this.#buffer = isEmpty(this.#buffer) ? operation : compose(this.#buffer, operation);
    this.text = after;
    this.#send();
  }

  /** The connection breaks, without a goodbye. */
  disconnect(): void {
    this.#client.socket.terminate();
  }

  stop(): void {
    this.#stopped = true;
    this.#client.socket.terminate();
  }

  #start(): TestClient {
    const client = this.#connect();
    this.#opened = false;
    client.onFrame = (frame) => this.#take(frame);
    void client.closed.then(() => {
      if (!this.#stopped) this.#client = this.#start();
    });
    return client;
  }

  #take(frame: DownFrame): void {
    if (frame.type === "welcome") {
      const since = this.#hasText ? this.#revision : null;
      this.#client.send({ type: "document.open", documentId: this.#documentId, since });
    } else if (frame.type === "document.snapshot") {
      if (this.#inFlight || !isEmpty(this.#buffer))
        throw new Error("Typing before the document is there is not played.");
      this.text = frame.text;
      this.#hasText = true;
      this.#revision = frame.revision;
      this.#opened = true;
    } else if (frame.type === "document.operations") {
      for (const operation of frame.operations) this.#hear(operation);
      if (!this.#opened) this.#resend();
      this.#opened = true;
      this.#send();
    } else if (frame.type === "operation.ack") {
      if (frame.seq === this.#inFlight?.seq && frame.revision > this.#revision) this.#acknowledge(frame.revision);
      this.#send();
    } else if (frame.type === "operation.refused") throw new Error(`An honest operation was refused: ${frame.code}`);
  }

  #hear(operation: { revision: number; clientId: string; operation: readonly unknown[] }): void {
    if (operation.revision !== this.#revision + 1)
      throw new Error(`After ${this.#revision} came ${operation.revision}.`);
    if (operation.clientId === this.#clientId) return this.#acknowledge(operation.revision);
    this.#revision = operation.revision;
    let theirs = operation.operation as TextOperation; // what the server committed
    if (this.#inFlight) {
      const mine = this.#inFlight.operation;
      this.#inFlight.operation = transform(mine, theirs, "right");
      theirs = transform(theirs, mine, "left");
    }
    const buffered = this.#buffer;
    this.#buffer = transform(buffered, theirs, "right");
    this.text = apply(this.text, transform(theirs, buffered, "left"));
  }

  #acknowledge(revision: number): void {
    if (revision !== this.#revision + 1) throw new Error(`After ${this.#revision} mine became ${revision}.`);
    this.#revision = revision;
    this.#inFlight = undefined;
    this.acknowledged += 1;
  }

  #resend(): void {
    if (this.#inFlight) this.#transmit(this.#inFlight);
  }

  #send(): void {
    if (!this.#opened || this.#inFlight || isEmpty(this.#buffer)) return;
    this.#seq += 1;
    const operation = this.#buffer;
    this.#inFlight = { seq: this.#seq, sent: { revision: this.#revision, operation }, operation };
    this.#buffer = [];
    this.#transmit(this.#inFlight);
  }

  #transmit({ seq, sent }: InFlight): void {
    this.#client.sendOperation({ documentId: this.#documentId, clientId: this.#clientId, seq, ...sent });
  }
}
