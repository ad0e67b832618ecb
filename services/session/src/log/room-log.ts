import type { NewEvent, SessionEvent } from "@greenroom/shared/log/event.ts";
import type { Transaction } from "@greenroom/shared/node/database.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { type Head, headAfter, seal } from "./chain.ts";
import type { Batch, Fence } from "./log-store.ts";

/** What one batch of a room holds at the most: a room with more waits for its next turn, and others have theirs. */
const eventsInBatch = 500;
const charactersInBatch = 2 * 1024 * 1024;
/** What may wait for Postgres in one room; what is asked for beyond it is refused. */
const eventsWaiting = 2_000;
const charactersWaiting = 16 * 1024 * 1024;

/** The room may write no more: another process has it, its session ended, or the log is not where it thought. */
export class FencedError extends Error {
  readonly code = "fenced";
  constructor() {
    super("This room may not write any more.");
  }
}

/** So much waits for Postgres that no more is taken in. */
export class LogFullError extends Error {
  readonly code = "log-full";
  constructor() {
    super("Too much waits to be written down.");
  }
}

/** What was to come with an event cannot be: the event was not appended, and everything else goes on. */
export class NotAppendedError extends Error {
  readonly code = "not-appended";
}

/** Further rows of the transaction that commits an event. What it throws undoes that event alone, and is its asker's. */
export type Alongside = (transaction: Transaction<SessionDatabase>) => Promise<void>;

/** The room that a log belongs to. */
export interface LogOwner {
  /** All that was appended so far, or the beginning of it, is on its way to Postgres. */
  onTaken(): void;
  /** Durable from now on, and to be told: in the log's order, each once. */
  onCommitted(events: readonly SessionEvent[]): void;
  /** What waited is lost, and nothing will ever be written again: what is in memory is not the truth any more. */
  onFailure(error: unknown): void;
}

interface Entry {
  readonly events: readonly NewEvent[];
  readonly bodies: readonly string[];
  readonly alongside?: Alongside | undefined;
  readonly resolve?: () => void;
  readonly reject?: (error: unknown) => void;
}

/** A batch under way. */
export interface TakenBatch extends Batch {
  readonly log: RoomLog;
  readonly alongside: Alongside | undefined;
  readonly entries: readonly Entry[];
}

const sizeOf = (bodies: readonly string[]): number => bodies.reduce((sum, body) => sum + body.length, 0);

/**
 * The end of one session's log, as the room that owns it writes it: what waits, in order, one batch of it under way.
 * Numbers, instants and links are given when a batch is made.
 */
export class RoomLog {
  readonly fence: Fence;
  readonly #owner: LogOwner;
  readonly #wake: (log: RoomLog) => void;
  #head: Head;
  #entries: Entry[] = [];
  #eventsWaiting = 0;
  #charactersWaiting = 0;
  #taken: TakenBatch | undefined;
  #failure: unknown;
  #onQuiet: (() => void)[] = [];

  constructor(options: { fence: Fence; head: Head; owner: LogOwner; wake: (log: RoomLog) => void }) {
    this.fence = options.fence;
    this.#head = options.head;
    this.#owner = options.owner;
    this.#wake = options.wake;
  }

  /** The newest committed event's number. */
  get number(): number {
    return this.#head.number;
  }

  /** Postgres is so far behind that nothing more should be taken in. */
  get isFull(): boolean {
    return this.#eventsWaiting >= eventsWaiting || this.#charactersWaiting >= charactersWaiting;
  }

  /** Appends an event; whether it was committed is told to the owner alone. */
  push(event: NewEvent): void {
    if (this.#failure === undefined) this.#add({ events: [event], bodies: [JSON.stringify(event.body)] });
  }

  /**
   * Appends events that belong together.
   *
   * @param alongside changes other tables in the same transaction, behind the same fence; such events have a transaction
   * to themselves
   * @returns once they are committed, and the owner has been told; throws FencedError, LogFullError, or what `alongside` threw
   */
  async append(events: readonly NewEvent[], alongside?: Alongside): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.isFull) throw new LogFullError();
    const bodies = events.map(({ body }) => JSON.stringify(body));
    await new Promise<void>((resolve, reject) => this.#add({ events, bodies, alongside, resolve, reject }));
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#eventsWaiting += entry.events.length;
    this.#charactersWaiting += sizeOf(entry.bodies);
    if (!this.#taken) this.#wake(this);
  }

  /** The next batch to be committed, when none is under way. */
  take(): TakenBatch | undefined {
    if (this.#taken || this.#entries.length === 0) return undefined;
    const entries = this.#entries.splice(0, this.#countOfNext());
    const [first] = entries;
    const all = entries.flatMap(({ events }) => events);
    const bodies = entries.flatMap((entry) => entry.bodies);
    const sealed = seal(this.#head, all, bodies);
    const head = headAfter(this.#head, sealed);
    const { fence } = this;
    const alongside = first?.alongside;
    this.#taken = { log: this, fence, after: this.#head.number, sealed, head, alongside, entries };
    this.#eventsWaiting -= all.length;
    this.#charactersWaiting -= sizeOf(bodies);
    this.#owner.onTaken();
    return this.#taken;
  }

  /** One that has a transaction to itself, or as many of the others as fit. */
  #countOfNext(): number {
    if (this.#entries[0]?.alongside) return 1;
    let events = 0;
    let characters = 0;
    let count = 0;
    for (const entry of this.#entries) {
      events += entry.events.length;
      characters += sizeOf(entry.bodies);
      const isFull = events > eventsInBatch || characters > charactersInBatch;
      if (entry.alongside || (count > 0 && isFull)) break;
      count += 1;
    }
    return count;
  }

  /** The batch under way is durable. */
  committed(): void {
    const batch = this.#taken;
    if (!batch) return;
    this.#taken = undefined;
    this.#head = batch.head;
    try {
      this.#owner.onCommitted(batch.sealed.map(({ event }) => event));
    } catch (error) {
      // Its memory does not fit its log: it is read anew.
      return this.failed(error);
    }
    for (const { resolve } of batch.entries) resolve?.();
    this.#next();
  }

  /** The batch under way was undone by what was to come with it; the log is as it was before. */
  undone(error: unknown): void {
    const batch = this.#taken;
    if (!batch) return;
    this.#taken = undefined;
    for (const { reject } of batch.entries) reject?.(error);
    this.#next();
  }

  /** Nothing that waits can be written any more. */
  failed(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    const lost = [...(this.#taken?.entries ?? []), ...this.#entries];
    this.#taken = undefined;
    this.#entries = [];
    this.#eventsWaiting = 0;
    this.#charactersWaiting = 0;
    for (const { reject } of lost) reject?.(error);
    this.#owner.onFailure(error);
    this.#next();
  }

  #next(): void {
    if (this.#entries.length > 0) return this.#wake(this);
    if (this.#taken) return;
    for (const tell of this.#onQuiet.splice(0)) tell();
  }

  /** Once all that was appended is committed, or lost. */
  async quiet(): Promise<void> {
    if (!this.#taken && this.#entries.length === 0) return;
    await new Promise<void>((resolve) => this.#onQuiet.push(resolve));
  }
}
