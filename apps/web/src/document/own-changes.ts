import { Rope } from "@greenroom/shared/ot/rope.ts";
import { compose, isEmpty, transform, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { operationsOf, type Pending, type PendingState, textOf } from "./pending-state.ts";
import { splitOperation, type sendLimits } from "./split-operation.ts";
import { diffOperation, mergeOperation } from "./text-diff.ts";

/** A change that did not come from this editor, made for the text `before`. */
export interface RemoteChange {
  readonly operation: TextOperation;
  readonly before: Rope;
  /** The participant who made it, where it is known. */
  readonly authorId: string | undefined;
}

/**
 * A text, and one's own changes to it that the server has not: one operation in flight, and what waits behind it composed
 * to another. It knows which operation comes when, and nothing of names, revisions and sockets. Committed history has
 * priority: what was committed first stands left. [D3]
 */
export class OwnChanges {
  readonly #onRemote: (change: RemoteChange) => void;
  /** The server's text; `#text` is this with what is in flight and buffered. */
  #base = Rope.empty;
  #text = Rope.empty;
  #inFlight: Pending | undefined;
  #buffer: Pending | undefined;

  /** @param onRemote the text has been changed by somebody else (or by the server's word) */
  constructor(onRemote: (change: RemoteChange) => void, restored?: PendingState) {
    this.#onRemote = onRemote;
    if (!restored) return;
    this.#base = Rope.of(restored.base);
    this.#text = Rope.of(textOf(restored));
    this.#inFlight = restored.inFlight;
    this.#buffer = restored.buffer;
  }

  /** As the server has it. */
  get base(): Rope {
    return this.#base;
  }
  /** As it is shown. */
  get text(): Rope {
    return this.#text;
  }
  get inFlight(): Pending | undefined {
    return this.#inFlight;
  }
  get buffer(): Pending | undefined {
    return this.#buffer;
  }
  /** How many of one's own changes the server does not have. */
  get count(): number {
    return (this.#inFlight?.changes ?? 0) + (this.#buffer?.changes ?? 0);
  }
  /** Between the server's text and the one that is shown, in order. */
  get operations(): TextOperation[] {
    return operationsOf({ inFlight: this.#inFlight, buffer: this.#buffer });
  }

  /** The first text of all. */
  begin(text: string): void {
    this.#base = Rope.of(text);
    this.#text = this.#base;
  }

  /** One's own change, made for `text` as it stands. */
  add(operation: TextOperation): void {
    this.#text = this.#text.apply(operation);
    const buffer = this.#buffer;
    this.#buffer = buffer
      ? { operation: compose(buffer.operation, operation), changes: buffer.changes + 1 }
      : { operation, changes: 1 };
  }

  /**
   * Takes what may be sent at once out of what waits.
   *
   * @returns whether that is all of it; undefined when there is nothing to send
   */
  send(limits?: typeof sendLimits): { isWhole: boolean } | undefined {
    while (this.#buffer && !this.#inFlight) {
      const { first, rest } = splitOperation(this.#buffer.operation, limits);
      const { changes } = this.#buffer;
      this.#buffer = rest ? { operation: rest, changes } : undefined;
      if (isEmpty(first)) continue;
      this.#inFlight = { operation: first, changes: rest ? 0 : changes };
      return { isWhole: rest === undefined };
    }
    return undefined;
  }

  /** Somebody else's operation is the next one of the server's text. */
  receive(committed: TextOperation, authorId: string | undefined): void {
    if (isEmpty(committed)) return;
    this.#base = this.#base.apply(committed);
    let incoming = committed;
    const carry = ({ operation: mine, changes }: Pending): Pending => {
      const operation = transform(mine, incoming, "right");
      incoming = transform(incoming, mine, "left");
      return { operation, changes };
    };
    this.#inFlight &&= carry(this.#inFlight);
    this.#buffer &&= carry(this.#buffer);
    this.#change(incoming, authorId);
  }

  /** What others did meanwhile is known only as a difference; as an operation it leaves one's own unsaved text alone. */
  receiveText(text: string): void {
    this.receive(mergeOperation(this.#base.toString(), text), undefined);
  }

  /**
   * An own operation, as it was committed. An earlier page may have sent more under its number, or under later ones, than
   * it had written down: what was committed stands, and holds all that was typed before it. [J4] [J6]
   *
   * @param isInFlight it has the name of what is in flight
   */
  receiveOwn(operation: TextOperation, isInFlight: boolean): void {
    const stands = this.#base.apply(operation);
    const mine = isInFlight ? this.#inFlight?.operation : undefined;
    if (!mine) this.#buffer = undefined;
    else if (this.#buffer && this.#base.apply(mine).toString() !== stands.toString()) {
      const away = transform(this.#buffer.operation, this.#base.inverseOf(mine), "right");
      this.#buffer = { ...this.#buffer, operation: transform(away, operation, "right") };
    }
    this.#base = stands;
    this.#inFlight = undefined;
    const text = this.#buffer ? stands.apply(this.#buffer.operation) : stands;
    this.#change(diffOperation(this.#text.toString(), text.toString()), undefined);
  }

  /** What is in flight is the next operation of the server's text. [D5] */
  confirm(): void {
    if (!this.#inFlight) return;
    this.#base = this.#base.apply(this.#inFlight.operation);
    this.#inFlight = undefined;
  }

  /** What is in flight stands in the server's text already: takes the second copy out. */
  takeOutCopy(): void {
    if (!this.#inFlight) return;
    let removal = this.#base.inverseOf(this.#inFlight.operation);
    if (this.#buffer) {
      const mine = this.#buffer.operation;
      this.#buffer = { ...this.#buffer, operation: transform(mine, removal, "right") };
      removal = transform(removal, mine, "left");
    }
    this.#inFlight = undefined;
    this.#change(removal, undefined);
  }

  /**
   * All of it waits again, as one operation. It does what they did and nothing else: one made from the two texts would put
   * in again what others typed between them, and two people who do so at once would have it there twice. Only what does
   * not fit its text is made anew.
   */
  gather({ isMisfit }: { isMisfit: boolean }): void {
    const changes = this.count;
    const operation = isMisfit
      ? mergeOperation(this.#base.toString(), this.#text.toString())
      : this.operations.reduce(compose, []);
    this.#inFlight = undefined;
    this.#buffer = isEmpty(operation) ? undefined : { operation, changes: Math.max(1, changes) };
  }

  /** Forgets what is in flight, which changes nothing. */
  dropInFlight(): void {
    this.#inFlight = undefined;
  }

  /** Gives up what the server does not have: the text becomes the server's. */
  abandon(): void {
    this.#inFlight = undefined;
    this.#buffer = undefined;
    this.#change(diffOperation(this.#text.toString(), this.#base.toString()), undefined);
  }

  #change(operation: TextOperation, authorId: string | undefined): void {
    if (isEmpty(operation)) return;
    const before = this.#text;
    this.#text = before.apply(operation);
    this.#onRemote({ operation, before, authorId });
  }
}
