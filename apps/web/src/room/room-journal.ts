import type { OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import type { DocumentFrame } from "../document/document-client.ts";
import {
  JournalError,
  JournalStore,
  type JournalKey,
  type JournalProblem,
  type JournalRecord,
} from "../document/journal-store.ts";
import type { Keeper, PendingState } from "../document/pending-state.ts";
import { JournalWriter } from "../document/journal-writer.ts";
import { Replay } from "../document/replay.ts";
import { claimIfFree, claimTab, type TabClaim } from "../document/tab-claim.ts";
import { newId } from "./new-id.ts";
import type { FinalReason } from "./room-socket.ts";
import type { RoomDocument } from "./room-document.ts";
import { createStore, type ReadableStore } from "./store.ts";

/** Text that somebody typed and the server does not have, and does not take. */
export interface UnsentText {
  readonly record: JournalRecord;
  readonly reason: OperationRefusal | FinalReason;
  /** It was written down by an earlier page; otherwise it is in this one's documents. */
  readonly isLeft: boolean;
}

/** Whoever opens a room does not wait longer for a journal that does not answer, in milliseconds. */
const longestLookMs = 1500;
/** Journals of sessions that nobody came back to are removed after this long, in milliseconds. [J8] */
const longestLifeMs = 30 * 24 * 60 * 60 * 1000;

export interface RoomJournalOptions {
  readonly sessionId: string;
  readonly bearer: "user" | "guest";
  readonly send: (frame: UpFrame) => void;
  readonly onState: () => void;
  /** Something is to be sent to this document before more is typed into it. */
  readonly onBusy: (documentId: string) => void;
  /** Documents that were busy may be opened now. */
  readonly onFree: () => void;
}

const after = (delayMs: number, callback: () => void) => void setTimeout(callback, delayMs);

/** A room's side of this browser's journal: writes down what is pending here, and sends what earlier pages left. */
export class RoomJournal {
  readonly #options: RoomJournalOptions;
  readonly #store = new JournalStore();
  readonly #tabId = newId();
  readonly #unsent = createStore<readonly UnsentText[]>([]);
  readonly #writers = new Map<string, JournalWriter>();
  /** Of tabs that are gone; held until this room closes, so that no other tab sends the same. */
  readonly #claims = new Map<string, TabClaim>();
  #own: Promise<TabClaim> | undefined;
  #listeners = new AbortController();
  #problem: JournalProblem | undefined;
  #participantId: string | undefined;
  #queue: JournalRecord[] = [];
  #replay: Replay | undefined;
  /** Counts sockets and losses of them: what took longer than one says nothing about the next. */
  #visit = 0;
  #isConnected = false;
  /** Nothing has been looked for since the last welcome. */
  #isLooking = true;

  constructor(options: RoomJournalOptions) {
    this.#options = options;
  }

  /** What cannot be sent any more: for the person to copy and to delete. [J7] */
  get unsent(): ReadableStore<readonly UnsentText[]> {
    return this.#unsent;
  }

  /** Changes of earlier pages that are on their way; all of them are kept. */
  get unsaved(): number {
    return this.#replay?.client.unsavedChanges ?? 0;
  }

  /** Whether everything that is pending in this page is written down; a problem where it cannot be. */
  get keeping(): "all" | "writing" | JournalProblem {
    const writers = [...this.#writers.values()];
    const problem = this.#problem ?? writers.find((writer) => writer.problem)?.problem;
    return problem ?? (writers.every((writer) => writer.isKept) ? "all" : "writing");
  }

  open(): void {
    this.#own ??= claimTab(this.#tabId);
    this.#own.catch((error: unknown) => {
      this.#problem = codeOf(error);
      this.#options.onState();
    });
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    // It may be the last that this page does.
    window.addEventListener("pagehide", () => void this.#flush(), { signal });
    document.addEventListener("visibilitychange", () => void this.#flush(), { signal });
    // While the browser had put the page away, its claim may have been given up and its journal taken over.
    window.addEventListener("pageshow", (event) => event.persisted && location.reload(), { signal });
    // Old ones, of any session; and whether there is a journal at all is known before somebody types.
    void this.#removeOld().catch((error: unknown) => {
      this.#problem ??= codeOf(error);
      this.#options.onState();
    });
  }

  /** Keeps a document of this page. */
  keep(document: Pick<RoomDocument, "documentId" | "language">, read: () => PendingState | undefined): Keeper {
    const writer = new JournalWriter({
      read,
      put: async (state) => {
        const record = this.#record(document, state);
        // Before it is said that this page lives, another one might send what it writes.
        await this.#own;
        await this.#put(record);
      },
      remove: () => this.#store.remove(this.#key(document.documentId)),
      after,
      onState: () => this.#options.onState(),
    });
    this.#writers.set(document.documentId, writer);
    return writer;
  }

  /** Its text is not opened for typing yet: what was left of it is to be sent first. */
  isBusy(documentId: string): boolean {
    const isIts = (record: JournalRecord) => record.documentId === documentId && this.#isMine(record);
    return this.#isLooking || this.#left.some(isIts);
  }

  /** A socket is open: what is there of this participant's is sent before anything else. [J4] */
  async welcomed(participantId: string, shownDocumentId: string): Promise<void> {
    const visit = ++this.#visit;
    this.#participantId = participantId;
    this.#isConnected = true;
    this.#isLooking = true;
    this.#unsent.set(this.#unsent.get().filter(({ record, isLeft }) => isLeft && !this.#isLeft(record)));
    await this.#adopt((record) => record.participantId === participantId);
    if (visit !== this.#visit) return;
    this.#isLooking = false;
    const isShown = (record: JournalRecord) => Number(record.documentId === shownDocumentId);
    this.#queue = this.#queue.toSorted((a, b) => isShown(b) - isShown(a) || a.at - b.at);
    if (!this.#replay) return this.#next();
    this.#replay.client.connected();
    this.#options.onFree();
  }

  lost(): void {
    this.#visit++;
    this.#isConnected = false;
    this.#isLooking = true;
    this.#replay?.client.disconnected();
  }

  /** The room is closed to this browser: what it holds of it is shown. */
  async refused(reason: FinalReason, documents: readonly RoomDocument[]): Promise<void> {
    const { bearer } = this.#options;
    await this.#adopt((record) => record.bearer === bearer);
    this.#unsent.set([
      ...documents.flatMap((document) => this.#unsentOf(document, reason)),
      ...this.#left.map((record) => ({ record, reason, isLeft: true })),
      ...this.#unsent.get().filter(({ record, isLeft }) => isLeft && !this.#isLeft(record)),
    ]);
  }

  /** The documents of this page of which the server takes no more, all of them. */
  refusedHere(documents: readonly { readonly document: RoomDocument; readonly reason: OperationRefusal }[]): void {
    const here = documents.flatMap(({ document, reason }) => this.#unsentOf(document, reason));
    const left = this.#unsent.get().filter(({ isLeft }) => isLeft);
    if (here.length > 0 || left.length < this.#unsent.get().length) this.#unsent.set([...here, ...left]);
  }

  /** Takes the frame where it is the answer to something that an earlier page left. */
  receive(frame: DocumentFrame): boolean {
    if (this.#replay?.record.documentId !== frame.documentId) return false;
    this.#replay.client.receive(frame);
    return true;
  }

  /** The server does not know a document that it was asked for: only what was left can name one. */
  openRefused(): void {
    if (this.#replay && !this.#replay.client.isSynchronised) this.#replay.refuse("unknown-document");
  }

  async discard(unsent: UnsentText): Promise<void> {
    this.#unsent.set(this.#unsent.get().filter((one) => one !== unsent));
    this.#queue = this.#queue.filter((record) => record !== unsent.record);
    await this.#store.remove(unsent.record).catch(() => {});
  }

  /** What can be written down is, before anybody else may take it over. */
  async close(): Promise<void> {
    const own = this.#own;
    this.#own = undefined;
    this.#listeners.abort();
    this.lost();
    await this.#flush();
    for (const claim of this.#claims.values()) claim.release();
    this.#claims.clear();
    this.#queue = [];
    this.#replay = undefined;
    this.#store.close();
    (await own?.catch(() => undefined))?.release();
  }

  async #flush(): Promise<void> {
    await Promise.all([...this.#writers.values()].map((writer) => writer.flush()));
  }

  #key(documentId: string): JournalKey {
    return { sessionId: this.#options.sessionId, tabId: this.#tabId, documentId };
  }

  /** What earlier pages left and what is neither sent nor refused yet. */
  get #left(): readonly JournalRecord[] {
    return [...(this.#replay ? [this.#replay.record] : []), ...this.#queue];
  }

  #isLeft(record: JournalRecord): boolean {
    return this.#left.includes(record);
  }

  #isMine(record: JournalRecord): boolean {
    return record.participantId === this.#participantId;
  }

  async #put(record: JournalRecord): Promise<void> {
    await this.#store.put({ ...record, at: Date.now() });
    this.#problem = undefined;
  }

  #record({ documentId, language }: Pick<RoomDocument, "documentId" | "language">, state: PendingState): JournalRecord {
    const { bearer } = this.#options;
    // Nothing can be typed before the welcome.
    const participantId = this.#participantId ?? "";
    return { ...this.#key(documentId), participantId, bearer, language, at: Date.now(), state };
  }

  #unsentOf(document: RoomDocument, reason: UnsentText["reason"]): UnsentText[] {
    const state = document.client.pendingState;
    return state ? [{ record: this.#record(document, state), reason, isLeft: false }] : [];
  }

  /** Takes over what tabs that are gone left of this session. [J4] */
  async #adopt(isMine: (record: JournalRecord) => boolean): Promise<void> {
    const look = async () => {
      const keys = await this.#store.keysOf(this.#options.sessionId);
      for (const tabId of new Set(keys.map((key) => key.tabId))) {
        if (tabId === this.#tabId || this.#claims.has(tabId)) continue;
        const claim = await claimIfFree(tabId);
        if (claim) await this.#takeOver(tabId, claim, isMine);
      }
    };
    const looked = look()
      .catch(() => {})
      // Late: the document may be open for typing, and is closed for as long as it takes.
      .then(() => !this.#isLooking && !this.#replay && this.#next());
    await Promise.race([looked, new Promise((resolve) => setTimeout(resolve, longestLookMs))]);
  }

  async #takeOver(tabId: string, claim: TabClaim, isMine: (record: JournalRecord) => boolean): Promise<void> {
    // Only now does nobody write them any more.
    const keys = await this.#store.keysOf(this.#options.sessionId);
    const found = await Promise.all(keys.filter((key) => key.tabId === tabId).map((key) => this.#store.read(key)));
    const mine = found.filter((record) => record !== undefined && isMine(record));
    // Found too late, or nothing of ours: the next visit looks again.
    if (mine.length === 0 || !this.#own) return claim.release();
    this.#claims.set(tabId, claim);
    this.#queue.push(...mine.filter((record) => record !== undefined));
  }

  #next(): void {
    this.#replay = undefined;
    const index = this.#isConnected ? this.#queue.findIndex((record) => this.#isMine(record)) : -1;
    const [record] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (record) {
      this.#options.onBusy(record.documentId);
      this.#replay = new Replay({
        record,
        put: (changed) => this.#put(changed),
        remove: (key) => this.#store.remove(key),
        newId,
        send: this.#options.send,
        after,
        onState: () => this.#options.onState(),
        onEnd: (refused) => {
          if (refused) {
            const unsent = { record: refused.record, reason: refused.code, isLeft: true };
            this.#unsent.set([...this.#unsent.get(), unsent]);
          }
          this.#next();
        },
      });
      this.#replay.client.connected();
    }
    this.#options.onState();
    this.#options.onFree();
  }

  async #removeOld(): Promise<void> {
    for (const key of await this.#store.keysBefore(Date.now() - longestLifeMs)) {
      if (key.sessionId === this.#options.sessionId) continue;
      const claim = await claimIfFree(key.tabId);
      if (!claim) continue;
      await this.#store.remove(key);
      claim.release();
    }
  }
}

function codeOf(error: unknown): JournalProblem {
  return error instanceof JournalError ? error.code : "unavailable";
}
