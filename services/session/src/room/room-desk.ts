import { randomUUID } from "node:crypto";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { NewEvent } from "@greenroom/shared/log/event.ts";
import type { ProblemVersion } from "@greenroom/shared/problem/problem.ts";
import type { ProjectFile } from "@greenroom/shared/protocol/file.ts";
import { type Desk, insertDocument, starterOf } from "../document/document-store.ts";
import type { RoomLog } from "../log/room-log.ts";
import { showProblem, type Sight } from "../problem/what-a-role-sees.ts";
import { setDesk } from "../session/session-repository.ts";
import type { Audience } from "./audience.ts";
import type { LiveState } from "./live-state.ts";
import { filesOfProject, findEntry } from "./project-files.ts";

/** What the room works on, and how everybody hears of it. One change at a time: each looks at what the one before has made. */
export class RoomDesk {
  readonly #log: RoomLog;
  readonly #live: LiveState;
  readonly #audience: Audience;
  #language: LanguageId;
  #problem: ProblemVersion | null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: {
    log: RoomLog;
    live: LiveState;
    audience: Audience;
    language: LanguageId;
    problem: ProblemVersion | null;
  }) {
    this.#log = options.log;
    this.#live = options.live;
    this.#audience = options.audience;
    this.#language = options.language;
    this.#problem = options.problem;
  }

  get language(): LanguageId {
    return this.#language;
  }

  get problem(): ProblemVersion | null {
    return this.#problem;
  }

  /** The document with which runs begin. */
  get documentId(): string {
    const { desk } = this.#live.current;
    if (!desk) throw new Error(`Session ${this.#log.fence.sessionId} has no document for its language.`);
    return desk.documentId;
  }

  /** Of the project that is worked on. [F4] */
  get files(): ProjectFile[] {
    return filesOfProject(this.#live.current, this.documentId);
  }

  /** The room's language is this one from now on. [D8] */
  async setLanguage(language: LanguageId, participantId: string): Promise<void> {
    await this.inTurn(async () => {
      const documentId = await this.#switchTo({ language, problem: this.#problem }, participantId);
      this.#language = language;
      this.#audience.broadcast({ type: "language", language, documentId, documents: this.files, participantId });
    });
  }

  /** The room works on this problem from now on. [B2] */
  async setProblem(problem: ProblemVersion | null, participantId: string): Promise<void> {
    const shown = (sight: Sight) => problem && showProblem(problem, sight);
    await this.inTurn(async () => {
      const documentId = await this.#switchTo({ language: this.#language, problem }, participantId);
      this.#problem = problem;
      const documents = this.files;
      this.#audience.tellBySight((sight) => ({ type: "problem", problem: shown(sight), documentId, documents }));
    });
  }

  /** A file was made, renamed or deleted: of interest to everybody when it is one of the project that is worked on. */
  fileChanged(changedId: string, participantId: string): void {
    const { desk, documents: all } = this.#live.current;
    const changed = all[changedId];
    if (changed?.language !== desk?.language || changed?.problemId !== (desk?.problem?.problemId ?? null)) return;
    const { documentId, files: documents } = this;
    this.#audience.broadcast({ type: "files", documentId, documents, participantId });
  }

  /** Does something to the room's projects once everything before it is done. */
  async inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  /**
   * Makes the room work on a problem in a language: the document that belongs to both becomes the current one, and is
   * made when there is none.
   *
   * @returns the document's id, once that is committed
   */
  async #switchTo(desk: Desk, participantId: string): Promise<string> {
    const { language } = desk;
    const problem = desk.problem && { problemId: desk.problem.problemId, version: desk.problem.version };
    const problemId = problem?.problemId ?? null;
    const known = findEntry(this.#live.current, { language, problemId });
    const documentId = known ?? randomUUID();
    const added = { documentId, language, problemId, path: getLanguage(language).fileName, text: starterOf(desk) };
    const events: NewEvent[] = [{ kind: "desk", participantId, body: { language, documentId, problem } }];
    if (!known) events.unshift({ kind: "document.added", participantId, body: added });
    const { sessionId } = this.#log.fence;
    await this.#log.append(events, async (transaction) => {
      if (!known) await insertDocument(transaction, sessionId, added);
      await setDesk(transaction, sessionId, { language, problem });
    });
    return documentId;
  }
}
