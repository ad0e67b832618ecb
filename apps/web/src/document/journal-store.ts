import type { LanguageId } from "@greenroom/shared/languages.ts";
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { PendingState } from "./pending-state.ts";

/** One page's pending changes of one document. */
export interface JournalKey {
  readonly sessionId: string;
  /** One life of one room in one tab. [J3] */
  readonly tabId: string;
  readonly documentId: string;
}

export interface JournalRecord extends JournalKey {
  readonly participantId: string;
  /** By which cookie this browser was in, for a room that lets nobody in who could say their participant. */
  readonly bearer: "user" | "guest";
  readonly language: LanguageId;
  /** When it was written, by this machine's clock, in milliseconds. */
  readonly at: number;
  readonly state: PendingState;
}

/** "full": no room on the device. "insecure": not HTTPS. "unavailable": blocked, private, or broken. */
export type JournalProblem = "full" | "insecure" | "unavailable";

export class JournalError extends Error {
  readonly code: JournalProblem;

  constructor(code: JournalProblem, options?: { cause?: unknown }) {
    super(`The journal cannot be used: ${code}.`, options);
    this.name = "JournalError";
    this.code = code;
  }
}

type KeyPath = [sessionId: string, tabId: string, documentId: string];

/** The text that an entry was made for is apart from it: it may be a megabyte, and while one is offline it stays the same. */
interface JournalSchema extends DBSchema {
  entries: {
    key: KeyPath;
    value: Omit<JournalRecord, "state"> & { readonly state: Omit<PendingState, "base"> };
    indexes: { session: string; at: number };
  };
  bases: { key: KeyPath; value: JournalKey & { readonly text: string } };
}

const databaseName = "greenroom.journal";
const keyPath = ["sessionId", "tabId", "documentId"];

/** The journal of this browser, in IndexedDB. What it fails with is a JournalError. */
export class JournalStore {
  #database: Promise<IDBPDatabase<JournalSchema>> | undefined;
  /** The text that is in `bases`, by key. */
  readonly #bases = new Map<string, string>();

  /** Resolves once it is on the disk. [J1] */
  async put(record: JournalRecord): Promise<void> {
    const { sessionId, tabId, documentId } = record;
    const { base, ...state } = record.state;
    const name = nameOf(record);
    await this.#use(async (database) => {
      const transaction = database.transaction(["entries", "bases"], "readwrite", { durability: "strict" });
      const writes: Promise<unknown>[] = [transaction.objectStore("entries").put({ ...record, state })];
      if (this.#bases.get(name) !== base) {
        writes.push(transaction.objectStore("bases").put({ sessionId, tabId, documentId, text: base }));
        this.#bases.delete(name);
      }
      await Promise.all([...writes, transaction.done]);
      this.#bases.set(name, base);
    });
  }

  async remove(key: JournalKey): Promise<void> {
    await this.#use(async (database) => {
      this.#bases.delete(nameOf(key));
      const transaction = database.transaction(["entries", "bases"], "readwrite");
      await Promise.all([
        transaction.objectStore("entries").delete(pathOf(key)),
        transaction.objectStore("bases").delete(pathOf(key)),
        transaction.done,
      ]);
    });
  }

  async read(key: JournalKey): Promise<JournalRecord | undefined> {
    return await this.#use(async (database) => {
      const transaction = database.transaction(["entries", "bases"]);
      const [entry, base] = await Promise.all([
        transaction.objectStore("entries").get(pathOf(key)),
        transaction.objectStore("bases").get(pathOf(key)),
      ]);
      return entry && base && { ...entry, state: { ...entry.state, base: base.text } };
    });
  }

  async keysOf(sessionId: string): Promise<JournalKey[]> {
    return await this.#use(async (database) => {
      const found = await database.getAllKeysFromIndex("entries", "session", sessionId);
      return found.map(keyOf);
    });
  }

  /** Of any session. */
  async keysBefore(at: number): Promise<JournalKey[]> {
    return await this.#use(async (database) => {
      const found = await database.getAllKeysFromIndex("entries", "at", IDBKeyRange.upperBound(at, true));
      return found.map(keyOf);
    });
  }

  close(): void {
    void this.#database?.then(
      (database) => database.close(),
      () => {},
    );
    this.#forget();
  }

  async #use<T>(work: (database: IDBPDatabase<JournalSchema>) => Promise<T>): Promise<T> {
    try {
      this.#database ??= this.#open();
      return await work(await this.#database);
    } catch (error) {
      const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
      // A connection that broke is opened anew by whoever comes next.
      if (!isFull) this.close();
      throw new JournalError(isFull ? "full" : "unavailable", { cause: error });
    }
  }

  async #open(): Promise<IDBPDatabase<JournalSchema>> {
    return await openDB<JournalSchema>(databaseName, 1, {
      upgrade: (database) => {
        const entries = database.createObjectStore("entries", { keyPath });
        entries.createIndex("session", "sessionId");
        entries.createIndex("at", "at");
        database.createObjectStore("bases", { keyPath });
      },
      // A newer version of this page, in another tab, has to change the tables.
      blocking: () => this.close(),
      terminated: () => this.#forget(),
    });
  }

  #forget(): void {
    this.#database = undefined;
    this.#bases.clear();
  }
}

function pathOf({ sessionId, tabId, documentId }: JournalKey): KeyPath {
  return [sessionId, tabId, documentId];
}

function keyOf([sessionId, tabId, documentId]: KeyPath): JournalKey {
  return { sessionId, tabId, documentId };
}

function nameOf(key: JournalKey): string {
  return pathOf(key).join(" ");
}
