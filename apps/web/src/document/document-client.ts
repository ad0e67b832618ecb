import type { OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { apply, compose, invert, isEmpty, transform, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { splitOperation } from "./split-operation.ts";
import { diffOperation } from "./text-diff.ts";

export type DocumentFrame =
  | DownFrameOf<"document.snapshot">
  | DownFrameOf<"document.operations">
  | DownFrameOf<"operation.ack">
  | DownFrameOf<"operation.refused">;

/** A change that did not come from this editor, made for the text `before`. */
export interface RemoteChange {
  readonly operation: TextOperation;
  readonly before: string;
  /** The participant who made it, where it is known. */
  readonly authorId: string | undefined;
}

export interface DocumentClientOptions {
  readonly documentId: string;
  readonly newId: () => string;
  /** Called only between `connected` and `disconnected`. */
  readonly send: (frame: UpFrame) => void;
  readonly after: (delayMs: number, callback: () => void) => void;
  /** The text has been changed by somebody else (or by the server's word); the editor does the same. */
  readonly onRemote: (change: RemoteChange) => void;
  /** Saved or unsaved, loaded or not: something about the state has changed. */
  readonly onState: () => void;
}

/** Own changes on their way: the operation, and how many changes of a person's it stands for. */
interface Pending {
  operation: TextOperation;
  readonly changes: number;
}

/** "opening": asked for what is missing. "reloading": asked for the whole text, after a refusal. */
type Link = "offline" | "opening" | "reloading" | "live";

/** Refusals that no retry can mend. */
const lasting: ReadonlySet<OperationRefusal> = new Set(["not-allowed", "session-ended", "unknown-document"]);
const defaultRetryMs = 500;
const longestRetryMs = 10_000;

/**
 * One editor's side of a shared document: synchronised, awaiting an acknowledgement, or awaiting one with a buffer behind
 * it. One operation is in flight at a time. Committed history has priority: what was committed first stands left. [D3]
 */
export class DocumentClient {
  readonly #options: DocumentClientOptions;
  #link: Link = "offline";
  #clientId: string;
  #seq = 1;
  #revision: number | undefined;
  /** The server's text at `#revision`; `#text` is this with what is in flight and buffered. */
  #base = "";
  #text = "";
  #inFlight: Pending | undefined;
  #buffer: Pending | undefined;
  #problem: OperationRefusal | undefined;
  #refusals = 0;

  constructor(options: DocumentClientOptions) {
    this.#options = options;
    this.#clientId = options.newId();
  }

  get documentId(): string {
    return this.#options.documentId;
  }
  get text(): string {
    return this.#text;
  }
  get revision(): number | undefined {
    return this.#revision;
  }
  get isLoaded(): boolean {
    return this.#revision !== undefined;
  }
  /** The server has everything, and this is what it has. */
  get isSynchronised(): boolean {
    return this.#link === "live" && this.unsavedChanges === 0;
  }
  /** How many of one's own changes the server has not acknowledged. */
  get unsavedChanges(): number {
    return (this.#inFlight?.changes ?? 0) + (this.#buffer?.changes ?? 0);
  }
  /** Why nothing more is saved; undefined as long as there is hope. */
  get problem(): OperationRefusal | undefined {
    return this.#problem;
  }
  /** Own operations between the server's text and the local one, in order. */
  get pending(): readonly TextOperation[] {
    return [this.#inFlight, this.#buffer].flatMap((pending) => (pending ? [pending.operation] : []));
  }

  /** A socket is open: ask for what is missing, then send what waits. [D1] */
  connected(): void {
    this.#link = "opening";
    this.#send({ type: "document.open", documentId: this.documentId, since: this.#revision ?? null });
    this.#options.onState();
  }

  disconnected(): void {
    this.#link = "offline";
    this.#options.onState();
  }

  /** One's own change, made for `text` as it stands. */
  local(operation: TextOperation): void {
    if (isEmpty(operation)) return;
    this.#text = apply(this.#text, operation);
    const buffer = this.#buffer;
    this.#buffer = buffer
      ? { operation: compose(buffer.operation, operation), changes: buffer.changes + 1 }
      : { operation, changes: 1 };
    // A text that was too large may fit now.
    if (this.#problem === "document-too-large") this.#problem = undefined;
    this.#sendNext();
    this.#options.onState();
  }

  receive(frame: DocumentFrame): void {
    if (frame.type === "document.snapshot") this.#takeSnapshot(frame);
    else if (frame.type === "document.operations") this.#takeOperations(frame);
    else if (frame.type === "operation.ack") this.#takeAck(frame);
    else this.#takeRefusal(frame);
    this.#options.onState();
  }

  #takeSnapshot(frame: DownFrameOf<"document.snapshot">): void {
    if (this.#revision !== undefined && frame.revision < this.#revision) return;
    if (this.#revision === undefined) {
      this.#base = frame.text;
      this.#text = frame.text;
    } else {
      // What others did meanwhile is known only as a difference; as an operation it leaves one's own unsaved text alone.
      this.#applyRemote(diffOperation(this.#base, frame.text), undefined);
    }
    this.#revision = frame.revision;
    if (this.#link === "reloading") this.#startOver();
    this.#becomeLive();
  }

  /** Unsaved changes become one new operation of a new client, so that no sequence number means two things. */
  #startOver(): void {
    const changes = this.unsavedChanges;
    const operation = diffOperation(this.#base, this.#text);
    this.#inFlight = undefined;
    this.#buffer = isEmpty(operation) ? undefined : { operation, changes: Math.max(1, changes) };
    this.#renew();
  }

  #renew(): void {
    this.#clientId = this.#options.newId();
    this.#seq = 1;
  }

  #takeOperations(frame: DownFrameOf<"document.operations">): void {
    if (this.#revision === undefined) return;
    for (const committed of frame.operations) {
      if (committed.revision <= this.#revision) continue;
      if (committed.revision !== this.#revision + 1) return this.#reopen();
      if (this.#inFlight && committed.clientId === this.#clientId && committed.seq === this.#seq) {
        this.#confirm();
      } else {
        this.#applyRemote(committed.operation, committed.participantId);
        this.#revision = committed.revision;
      }
    }
    if (this.#link === "opening") this.#becomeLive();
    else this.#sendNext();
  }

  #applyRemote(committed: TextOperation, authorId: string | undefined): void {
    if (isEmpty(committed)) return;
    this.#base = apply(this.#base, committed);
    let incoming = committed;
    for (const pending of [this.#inFlight, this.#buffer]) {
      if (!pending) continue;
      const mine = pending.operation;
      pending.operation = transform(mine, incoming, "right");
      incoming = transform(incoming, mine, "left");
    }
    this.#applyToText(incoming, authorId);
  }

  #applyToText(operation: TextOperation, authorId: string | undefined): void {
    if (isEmpty(operation)) return;
    const before = this.#text;
    this.#text = apply(before, operation);
    this.#options.onRemote({ operation, before, authorId });
  }

  #takeAck(frame: DownFrameOf<"operation.ack">): void {
    if (!this.#inFlight || this.#revision === undefined) return;
    if (frame.clientId !== this.#clientId || frame.seq !== this.#seq) return;
    if (frame.revision > this.#revision + 1) return this.#reopen();
    if (frame.revision === this.#revision + 1) this.#confirm();
    else this.#dropDuplicate();
    this.#sendNext();
  }

  /** What is in flight is the next revision. [D5] */
  #confirm(): void {
    if (!this.#inFlight || this.#revision === undefined) return;
    this.#base = apply(this.#base, this.#inFlight.operation);
    this.#revision++;
    this.#landed();
  }

  /** It had been committed before the snapshot we hold was taken, so it stands there already: take the second copy out. */
  #dropDuplicate(): void {
    if (!this.#inFlight) return;
    let removal = invert(this.#base, this.#inFlight.operation);
    if (this.#buffer) {
      const mine = this.#buffer.operation;
      this.#buffer.operation = transform(mine, removal, "right");
      removal = transform(removal, mine, "left");
    }
    this.#landed();
    this.#applyToText(removal, undefined);
  }

  #landed(): void {
    this.#inFlight = undefined;
    this.#seq++;
    this.#refusals = 0;
    this.#problem = undefined;
  }

  #takeRefusal(frame: DownFrameOf<"operation.refused">): void {
    if (!this.#inFlight || frame.clientId !== this.#clientId || frame.seq !== this.#seq) return;
    if (lasting.has(frame.code)) {
      this.#problem = frame.code;
      return;
    }
    const attempt = this.#inFlight;
    if (frame.code === "rate-limited") {
      this.#options.after(frame.retryAfterMs ?? defaultRetryMs, () => {
        if (this.#inFlight === attempt && this.#link === "live") this.#sendInFlight();
      });
      return;
    }
    if (frame.code === "document-too-large") this.#problem = frame.code;
    const delay = this.#refusals === 0 ? 0 : Math.min(defaultRetryMs * 2 ** this.#refusals, longestRetryMs);
    this.#refusals++;
    this.#options.after(delay, () => {
      if (this.#inFlight === attempt && this.#link === "live") this.#reload();
    });
  }

  #reopen(): void {
    if (this.#link === "live") this.connected();
  }

  #reload(): void {
    this.#link = "reloading";
    this.#send({ type: "document.open", documentId: this.documentId, since: null });
  }

  #becomeLive(): void {
    this.#link = "live";
    if (!this.#inFlight) this.#sendNext();
    else if (isEmpty(this.#inFlight.operation)) {
      // Others have deleted all it was about. It may still be committed, so its sequence number is not used again.
      this.#inFlight = undefined;
      this.#renew();
      this.#sendNext();
    } else this.#sendInFlight();
  }

  #sendNext(): void {
    if (this.#link !== "live" || this.#inFlight || !this.#buffer || this.#problem) return;
    const { first, rest } = splitOperation(this.#buffer.operation);
    const { changes } = this.#buffer;
    this.#buffer = rest ? { operation: rest, changes } : undefined;
    if (isEmpty(first)) return this.#sendNext();
    this.#inFlight = { operation: first, changes: rest ? 0 : changes };
    this.#sendInFlight();
  }

  #sendInFlight(): void {
    if (!this.#inFlight || this.#revision === undefined) return;
    this.#send({
      type: "operation",
      documentId: this.documentId,
      clientId: this.#clientId,
      seq: this.#seq,
      revision: this.#revision,
      operation: [...this.#inFlight.operation],
    });
  }

  #send(frame: UpFrame): void {
    this.#options.send(frame);
  }
}
