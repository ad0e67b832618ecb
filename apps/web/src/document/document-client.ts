import type { CommittedOperation, OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import type { Rope } from "@greenroom/shared/ot/rope.ts";
import { isEmpty, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { OwnChanges, type RemoteChange } from "./own-changes.ts";
import { noKeeper, type Keeper, type PendingState } from "./pending-state.ts";
import type { sendLimits } from "./split-operation.ts";

export type DocumentFrame =
  | DownFrameOf<"document.snapshot">
  | DownFrameOf<"document.operations">
  | DownFrameOf<"operation.ack">
  | DownFrameOf<"operation.refused">;

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
 * it. One operation is in flight at a time. [D7] What becomes of texts and changes is in own-changes.ts; here is what is
 * said to the server, under which name, and what its answers mean.
 */
export class DocumentClient {
  readonly #options: DocumentClientOptions;
  #link: Link = "offline";
  #clientId: string;
  #seq = 1;
  #revision: number | undefined;
  /** Made for the server's text at `#revision`. */
  readonly #own: OwnChanges;
  /** What is in flight waits to be written down before it is sent. [J5] */
  #isHeld = false;
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
    this.#own = new OwnChanges(options.onRemote, restored);
    if (!restored) return;
    this.#seq = restored.seq;
    this.#revision = restored.revision;
  }

  get documentId(): string {
    return this.#options.documentId;
  }
  get text(): string {
    return this.#own.text.toString();
  }
  /** The text, for whoever counts in it or changes it: however long it is, that is cheap. */
  get rope(): Rope {
    return this.#own.text;
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
    return this.#own.count;
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
    return this.#own.operations;
  }
  /** What would have to be sent from another page if this one were gone now; undefined when that is nothing. */
  get pendingState(): PendingState | undefined {
    const { base, inFlight, buffer } = this.#own;
    if (this.#revision === undefined || (!inFlight && !buffer)) return undefined;
    const name = { clientId: this.#clientId, seq: this.#seq, revision: this.#revision };
    return { ...name, base: base.toString(), inFlight, buffer };
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
    this.#own.add(operation);
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
    this.#problem = undefined;
    this.#renew();
    this.#own.abandon();
    this.#keeper.changed();
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
    if (this.#revision === undefined) this.#own.begin(frame.text);
    else this.#own.receiveText(frame.text);
    this.#revision = frame.revision;
    if (this.#link === "reloading") this.#startOver();
    this.#becomeLive();
  }

  /** Unsaved changes become one new operation of a new client, so that no sequence number means two things. */
  #startOver(): void {
    this.#own.gather({ isMisfit: this.#isMisfit });
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
      else this.#own.receive(committed.operation, committed.participantId);
      this.#revision = committed.revision;
    }
    if (this.#link === "opening") this.#becomeLive();
    else this.#sendNext();
  }

  #takeOwn({ seq, operation }: CommittedOperation): void {
    const isInFlight = seq === this.#seq;
    this.#seq = seq + 1;
    this.#own.receiveOwn(operation, isInFlight);
    this.#landed();
  }

  #takeAck(frame: DownFrameOf<"operation.ack">): void {
    if (!this.#own.inFlight || this.#revision === undefined) return;
    if (frame.clientId !== this.#clientId || frame.seq !== this.#seq) return;
    const isUnsure = this.#isUnsure && frame.revision > this.#revision;
    if (isUnsure) this.#isUnsure = false;
    // An acknowledgement does not tell what was committed: the operations do.
    if (isUnsure || frame.revision > this.#revision + 1) return this.#reopen();
    this.#seq++;
    if (frame.revision === this.#revision + 1) {
      this.#own.confirm();
      this.#revision++;
    } else {
      // It had been committed before the snapshot we hold was taken.
      this.#own.takeOutCopy();
    }
    this.#landed();
    this.#sendNext();
  }

  /** What was in flight is the server's. */
  #landed(): void {
    this.#landedOperations++;
    this.#refusals = 0;
    this.#problem = undefined;
    if (!this.#own.buffer) this.#keeper.changed();
  }

  #takeRefusal(frame: DownFrameOf<"operation.refused">): void {
    const { inFlight } = this.#own;
    if (!inFlight || frame.clientId !== this.#clientId || frame.seq !== this.#seq) return;
    // Nothing at all is no operation, unless the server knows it already: so it does not.
    if (frame.code === "bad-operation" && isEmpty(inFlight.operation)) return this.#dropInFlight();
    if ((this.#options.restored ? lastingOnceRestored : lasting).has(frame.code)) {
      this.#problem = frame.code;
      return;
    }
    const { clientId, seq } = frame;
    const isStill = () =>
      this.#own.inFlight && this.#clientId === clientId && this.#seq === seq && this.#link === "live";
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
    const { inFlight } = this.#own;
    if (!inFlight) this.#sendNext();
    // What was restored is asked after all the same: only the server's answer tells how far the earlier page had come.
    else if (isEmpty(inFlight.operation) && !this.#options.restored) this.#dropInFlight();
    else this.#sendInFlight();
  }

  /** Others have deleted all it was about. It may still be committed, so its sequence number is not used again. */
  #dropInFlight(): void {
    this.#own.dropInFlight();
    this.#renew();
    this.#keeper.changed();
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#link !== "live" || this.#own.inFlight || !this.#own.buffer || this.#problem) return;
    const sent = this.#own.send(this.#options.limits);
    if (!sent) return this.#keeper.changed();
    // Whole, it holds all that was written down and follows it; a piece of it, or another client's, does not say so.
    this.#isHeld = this.#isRenewed || !sent.isWhole;
    this.#isRenewed = false;
    if (this.#isHeld) this.#sendOnceKept();
    else this.#sendInFlight();
  }

  /** [J5] */
  #sendOnceKept(): void {
    const [clientId, seq] = [this.#clientId, this.#seq];
    this.#keeper.ahead(() => {
      if (!this.#own.inFlight || this.#clientId !== clientId || this.#seq !== seq) return;
      this.#isHeld = false;
      if (this.#link === "live") this.#sendInFlight();
    });
  }

  #sendInFlight(): void {
    const { inFlight } = this.#own;
    if (!inFlight || this.#isHeld || this.#revision === undefined) return;
    this.#send({
      type: "operation",
      documentId: this.documentId,
      clientId: this.#clientId,
      seq: this.#seq,
      revision: this.#revision,
      operation: [...inFlight.operation],
    });
  }

  #send(frame: UpFrame): void {
    this.#options.send(frame);
  }
}
