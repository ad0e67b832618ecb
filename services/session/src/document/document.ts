import type { LanguageId } from "@greenroom/shared/languages.ts";
import { Rope } from "@greenroom/shared/ot/rope.ts";
import { lengthChange, transform, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { isOperationFor, maxDocumentCharacters, validateOperation } from "@greenroom/shared/ot/validate-operation.ts";
import type { CommittedOperation, OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { SnapshotClient } from "../db/schema.ts";
import { weightOf, weightOfAll } from "./weight.ts";

/** How many operations are kept in memory to transform late ones against, and what they may weigh together. */
const historyLength = 1_000;
const historyWeight = 8 * 1024 * 1024;
/** Operations that may wait for Postgres; always less than are kept. */
const uncommittedAtMost = 1_000;
/** Components of later operations that one late operation is transformed over at the most: the largest one, and 6 ms. */
const transformAtMost = 30_000;

/** Clients whose newest operation is kept in memory; of others it is looked up in the log. */
const clientsAtMost = 1_000;

/** Clients of whom it is known that an operation of theirs had no room. */
const withoutRoomAtMost = 1_000;

/** An operation as it arrived; `Author` is whoever is to be told once it is committed. */
export interface IncomingOperation<Author> {
  readonly author: Author;
  readonly participantId: string;
  readonly clientId: string;
  readonly seq: number;
  readonly revision: number;
  readonly operation: unknown;
}

export interface AuthoredOperation<Author> {
  readonly committed: CommittedOperation;
  readonly author: Author;
}

export type Received =
  /** It has changed the head, and is to be committed: its author is told then. */
  | { kind: "queued"; operation: CommittedOperation }
  /** It is on its way already, and whoever sent it last is told. */
  | { kind: "waiting" }
  /** A resend of what is committed already: acknowledge this revision again. */
  | { kind: "known"; revision: number }
  | { kind: "refused"; code: OperationRefusal };

/** The newest operation of one running editor. */
type ClientHistory = SnapshotClient;

export interface LoadedDocument {
  readonly id: string;
  readonly language: LanguageId;
  readonly text: string;
  readonly revision: number;
  /** The newest operations, ending at `revision`. */
  readonly history: readonly CommittedOperation[];
  readonly clients: readonly SnapshotClient[];
}

/** The text at a revision. */
interface Sealed {
  readonly revision: number;
  readonly text: Rope;
}

/**
 * The live side of one document: its text at the head, where the head counts operations still on their way to Postgres.
 * It decides the order of operations and transforms late ones; it knows no sockets and no database. Whoever commits them
 * says `taken` when they are on their way, and `commit` when they are there.
 */
export class Document<Author> {
  readonly id: string;
  readonly language: LanguageId;
  #text: Rope;
  #head: number;
  #committed: number;
  #committedText: Rope;
  /** Operations ending at the head, oldest first. */
  #history: CommittedOperation[];
  #historyWeight: number;
  /** Those after `#committed`, oldest first. */
  #uncommitted: AuthoredOperation<Author>[] = [];
  /** As the head was when a batch was taken: what the text will be once it is committed. */
  #taken: Sealed | undefined;
  #clients = new Map<string, ClientHistory>();
  /** The one that was heard of last at the end. */
  readonly #committedClients = new Map<string, ClientHistory>();
  /** There were more than are kept. */
  #hasForgottenClients: boolean;
  /** The `seq` of what had no room: its client brings it under another name, and a copy that comes late is not taken. [D6] */
  readonly #withoutRoom = new Map<string, number>();

  constructor(loaded: LoadedDocument) {
    this.id = loaded.id;
    this.language = loaded.language;
    this.#text = Rope.of(loaded.text);
    this.#committedText = this.#text;
    this.#head = loaded.revision;
    this.#committed = loaded.revision;
    this.#history = [...loaded.history];
    this.#historyWeight = weightOfAll(loaded.history);
    for (const client of loaded.clients) this.#committedClients.set(client.clientId, client);
    this.#hasForgottenClients = loaded.clients.length >= clientsAtMost;
    this.#clients = new Map(this.#committedClients);
    this.#forgetClients();
  }

  /** The newest revision that is in Postgres. */
  get revision(): number {
    return this.#committed;
  }

  /** The newest revision that was taken in. */
  get head(): number {
    return this.#head;
  }

  /** The text at `revision`. */
  get text(): string {
    return this.#committedText.toString();
  }

  /** Code points of the text at `revision`. */
  get length(): number {
    return this.#committedText.length;
  }

  /** Whether something waits to be committed. */
  get isDirty(): boolean {
    return this.#uncommitted.length > 0;
  }

  /** What waits to be committed, oldest first. */
  get waiting(): CommittedOperation[] {
    return this.#uncommitted.map(({ committed }) => committed);
  }

  /** The newest committed operation of every client. */
  get clients(): SnapshotClient[] {
    return [...this.#committedClients.values()];
  }

  /** The first revision `since` can start from without asking the database. */
  get oldestRevision(): number {
    return this.#head - this.#history.length;
  }

  /** Committed operations after a revision, which must not be before `oldestRevision`. */
  since(revision: number): CommittedOperation[] {
    const start = revision - this.oldestRevision;
    return this.#history.slice(start, this.#committed - this.oldestRevision);
  }

  /** Components of all operations that one made for `revision` has to be carried over. */
  componentsSince(revision: number): number {
    return this.#laterThan(revision).reduce((sum, { operation }) => sum + operation.length, 0);
  }

  #laterThan(revision: number): CommittedOperation[] {
    return this.#history.slice(Math.max(0, revision - this.oldestRevision));
  }

  /** Whether a client's newest operation is in memory, or it has none. Otherwise it has to be recalled first. */
  knows(clientId: string): boolean {
    return !this.#hasForgottenClients || this.#clients.has(clientId);
  }

  /** What the log says of a client that is not known. */
  recall(client: SnapshotClient): void {
    if (this.#clients.has(client.clientId)) return;
    this.#clients.set(client.clientId, client);
    this.#committedClients.set(client.clientId, client);
    this.#forgetClients();
  }

  #forgetClients(): void {
    for (const [clientId, { revision }] of this.#committedClients) {
      if (this.#committedClients.size <= clientsAtMost) return;
      this.#hasForgottenClients = true;
      this.#committedClients.delete(clientId);
      // One with an operation on its way is newer there.
      if (this.#clients.get(clientId)?.revision === revision) this.#clients.delete(clientId);
    }
  }

  /** Takes an operation in, or says why not. What is queued has changed the head. [D3–D6] */
  receive(incoming: IncomingOperation<Author>): Received {
    const client = this.#clients.get(incoming.clientId);
    if (client && client.participantId !== incoming.participantId) return { kind: "refused", code: "client-taken" };
    if (client && incoming.seq === client.seq) return this.#receiveAgain(client, incoming);
    if (incoming.seq !== (client?.seq ?? 0) + 1) return { kind: "refused", code: "out-of-order" };
    if (this.#withoutRoom.get(incoming.clientId) === incoming.seq)
      return { kind: "refused", code: "document-too-large" };
    if (incoming.revision > this.#committed) return { kind: "refused", code: "revision-ahead" };
    if (incoming.revision < this.oldestRevision || this.componentsSince(incoming.revision) > transformAtMost)
      return { kind: "refused", code: "revision-too-old" };
    // Postgres is away: what is taken in meanwhile has to be kept in memory.
    if (this.#head - this.#committed >= uncommittedAtMost) return { kind: "refused", code: "rate-limited" };

    const later = this.#laterThan(incoming.revision);
    const length = later.reduce(
      (sum, { operation }) => sum - lengthChange(operation as TextOperation),
      this.#text.length,
    );
    if (!isOperationFor(incoming.operation, length)) {
      const problem = validateOperation(incoming.operation, length);
      return problem === "document-too-large" ? this.#noRoomFor(incoming) : { kind: "refused", code: "bad-operation" };
    }
    // What was committed first stands left of what comes to the same place later.
    const operation = later.reduce<TextOperation>(
      (moved, other) => transform(moved, other.operation as TextOperation, "right"),
      incoming.operation,
    );
    const growth = lengthChange(operation);
    // What fitted into the text it was made for need not fit any more. [D2]
    if (growth > 0 && this.#text.length + growth > maxDocumentCharacters) return this.#noRoomFor(incoming);
    return { kind: "queued", operation: this.#append(incoming, operation) };
  }

  #noRoomFor({ clientId, seq }: IncomingOperation<Author>): Received {
    this.#withoutRoom.set(clientId, seq);
    const [oldest] = this.#withoutRoom.keys();
    if (this.#withoutRoom.size > withoutRoomAtMost && oldest !== undefined) this.#withoutRoom.delete(oldest);
    return { kind: "refused", code: "document-too-large" };
  }

  /** The revision of an operation that is committed already, for whoever may write no more but asks after it. [D4] */
  committedRevision({ clientId, participantId, seq }: Omit<ClientHistory, "revision">): number | undefined {
    const client = this.#committedClients.get(clientId);
    return client?.participantId === participantId && client.seq === seq ? client.revision : undefined;
  }

  /** Forgets what was taken in but can never be committed, and returns it; the text is the committed one again. */
  discardUncommitted(): AuthoredOperation<Author>[] {
    const lost = this.#uncommitted;
    this.#uncommitted = [];
    this.#taken = undefined;
    this.#clients = new Map(this.#committedClients);
    this.#history = this.#history.slice(0, this.#history.length - (this.#head - this.#committed));
    this.#historyWeight = weightOfAll(this.#history);
    this.#head = this.#committed;
    this.#text = this.#committedText;
    return lost;
  }

  #receiveAgain(client: ClientHistory, incoming: IncomingOperation<Author>): Received {
    if (client.revision <= this.#committed) return { kind: "known", revision: client.revision };
    const at = client.revision - this.#committed - 1;
    const waiting = this.#uncommitted[at];
    if (waiting) this.#uncommitted[at] = { ...waiting, author: incoming.author };
    return { kind: "waiting" };
  }

  #append(incoming: IncomingOperation<Author>, operation: TextOperation): CommittedOperation {
    this.#text = this.#text.apply(operation);
    this.#head += 1;
    // One string for all operations of a client: each frame brings its own.
    const { clientId, participantId } = this.#clients.get(incoming.clientId) ?? incoming;
    const { seq } = incoming;
    const committed: CommittedOperation = {
      revision: this.#head,
      participantId,
      clientId,
      seq,
      operation: [...operation],
    };
    this.#history.push(committed);
    this.#historyWeight += weightOf(operation);
    if (this.#history.length > historyLength * 1.5 || this.#historyWeight > historyWeight * 1.5) this.#forget();
    this.#clients.set(clientId, { clientId, participantId, seq, revision: this.#head });
    this.#uncommitted.push({ committed, author: incoming.author });
    return committed;
  }

  /** Keeps the newest operations only, and in any case all that are not committed yet. */
  #forget(): void {
    let weight = 0;
    let kept = 0;
    for (const { operation } of this.#history.slice(-historyLength).toReversed()) {
      if (kept >= this.#head - this.#committed && weight + weightOf(operation) > historyWeight) break;
      weight += weightOf(operation);
      kept += 1;
    }
    this.#history = this.#history.slice(this.#history.length - kept);
    this.#historyWeight = weight;
  }

  /** What was received so far is on its way to Postgres: the text as it is now need not be worked out again. */
  taken(): void {
    this.#taken = { revision: this.#head, text: this.#text };
  }

  /** The operations up to a revision are in Postgres. @returns them, to be told */
  commit(revision: number): AuthoredOperation<Author>[] {
    const batch = this.#uncommitted.splice(0, revision - this.#committed);
    if (this.#taken?.revision === revision) {
      this.#committedText = this.#taken.text;
      this.#taken = undefined;
    } else
      for (const { committed } of batch) {
        const operation = committed.operation as TextOperation; // it has passed the validator
        this.#committedText = this.#committedText.apply(operation);
      }
    for (const { committed } of batch) {
      const { clientId, participantId, seq } = committed;
      this.#committedClients.delete(clientId);
      this.#committedClients.set(clientId, { clientId, participantId, seq, revision: committed.revision });
    }
    this.#forgetClients();
    this.#committed = revision;
    return batch;
  }
}
