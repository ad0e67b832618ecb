import type { Database } from "@greenroom/shared/node/database.ts";
import type { Logger } from "@greenroom/shared/node/logger.ts";
import type { CommittedOperation } from "@greenroom/shared/protocol/document.ts";
import type { SessionDatabase } from "../db/schema.ts";
import { type AuthoredOperation, Document, type IncomingOperation, type Received } from "./document.ts";
import type { SessionMetrics } from "../metrics.ts";
import { weightOfAll } from "./weight.ts";
import {
  commitOperations,
  type DocumentRow,
  type Fence,
  findDocument,
  foldOperations,
  readLastOfClients,
  readOperations,
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

/** What a client that opens a document gets. */
export type Opened =
  | { kind: "snapshot"; revision: number; text: string }
  | { kind: "operations"; operations: CommittedOperation[] };

/** A batch could not be committed because the room is not ours any more or the session ended. */
export class FencedError extends Error {
  readonly code = "fenced";
}

/** The open documents of one room: loads them, commits their operations, snapshots them. */
export class RoomDocuments<Author> {
  readonly #db: Database<SessionDatabase>;
  readonly #fence: Fence;
  readonly #metrics: SessionMetrics;
  readonly #logger: Logger;
  readonly #tell: (document: Document<Author>, batch: readonly AuthoredOperation<Author>[]) => void;
  readonly #onFailure: (document: Document<Author>, error: unknown) => void;
  readonly #loading = new Map<string, Promise<Document<Author> | undefined>>();
  readonly #documents = new Map<string, Document<Author>>();
  readonly #flushes = new Map<string, Promise<void>>();
  readonly #snapshots = new Map<string, number>();

  constructor(options: {
    db: Database<SessionDatabase>;
    fence: Fence;
    metrics: SessionMetrics;
    logger: Logger;
    /** Called once a batch is durable. */
    tell: (document: Document<Author>, batch: readonly AuthoredOperation<Author>[]) => void;
    /** A commit failed: what is in memory is not the truth any more. */
    onFailure: (document: Document<Author>, error: unknown) => void;
  }) {
    this.#db = options.db;
    this.#fence = options.fence;
    this.#metrics = options.metrics;
    this.#logger = options.logger;
    this.#tell = options.tell;
    this.#onFailure = options.onFailure;
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
    if (row?.session_id !== this.#fence.sessionId) return undefined;
    const document = new Document<Author>(await this.#read(row));
    this.#documents.set(documentId, document);
    this.#snapshots.set(documentId, row.snapshot_revision);
    return document;
  }

  async #read(row: DocumentRow): Promise<ConstructorParameters<typeof Document>[0]> {
    const [sinceSnapshot, clients] = await Promise.all([
      readOperations(this.#db, row.id, { after: row.snapshot_revision, upTo: row.revision }),
      readLastOfClients(this.#db, row.id),
    ]);
    return {
      id: row.id,
      language: row.language,
      text: foldOperations(row.snapshot_text, sinceSnapshot),
      revision: row.revision,
      history: await this.#readHistory(row, sinceSnapshot),
      clients,
    };
  }

  /** As much of what came before the snapshot as late operations may need, page by page. */
  async #readHistory(row: DocumentRow, sinceSnapshot: CommittedOperation[]): Promise<CommittedOperation[]> {
    let history = sinceSnapshot;
    while (history.length < Math.min(historyOnLoad, row.revision) && weightOfAll(history) < catchUpWeight) {
      const upTo = row.revision - history.length;
      const page = await readOperations(this.#db, row.id, { after: Math.max(0, upTo - pageLength), upTo });
      if (page.length === 0) break;
      history = [...page, ...history];
    }
    return history;
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

  /** Takes an operation in and sees to it that it is committed. */
  receive(document: Document<Author>, incoming: IncomingOperation<Author>): Received {
    const received = document.receive(incoming);
    if (received.kind === "queued" && !this.#flushes.has(document.id)) this.#startFlush(document);
    return received;
  }

  #startFlush(document: Document<Author>): void {
    const flush = document
      .flush(
        (batch) => this.#commit(document.id, batch),
        (batch) => {
          this.#tell(document, batch);
          this.#snapshotNowAndThen(document);
        },
      )
      .catch((error: unknown) => this.#onFailure(document, error))
      .finally(() => this.#flushes.delete(document.id));
    this.#flushes.set(document.id, flush);
  }

  async #commit(documentId: string, batch: readonly CommittedOperation[]): Promise<void> {
    const commit = () => commitOperations(this.#db, this.#fence, documentId, batch);
    const outcome = await this.#metrics.timeCommit(batch.length, commit);
    if (outcome === "fenced") throw new FencedError("This room may not write any more.");
  }

  #snapshotNowAndThen(document: Document<Author>): void {
    if (document.revision - (this.#snapshots.get(document.id) ?? 0) < snapshotEvery) return;
    void this.#snapshot(document);
  }

  async #snapshot(document: Document<Author>): Promise<void> {
    const { revision, text } = document;
    if (this.#snapshots.get(document.id) === revision) return;
    this.#snapshots.set(document.id, revision);
    await saveSnapshot(this.#db, document.id, { revision, text }).catch((error: unknown) => {
      this.#logger.warn(
        { err: error, documentId: document.id },
        "A snapshot could not be written; history has all of it",
      );
    });
  }

  /** Waits for commits under way and writes snapshots. */
  async close(): Promise<void> {
    await Promise.all(this.#flushes.values());
    await Promise.all([...this.#documents.values()].map((document) => this.#snapshot(document)));
  }
}
