import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { ProjectFile } from "@greenroom/shared/protocol/file.ts";
import type { UpFrame, UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { createStore, type ReadableStore } from "../room/store.ts";
import { fileRefusal } from "./file-refusal.ts";

export interface ProjectView {
  readonly language: LanguageId;
  readonly entryId: string;
  /** The entry first, the others by their paths. [F4] */
  readonly files: readonly ProjectFile[];
  /** What this page looks at: everybody's own choice. */
  readonly shownId: string;
}

export interface ProjectOptions {
  readonly newId: () => string;
  readonly send: (frame: UpFrame) => boolean;
  readonly say: (text: string) => void;
  readonly show: (documentId: string, language: LanguageId) => void;
  /** Deleted by somebody. */
  readonly gone: (documentId: string) => void;
}

type Listed = Pick<DownFrameOf<"language">, "documentId" | "documents">;
const noConnection = "there is no connection.";

/** The files of what the room works on. */
export class Project {
  readonly #options: ProjectOptions;
  readonly #view = createStore<ProjectView | undefined>(undefined);
  /** On their way; sent again after a reconnect, they are the same files. [F1] */
  readonly #adding = new Map<string, UpFrameOf<"file.add">>();
  /** One's own new file, to be shown once it is there. */
  #awaitedId: string | undefined;

  constructor(options: ProjectOptions) {
    this.#options = options;
  }

  get view(): ReadableStore<ProjectView | undefined> {
    return this.#view;
  }

  get documentIds(): readonly string[] {
    return this.#view.get()?.files.map(({ documentId }) => documentId) ?? [];
  }

  pathOf(documentId: string | null): string | undefined {
    return this.#view.get()?.files.find((file) => file.documentId === documentId)?.path;
  }

  /** A welcome. `lookedAt`: what an earlier page of this person showed last. */
  connected(listed: Listed & { language: LanguageId }, lookedAt: string | null): void {
    if (this.#view.get()) this.#take(listed, listed.language, undefined);
    else this.#begin(listed, listed.language, lookedAt);
    const has = new Set(listed.documents.map(({ documentId }) => documentId));
    for (const [documentId, frame] of this.#adding) {
      if (has.has(documentId)) this.#adding.delete(documentId);
      else this.#options.send(frame);
    }
  }

  /** Another language or another problem, and its files; or the files have been changed by somebody. */
  changed(listed: Listed & { language?: LanguageId }, by: string | undefined): void {
    const view = this.#view.get();
    if (view) this.#take(listed, listed.language ?? view.language, by);
  }

  choose(documentId: string): void {
    const view = this.#view.get();
    if (!view || view.shownId === documentId || !view.files.some((file) => file.documentId === documentId)) return;
    this.#awaitedId = undefined;
    this.#view.set({ ...view, shownId: documentId });
    this.#options.show(documentId, view.language);
  }

  /** Whether it was sent. */
  add(path: string, text: string, isShown: boolean): boolean {
    const frame: UpFrameOf<"file.add"> = { type: "file.add", documentId: this.#options.newId(), path, text };
    if (!this.#sendOrSay(frame, `${path} was not added`)) return false;
    this.#adding.set(frame.documentId, frame);
    if (isShown) this.#awaitedId = frame.documentId;
    return true;
  }

  rename(documentId: string, path: string): void {
    this.#sendOrSay({ type: "file.rename", documentId, path }, "The file was not renamed");
  }

  delete(documentId: string): void {
    this.#sendOrSay({ type: "file.delete", documentId }, "The file was not deleted");
  }

  /** Whether the refusal was about a change of files. */
  refused(frame: DownFrameOf<"error">): boolean {
    if (!frame.refused?.startsWith("file.")) return false;
    const { documentId = "" } = frame;
    const path = this.#adding.get(documentId)?.path ?? this.pathOf(documentId) ?? "The file";
    this.#adding.delete(documentId);
    this.#options.say(fileRefusal(frame, path));
    return true;
  }

  #begin(listed: Listed, language: LanguageId, lookedAt: string | null): void {
    const { documentId: entryId, documents: files } = listed;
    const shownId = files.some(({ documentId }) => documentId === lookedAt) && lookedAt ? lookedAt : entryId;
    this.#view.set({ language, entryId, files, shownId });
    this.#options.show(shownId, language);
  }

  #take(listed: Listed, language: LanguageId, by: string | undefined): void {
    const before = this.#view.get();
    if (!before) return;
    const { documentId: entryId, documents: files } = listed;
    const has = new Set(files.map(({ documentId }) => documentId));
    for (const { documentId } of files) this.#adding.delete(documentId);
    const awaited = this.#awaitedId !== undefined && has.has(this.#awaitedId) ? this.#awaitedId : undefined;
    const shownId = awaited ?? (has.has(before.shownId) ? before.shownId : entryId);
    if (awaited) this.#awaitedId = undefined;
    this.#view.set({ language, entryId, files, shownId });
    // Those of another language or problem are still there, and shown again with it.
    const gone = before.entryId === entryId ? before.files.filter(({ documentId }) => !has.has(documentId)) : [];
    for (const { documentId } of gone) this.#options.gone(documentId);
    if (shownId === before.shownId) return;
    this.#options.show(shownId, language);
    const lost = gone.find(({ documentId }) => documentId === before.shownId);
    if (!lost || awaited) return;
    const entry = files.find(({ documentId }) => documentId === entryId)?.path ?? "the first file";
    this.#options.say(`${lost.path} was deleted${by === undefined ? "" : ` by ${by}`}. You are in ${entry} now.`);
  }

  #sendOrSay(frame: UpFrame, otherwise: string): boolean {
    const isSent = this.#options.send(frame);
    if (!isSent) this.#options.say(`${otherwise}: ${noConnection}`);
    return isSent;
  }
}
