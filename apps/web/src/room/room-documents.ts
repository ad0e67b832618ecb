import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import type { DocumentFrame } from "../document/document-client.ts";
import { createRoomDocument, type RoomDocument } from "./room-document.ts";
import { RoomJournal, type UnsentText } from "./room-journal.ts";
import type { FinalReason } from "./room-socket.ts";
import { isSameSaving, nothingToSave, type Saving } from "./saving.ts";
import { createStore, type ReadableStore } from "./store.ts";

export interface RoomDocumentsOptions {
  readonly sessionId: string;
  readonly bearer: "user" | "guest";
  readonly send: (frame: UpFrame) => void;
  readonly isOpen: () => boolean;
  /** Something was typed, acknowledged, loaded or refused. */
  readonly onChange: (now: Saving, before: Saving) => void;
}

/** The documents that a page has seen of its room, the one that it shows, and how they stand with the server. */
export class RoomDocuments {
  readonly #options: RoomDocumentsOptions;
  readonly #shown = createStore<RoomDocument | undefined>(undefined);
  readonly #saving = createStore(nothingToSave);
  readonly #all = new Map<string, RoomDocument>();
  readonly #journal: RoomJournal;

  constructor(options: RoomDocumentsOptions) {
    this.#options = options;
    this.#journal = new RoomJournal({
      ...options,
      onState: () => this.#changed(),
      onBusy: (documentId) => this.#all.get(documentId)?.client.disconnected(),
      onFree: () => this.#connectWanted(),
    });
  }

  get shown(): ReadableStore<RoomDocument | undefined> {
    return this.#shown;
  }
  get saving(): ReadableStore<Saving> {
    return this.#saving;
  }
  get unsent(): ReadableStore<readonly UnsentText[]> {
    return this.#journal.unsent;
  }

  open(): void {
    this.#journal.open();
  }

  /** A socket is open: what an earlier page left is sent, and then what is shown is opened. */
  welcomed(participantId: string, documentId: string): void {
    this.clearCarets();
    void this.#journal.welcomed(participantId, documentId);
    this.#tellRefused();
  }

  show(documentId: string, language: LanguageId): void {
    const known = this.#all.get(documentId);
    const document =
      known ??
      createRoomDocument({
        documentId,
        language,
        send: this.#options.send,
        keep: (...of) => this.#journal.keep(...of),
        onState: () => this.#changed(),
      });
    this.#all.set(documentId, document);
    this.#shown.set(document);
    this.#changed();
  }

  /** Not before what an earlier page left of it is sent: then it is connected with all others. */
  connect(documentId: string): void {
    const client = this.#all.get(documentId)?.client;
    if (client && !client.isConnected && !this.#journal.isBusy(documentId)) client.connected();
  }

  /** All that was typed into these is with the server. */
  areSaved(documentIds: readonly string[]): boolean {
    return documentIds.every((documentId) => (this.#all.get(documentId)?.client.unsavedChanges ?? 0) === 0);
  }

  /** It was deleted: what was typed into it and did not arrive in time is shown. [J7] */
  gone(documentId: string): void {
    const document = this.#all.get(documentId);
    document?.carets.clear();
    document?.client.refuse("unknown-document");
  }

  receive(frame: DocumentFrame): void {
    if (!this.#journal.receive(frame)) this.#all.get(frame.documentId)?.client.receive(frame);
  }

  /** The server does not know a document that it was asked for. */
  openRefused(documentId: string | undefined): void {
    const client = documentId === undefined ? undefined : this.#all.get(documentId)?.client;
    if (client?.isConnected) client.refuse("unknown-document");
    else this.#journal.openRefused();
  }

  caretsMoved(frame: DownFrameOf<"presence">): void {
    for (const document of this.#all.values()) {
      if (document.documentId === frame.documentId) document.carets.receive(frame, document.client);
      else document.carets.receive({ ...frame, selections: [] }, document.client);
    }
  }

  keepCarets(participantIds: ReadonlySet<string>): void {
    for (const document of this.#all.values()) document.carets.keep(participantIds);
  }

  clearCarets(): void {
    for (const document of this.#all.values()) document.carets.clear();
  }

  /** The person has seen it, and needs it no more. */
  discard(unsent: UnsentText): void {
    if (!unsent.isLeft) this.#all.get(unsent.record.documentId)?.client.abandon();
    void this.#journal.discard(unsent);
  }

  closedForGood(reason: FinalReason): void {
    void this.#journal.refused(reason, [...this.#all.values()]);
  }

  ended(): void {
    this.clearCarets();
    this.#changed();
  }

  lost(): void {
    this.#journal.lost();
    for (const document of this.#all.values()) document.client.disconnected();
  }

  close(): void {
    void this.#journal.close();
  }

  #connectWanted(): void {
    if (!this.#options.isOpen()) return;
    const shown = this.#shown.get();
    for (const document of this.#all.values()) {
      if (document === shown || document.client.unsavedChanges > 0) this.connect(document.documentId);
    }
  }

  #changed(): void {
    const clients = [...this.#all.values()].map((document) => document.client);
    const now: Saving = {
      unsaved: clients.reduce((sum, client) => sum + client.unsavedChanges, this.#journal.unsaved),
      landed: clients.reduce((sum, client) => sum + client.landedOperations, 0),
      keeping: this.#journal.keeping,
      problem: clients.find((client) => client.problem)?.problem,
      isLoaded: this.#shown.get()?.client.isLoaded ?? false,
    };
    const before = this.#saving.get();
    if (!isSameSaving(before, now)) this.#saving.set(now);
    if (now.problem !== before.problem) this.#tellRefused();
    this.#options.onChange(now, before);
  }

  /** What the server takes no more is shown, so that it can be copied. [J7] */
  #tellRefused(): void {
    const refused = [...this.#all.values()].flatMap((document) => {
      const { problem: reason } = document.client;
      return reason && reason !== "document-too-large" ? [{ document, reason }] : [];
    });
    this.#journal.refusedHere(refused);
  }
}
