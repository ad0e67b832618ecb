import type { CommittedOperation, OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { Rope } from "@greenroom/shared/ot/rope.ts";
import { compose, isEmpty, transform, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { noKeeper, operationsOf, textOf, type Keeper, type Pending, type PendingState } from "./pending-state.ts";
import { splitOperation, type sendLimits } from "./split-operation.ts";
import { diffOperation, mergeOperation } from "./text-diff.ts";

export type DocumentFrame =
  | DownFrameOf<"document.snapshot">
  | DownFrameOf<"document.operations">
  | DownFrameOf<"operation.ack">
  | DownFrameOf<"operation.refused">;

/** A change that did not come from this editor, made for the text `before`. */
export interface RemoteChange {
  readonly operation: TextOperation;
  readonly before: Rope;
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
  readonly keeper?: Keeper;
  /** What one sent operation may hold. */
  readonly limits?: typeof sendLimits;
  /** What an earlier page had not been told is saved: it is sent from here, and nothing is typed here. [J4] */
  readonly restored?: PendingState;
}

interface InFlight extends Pending {
  /** Waits to be written down before it is sent. [J5] */
  isHeld: boolean;
}

/** "opening": asked for what is missing. "reloading": asked for the whole text, after a refusal. */
type Link = "offline" | "opening" | "reloading" | "live";

/** Refusals that no retry can mend. */
const lasting: ReadonlySet<OperationRefusal> = new Set(["not-allowed", "session-ended", "unknown-document"]);
/** To bring what was restored as something new might write it twice: what is refused for good is shown to the person. [J7] */
const lastingOnceRestored: ReadonlySet<OperationRefusal> = new Set([
  ...lasting,
  "bad-operation",
  "out-of-order",
  "client-taken",
  "document-too-large",
]);
/** Refusals of what is sent again as it is, once what is missing has come: another copy of it may be on its way still. */
const belated: ReadonlySet<OperationRefusal> = new Set(["revision-too-old", "revision-ahead"]);
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
  #base = Rope.empty;
  #text = Rope.empty;
  #inFlight: InFlight | undefined;
  #buffer: Pending | undefined;
  #problem: OperationRefusal | undefined;
  #refusals = 0;
  /** The server says that what is in flight is no operation for its text. */
  #isMisfit = false;
  #landedOperations = 0;
  /** What is sent next continues what has been written down under another client id: it is written down first. [J5] */
  #isRenewed = false;
  /** The earlier page may have sent more under the next number than it had written down. [J6] */
  #isUnsure: boolean;
  readonly #keeper: Keeper;

  constructor(options: DocumentClientOptions) {
    this.#options = options;
    this.#keeper = options.keeper ?? noKeeper;
    const { restored } = options;
    this.#isUnsure = restored !== undefined;
    this.#clientId = restored?.clientId ?? options.newId();
    if (!restored) return;
    this.#seq = restored.seq;
    this.#revision = restored.revision;
    this.#base = Rope.of(restored.base);
    this.#inFlight = restored.inFlight && { ...restored.inFlight, isHeld: false };
    this.#buffer = restored.buffer;
    this.#text = Rope.of(textOf(restored));
  }

  get documentId(): string {
    return this.#options.documentId;
  }
  get text(): string {
    return this.#text.toString();
  }
  /** The text, for whoever counts in it or changes it: however long it is, that is cheap. */
  get rope(): Rope {
    return this.#text;
  }
  get revision(): number | undefined {
    return this.#revision;
  }
  get isLoaded(): boolean {
    return this.#revision !== undefined;
  }
  /** It has asked a server for the text, and may have it. */
  get isConnected(): boolean {
    return this.#link !== "offline";
  }
  /** The server has everything, and this is what it has. */
  get isSynchronised(): boolean {
    return this.#link === "live" && this.unsavedChanges === 0;
  }
  /** How many of one's own changes the server has not acknowledged. */
  get unsavedChanges(): number {
    return (this.#inFlight?.changes ?? 0) + (this.#buffer?.changes ?? 0);
  }
  /** How many of one's own operations the server has acknowledged. */
  get landedOperations(): number {
    return this.#landedOperations;
  }
  /** Why nothing more is saved; undefined as long as there is hope. */
  get problem(): OperationRefusal | undefined {
    return this.#problem;
  }
  /** Own operations between the server's text and the local one, in order. */
  get pending(): readonly TextOperation[] {
    return operationsOf({ inFlight: this.#inFlight, buffer: this.#buffer });
  }
  /** What would have to be sent from another page if this one were gone now; undefined when that is nothing. */
  get pendingState(): PendingState | undefined {
    if (this.#revision === undefined || (!this.#inFlight && !this.#buffer)) return undefined;
    const { operation, changes } = this.#inFlight ?? {};
    return {
      clientId: this.#clientId,
      seq: this.#seq,
      revision: this.#revision,
      base: this.#base.toString(),
      inFlight: operation && { operation, changes: changes ?? 0 },
      buffer: this.#buffer,
    };
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
    this.#text = this.#text.apply(operation);
    const buffer = this.#buffer;
    this.#buffer = buffer
      ? { operation: compose(buffer.operation, operation), changes: buffer.changes + 1 }
      : { operation, changes: 1 };
    // A text that was too large may fit now.
    if (this.#problem === "document-too-large") this.#problem = undefined;
    this.#keeper.changed();
    this.#sendNext();
    this.#options.onState();
  }

  /** The server takes nothing of it any more: what it does not have stays here, to be shown. [J7] */
  refuse(code: OperationRefusal): void {
    if (this.unsavedChanges === 0) return;
    this.#problem = code;
    this.#options.onState();
  }

  /** Gives up what the server does not have: the text becomes the server's. */
  abandon(): void {
    this.#inFlight = undefined;
    this.#buffer = undefined;
    this.#problem = undefined;
    this.#renew();
    this.#keeper.changed();
    this.#applyToText(diffOperation(this.text, this.#base.toString()), undefined);
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
    // An old one that comes late; but what was restored may know of revisions that the server has lost.
    if (this.#revision !== undefined && frame.revision < this.#revision && !this.#options.restored) return;
    if (this.#revision === undefined) {
      this.#base = Rope.of(frame.text);
      this.#text = this.#base;
    } else {
      // What others did meanwhile is known only as a difference; as an operation it leaves one's own unsaved text alone.
      this.#applyRemote(mergeOperation(this.#base.toString(), frame.text), undefined);
    }
    this.#revision = frame.revision;
    if (this.#link === "reloading") this.#startOver();
    this.#becomeLive();
  }

  /**
   * Unsaved changes become one new operation of a new client, so that no sequence number means two things. It does what
   * they did and nothing else: one made from the two texts would put in again what others typed between them, and two
   * people who do so at once would have it there twice. Only what does not fit its text is made anew.
   */
  #startOver(): void {
    const changes = this.unsavedChanges;
    const operation = this.#isMisfit
      ? mergeOperation(this.#base.toString(), this.text)
      : this.pending.reduce(compose, []);
    this.#inFlight = undefined;
    this.#buffer = isEmpty(operation) ? undefined : { operation, changes: Math.max(1, changes) };
    this.#renew();
    this.#keeper.changed();
  }

  #renew(): void {
    this.#clientId = this.#options.newId();
    this.#seq = 1;
    this.#isRenewed = true;
  }

  #takeOperations(frame: DownFrameOf<"document.operations">): void {
    if (this.#revision === undefined) return;
    for (const committed of frame.operations) {
      if (committed.revision <= this.#revision) continue;
      if (committed.revision !== this.#revision + 1) return this.#reopen();
      if (committed.clientId === this.#clientId && committed.seq >= this.#seq) this.#takeOwn(committed);
      else this.#applyRemote(committed.operation, committed.participantId);
      this.#revision = committed.revision;
    }
    if (this.#link === "opening") this.#becomeLive();
    else this.#sendNext();
  }

  #applyRemote(committed: TextOperation, authorId: string | undefined): void {
    if (isEmpty(committed)) return;
    this.#base = this.#base.apply(committed);
    let incoming = committed;
    const carry = <P extends Pending>(pending: P): P => {
      const mine = pending.operation;
      const carried = { ...pending, operation: transform(mine, incoming, "right") };
      incoming = transform(incoming, mine, "left");
      return carried;
    };
    this.#inFlight &&= carry(this.#inFlight);
    this.#buffer &&= carry(this.#buffer);
    this.#applyToText(incoming, authorId);
  }

  /**
   * An own operation, as it was committed. An earlier page may have sent more under this number, or under later ones,
   * than it had written down: what was committed stands, and holds all that was typed before it. [J4] [J6]
   */
  #takeOwn({ seq, operation }: CommittedOperation): void {
    const stands = this.#base.apply(operation);
    const mine = seq === this.#seq ? this.#inFlight?.operation : undefined;
    if (!mine) this.#buffer = undefined;
    else if (this.#buffer && this.#base.apply(mine).toString() !== stands.toString()) {
      const away = transform(this.#buffer.operation, this.#base.inverseOf(mine), "right");
      this.#buffer = { ...this.#buffer, operation: transform(away, operation, "right") };
    }
    this.#base = stands;
    this.#seq = seq;
    this.#landed();
    const text = this.#buffer ? stands.apply(this.#buffer.operation) : stands;
    this.#applyToText(diffOperation(this.text, text.toString()), undefined);
  }

  #applyToText(operation: TextOperation, authorId: string | undefined): void {
    if (isEmpty(operation)) return;
    const before = this.#text;
    this.#text = before.apply(operation);
    this.#options.onRemote({ operation, before, authorId });
  }

  #takeAck(frame: DownFrameOf<"operation.ack">): void {
    if (!this.#inFlight || this.#revision === undefined) return;
    if (frame.clientId !== this.#clientId || frame.seq !== this.#seq) return;
    const isUnsure = this.#isUnsure && frame.revision > this.#revision;
    if (isUnsure) this.#isUnsure = false;
    // An acknowledgement does not tell what was committed: the operations do.
    if (isUnsure || frame.revision > this.#revision + 1) return this.#reopen();
    if (frame.revision === this.#revision + 1) this.#confirm();
    else this.#dropDuplicate();
    this.#sendNext();
  }

  /** What is in flight is the next revision. [D5] */
  #confirm(): void {
    if (!this.#inFlight || this.#revision === undefined) return;
    this.#base = this.#base.apply(this.#inFlight.operation);
    this.#revision++;
    this.#landed();
  }

  /** It had been committed before the snapshot we hold was taken, so it stands there already: take the second copy out. */
  #dropDuplicate(): void {
    if (!this.#inFlight) return;
    let removal = this.#base.inverseOf(this.#inFlight.operation);
    if (this.#buffer) {
      const mine = this.#buffer.operation;
      this.#buffer = { ...this.#buffer, operation: transform(mine, removal, "right") };
      removal = transform(removal, mine, "left");
    }
    this.#landed();
    this.#applyToText(removal, undefined);
  }

  #landed(): void {
    this.#inFlight = undefined;
    this.#seq++;
    this.#landedOperations++;
    this.#refusals = 0;
    this.#problem = undefined;
    if (!this.#buffer) this.#keeper.changed();
  }

  #takeRefusal(frame: DownFrameOf<"operation.refused">): void {
    if (!this.#inFlight || frame.clientId !== this.#clientId || frame.seq !== this.#seq) return;
    // Nothing at all is no operation, unless the server knows it already: so it does not.
    if (frame.code === "bad-operation" && isEmpty(this.#inFlight.operation)) return this.#dropInFlight();
    if ((this.#options.restored ? lastingOnceRestored : lasting).has(frame.code)) {
      this.#problem = frame.code;
      return;
    }
    const { clientId, seq } = frame;
    const isStill = () => this.#inFlight && this.#clientId === clientId && this.#seq === seq && this.#link === "live";
    if (frame.code === "rate-limited") {
      this.#options.after(frame.retryAfterMs ?? defaultRetryMs, () => isStill() && this.#sendInFlight());
      return;
    }
    if (frame.code === "document-too-large") this.#problem = frame.code;
    const delay = this.#refusals === 0 ? 0 : Math.min(defaultRetryMs * 2 ** this.#refusals, longestRetryMs);
    this.#refusals++;
    this.#isMisfit = frame.code === "bad-operation";
    const again = () => (belated.has(frame.code) ? this.#reopen() : this.#reload());
    this.#options.after(delay, () => isStill() && again());
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
    // What was restored is asked after all the same: only the server's answer tells how far the earlier page had come.
    else if (isEmpty(this.#inFlight.operation) && !this.#options.restored) this.#dropInFlight();
    else this.#sendInFlight();
  }

  /** Others have deleted all it was about. It may still be committed, so its sequence number is not used again. */
  #dropInFlight(): void {
    this.#inFlight = undefined;
    this.#renew();
    this.#keeper.changed();
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#link !== "live" || this.#inFlight || !this.#buffer || this.#problem) return;
    const { first, rest } = splitOperation(this.#buffer.operation, this.#options.limits);
    const { changes } = this.#buffer;
    this.#buffer = rest ? { operation: rest, changes } : undefined;
    if (isEmpty(first)) {
      if (!rest) this.#keeper.changed();
      return this.#sendNext();
    }
    // Whole, it holds all that was written down and follows it; a piece of it, or another client's, does not say so.
    const isHeld = this.#isRenewed || rest !== undefined;
    this.#isRenewed = false;
    this.#inFlight = { operation: first, changes: rest ? 0 : changes, isHeld };
    if (isHeld) this.#sendOnceKept();
    else this.#sendInFlight();
  }

  /** [J5] */
  #sendOnceKept(): void {
    const [clientId, seq] = [this.#clientId, this.#seq];
    this.#keeper.ahead(() => {
      if (!this.#inFlight || this.#clientId !== clientId || this.#seq !== seq) return;
      this.#inFlight.isHeld = false;
      if (this.#link === "live") this.#sendInFlight();
    });
  }

  #sendInFlight(): void {
    if (!this.#inFlight || this.#inFlight.isHeld || this.#revision === undefined) return;
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
