import { getLanguage } from "@greenroom/shared/languages.ts";
import type { NewEvent } from "@greenroom/shared/log/event.ts";
import type { LoggedDocument } from "@greenroom/shared/log/state.ts";
import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import { maxDocumentCharacters } from "@greenroom/shared/ot/validate-operation.ts";
import { isFilePath, isSamePlace } from "@greenroom/shared/project/check-path.ts";
import { maxFilesInProject, type ProjectFile } from "@greenroom/shared/protocol/file.ts";
import { deleteDocument, documentExists, insertDocument, moveDocument } from "../document/document-store.ts";
import { NotAppendedError, type RoomLog } from "../log/room-log.ts";
import type { LiveState } from "./live-state.ts";
import { filesOfProject } from "./project-files.ts";
import { Refusal } from "./refusal.ts";
import type { RoomDesk } from "./room-desk.ts";

/** Documents that a session ever has: what is deleted stays in its log. */
const documentsAtMost = 1_000;

/** The files of a room: one change at a time, each checked against what the one before has made. */
export class RoomFiles {
  readonly #log: RoomLog;
  readonly #live: LiveState;
  readonly #desk: RoomDesk;
  /** Being deleted: nothing more is written in them. */
  readonly #closing = new Set<string>();

  constructor(options: { log: RoomLog; live: LiveState; desk: RoomDesk }) {
    this.#log = options.log;
    this.#live = options.live;
    this.#desk = options.desk;
  }

  /** Whether there is such a document, to be written in. */
  has(documentId: string): boolean {
    return this.#find(documentId) !== undefined && !this.#closing.has(documentId);
  }

  #find(documentId: string): LoggedDocument | undefined {
    const document = this.#live.current.documents[documentId];
    return document?.deleted ? undefined : document;
  }

  /** All files of a document's project, the entry first. [F4] */
  ofProject(documentId: string): ProjectFile[] {
    return filesOfProject(this.#live.current, documentId);
  }

  /** A new file beside the document that the room works in. [F1, F2] */
  async add(file: { documentId: string; path: string; text: string }, participantId: string): Promise<void> {
    const { documentId, path, text } = file;
    if (codePointLength(text) > maxDocumentCharacters)
      throw new Refusal("document-too-large", "The file is too large for a document.");
    await this.#desk.inTurn(async () => {
      const { desk, documents } = this.#live.current;
      const known = this.#find(documentId);
      if (known?.path === path) return; // sent again
      if (documents[documentId]) throw new Refusal("document-taken", "There is a document with this id.");
      if (!desk) return;
      const others = this.ofProject(desk.documentId);
      if (others.length >= maxFilesInProject || Object.keys(documents).length >= documentsAtMost)
        throw new Refusal("too-many-files", `A project has ${maxFilesInProject} files at the most.`);
      requireFree(path, others);
      const { language, problem } = desk;
      const added = { documentId, language, problemId: problem?.problemId ?? null, path, text };
      await this.#append({ kind: "document.added", participantId, body: added }, added);
    });
  }

  async #append(event: NewEvent, added: Parameters<typeof insertDocument>[2]): Promise<void> {
    const { sessionId } = this.#log.fence;
    try {
      await this.#log.append([event], async (transaction) => {
        if (await documentExists(transaction, added.documentId)) throw new NotAppendedError("The id is taken.");
        await insertDocument(transaction, sessionId, added);
      });
    } catch (error) {
      if (!(error instanceof NotAppendedError)) throw error;
      throw new Refusal("document-taken", "There is a document with this id, in another session.");
    }
  }

  /** [F2, F3] */
  async rename(documentId: string, path: string, participantId: string): Promise<void> {
    await this.#desk.inTurn(async () => {
      if (this.#requireOwn(documentId).path === path) return;
      requireFree(
        path,
        this.ofProject(documentId).filter((file) => file.documentId !== documentId),
      );
      await this.#log.append(
        [{ kind: "document.renamed", participantId, body: { documentId, path } }],
        async (transaction) => await moveDocument(transaction, documentId, path),
      );
    });
  }

  /** [F3] */
  async delete(documentId: string, participantId: string): Promise<void> {
    await this.#desk.inTurn(async () => {
      if (this.#live.current.documents[documentId]?.deleted) return; // sent again
      this.#requireOwn(documentId);
      this.#closing.add(documentId);
      try {
        await this.#log.append(
          [{ kind: "document.deleted", participantId, body: { documentId } }],
          async (transaction) => await deleteDocument(transaction, documentId),
        );
      } finally {
        this.#closing.delete(documentId);
      }
    });
  }

  /** A file that may be renamed and deleted: one of the room's that is not its project's entry. */
  #requireOwn(documentId: string): LoggedDocument {
    const document = this.#find(documentId);
    if (!document) throw new Refusal("unknown-document", "There is no such file.");
    if (document.path === getLanguage(document.language).fileName)
      throw new Refusal("entry-file", "The file that runs begin with stays where it is.");
    return document;
  }
}

function requireFree(path: string, others: readonly ProjectFile[]): void {
  if (!isFilePath(path)) throw new Refusal("bad-path", "A file cannot be called so.");
  if (others.some((other) => isSamePlace(other.path, path)))
    throw new Refusal("path-taken", "There is a file, or a folder, of this name.");
}
