import { randomUUID } from "node:crypto";
import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { NewEvent } from "@greenroom/shared/log/event.ts";
import type { SessionState } from "@greenroom/shared/log/state.ts";
import { type Desk, insertDocument, starterOf } from "../document/document-store.ts";
import type { RoomLog } from "../log/room-log.ts";
import { setDesk } from "../session/session-repository.ts";
import type { LiveState } from "./live-state.ts";

/** The document of a project that its runs begin with: the language's own. */
export function findEntry(
  { documents }: SessionState,
  { language, problemId }: { language: LanguageId; problemId: string | null },
): string | undefined {
  const { fileName } = getLanguage(language);
  return Object.entries(documents).find(
    ([, one]) => !one.deleted && one.language === language && one.problemId === problemId && one.path === fileName,
  )?.[0];
}

/** What the room works on. One change at a time: each looks at what the one before has made. */
export class RoomDesk {
  readonly #log: RoomLog;
  readonly #live: LiveState;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: { log: RoomLog; live: LiveState }) {
    this.#log = options.log;
    this.#live = options.live;
  }

  /**
   * Makes the room work on a problem in a language: the document that belongs to both becomes the current one, and is
   * made when there is none.
   *
   * @param desk asked when it is its turn
   * @param then told of its document once that is committed, and before anybody's next turn
   */
  async switchTo(desk: () => Desk, participantId: string, then: (documentId: string) => void): Promise<void> {
    await this.inTurn(async () => then(await this.#switchTo(desk(), participantId)));
  }

  /** Does something to the room's projects once everything before it is done. */
  async inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  /** @returns the document's id, once that is committed */
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
