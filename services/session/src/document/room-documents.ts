import type { EventOf } from "@greenroom/shared/log/event.ts";
import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { CommittedOperation } from "@greenroom/shared/protocol/document.ts";
import type { SessionDatabase } from "../db/schema.ts";
import {
  type AuthoredOperation,
  Document,
  type IncomingOperation,
  type LoadedDocument,
  type Received,
} from "./document.ts";
import type { RoomLog } from "../log/room-log.ts";
import { weightOfAll } from "./weight.ts";
import {
  type DocumentRow,
  findDocument,
  findLastOfClient,
  foldOperations,
  readNewest,
  readOperations,
  readTail,
  saveSnapshot,
} from "./document-store.ts";

/** Operations after which the text is written down whole, so that opening a document never folds many more. */
const snapshotEvery = 200;
/** Operations kept to transform late ones against when a document is loaded. */
const historyOnLoad = 1_000;
/** More than this is sent as a snapshot: operations, and what those read from Postgres may weigh together. */
const catchUpAtMost = 20_000;
const catchUpWeight = 8 * 1024 * 1024;
/** Operations read at a time; each may hold a quarter of a million characters. */
const pageLength = 250;

/** How much of what came before the snapshot is read: as much as late operations may need. */
function kept(tail: readonly CommittedOperation[]): { count: number; characters: number } {
  return { count: Math.max(0, historyOnLoad - tail.length), characters: catchUpWeight };
}

/** What a client that opens a document gets. */
export type Opened =
  | { kind: "snapshot"; revision: number; text: string }
  | { kind: "operations"; operations: CommittedOperation[] };

/** The open documents of one room: loads them, hands their operations to the log, snapshots them. */
export class RoomDocuments<Author> {
  readonly #db: Database<SessionDatabase>;
  readonly #log: RoomLog;
  readonly #logger: Logger;
  readonly #tell: (document: Document<Author>, batch: readonly AuthoredOperation<Author>[]) => void;
  readonly #loading = new Map<string, Promise<Document<Author> | undefined>>();
  readonly #documents = new Map<string, Document<Author>>();
  readonly #snapshots = new Map<string, number>();

  constructor(options: {
    db: Database<SessionDatabase>;
    log: RoomLog;
    logger: Logger;
    /** Called once a batch is durable. */
    tell: (document: Document<Author>, batch: readonly AuthoredOperation<Author>[]) => void;
  }) {
    this.#db = options.db;
    this.#log = options.log;
    this.#logger = options.logger;
    this.#tell = options.tell;
  }

  /** The document if it has been opened. */
  find(documentId: string): Document<Author> | undefined {
    return this.#documents.get(documentId);
  }

  /** Loads a document of this session once, however many ask. */
  async load(documentId: string): Promise<Document<Author> | undefined> {
    const loading = this.#loading.get(documentId) ?? this.#load(documentId);
    this.#loading.set(documentId, loading);
    try {
      const document = await loading;
      if (!document) this.#loading.delete(documentId);
      return document;
    } catch (error) {
      this.#loading.delete(documentId);
      throw error;
    }
  }

  async #load(documentId: string): Promise<Document<Author> | undefined> {
    const row = await findDocument(this.#db, documentId);
    if (row?.session_id !== this.#log.fence.sessionId) return undefined;
    const document = new Document<Author>(await this.#read(row));
    this.#documents.set(documentId, document);
    this.#snapshots.set(documentId, row.snapshot_revision);
    return document;
  }

  async #read(row: DocumentRow): Promise<LoadedDocument> {
    const tail = await readTail(this.#db, row.id, row.snapshot_revision);
    const clients = new Map(row.snapshot_clients.map((client) => [client.clientId, client]));
    for (const { clientId, participantId, seq, revision } of tail)
      clients.set(clientId, { clientId, participantId, seq, revision });
    const revision = row.snapshot_revision + tail.length;
    return {
      id: row.id,
      language: row.language,
      text: foldOperations(row.snapshot_text, tail),
      revision,
      history: [...(await readNewest(this.#db, row.id, { before: row.snapshot_revision, ...kept(tail) })), ...tail],
      clients: [...clients.values()],
    };
  }

  /**
   * Works out what a client has to be sent to be at `document.revision`, and has it delivered in the very turn in which
   * it looked at the document last: whoever subscribes in `deliver` misses nothing and gets nothing twice. [D1]
   */
  async catchUp(document: Document<Author>, since: number | null, deliver: (opened: Opened) => void): Promise<void> {
    if (since === null || since > document.revision || document.revision - since > catchUpAtMost) {
      deliver({ kind: "snapshot", revision: document.revision, text: document.text });
      return;
    }
    const operations: CommittedOperation[] = [];
    let weight = 0;
    while (since + operations.length < document.oldestRevision) {
      const after = since + operations.length;
      const range = { after, upTo: Math.min(after + pageLength, document.revision) };
      const page = await readOperations(this.#db, document.id, range);
      operations.push(...page);
      weight += weightOfAll(page);
      if (weight > catchUpWeight) return this.catchUp(document, null, deliver);
    }
    operations.push(...document.since(since + operations.length));
    deliver({ kind: "operations", operations });
  }

  /** Has a document know of a client what its log knows, which tells a resend from a new operation. [D4] */
  async recall(document: Document<Author>, clientId: string): Promise<void> {
    const last = await findLastOfClient(this.#db, document.id, clientId);
    if (last) document.recall(last);
  }

  /** Takes an operation in and sees to it that it is committed. */
  receive(document: Document<Author>, incoming: IncomingOperation<Author>): Received {
    if (this.#log.isFull) return { kind: "refused", code: "rate-limited" };
    const received = document.receive(incoming);
    if (received.kind === "queued") {
      const { operation, participantId, revision, clientId, seq } = received.operation;
      const place = { participantId, documentId: document.id, revision, clientId, seq };
      this.#log.push({ kind: "operation", ...place, body: { operation } });
    }
    return received;
  }

  /** What was received so far is on its way to Postgres. */
  taken(): void {
    for (const document of this.#documents.values()) if (document.isDirty) document.taken();
  }

  /** These operations, neighbours in the log, are durable. */
  committed(operations: readonly EventOf<"operation">[]): void {
    const revisions = new Map(operations.map(({ documentId, revision }) => [documentId, revision]));
    for (const [documentId, revision] of revisions) {
      const document = this.#documents.get(documentId);
      if (!document) continue;
      this.#tell(document, document.commit(revision));
      this.#snapshotNowAndThen(document);
    }
  }

  /** Nothing that waits can be committed any more. @returns it, by document */
  discardUncommitted(): (readonly [documentId: string, lost: AuthoredOperation<Author>[]])[] {
    return [...this.#documents.values()].map((document) => [document.id, document.discardUncommitted()] as const);
  }

  #snapshotNowAndThen(document: Document<Author>): void {
    if (document.revision - (this.#snapshots.get(document.id) ?? 0) < snapshotEvery) return;
    void this.#snapshot(document);
  }

  async #snapshot(document: Document<Author>): Promise<void> {
    const { revision, text, clients } = document;
    if (this.#snapshots.get(document.id) === revision) return;
    this.#snapshots.set(document.id, revision);
    await saveSnapshot(this.#db, document.id, { revision, text, clients }).catch((error: unknown) => {
      this.#logger.warn(
        { err: error, documentId: document.id },
        "A snapshot could not be written; history has all of it",
      );
    });
  }

  /** Writes snapshots. */
  async close(): Promise<void> {
    await Promise.all([...this.#documents.values()].map((document) => this.#snapshot(document)));
  }
}
