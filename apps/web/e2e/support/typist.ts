import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { CommittedOperation } from "@greenroom/shared/protocol/document.ts";
import { operationFromEdits } from "@greenroom/shared/ot/utf16.ts";
import { until } from "@greenroom/shared/testing/until.ts";
import { DocumentClient, type DocumentFrame } from "../../src/document/document-client.ts";
import { openSocket, type TestSocket } from "./socket.ts";

/** How often a typist looks at what came, in milliseconds. */
const lookEveryMs = 4;

/** Somebody who writes into a session's document without a page: the page's own client over a socket. */
export class Typist {
  readonly client: DocumentClient;
  /** What other people did, operation by operation, as it was committed. */
  readonly seen: CommittedOperation[] = [];
  readonly #socket: TestSocket;
  readonly #documentId: string;
  readonly #participantId: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #looked = 0;

  static async create(room: { url: string; sessionId: string; accessToken: string }): Promise<Typist> {
    const socket = await openSocket(room.url, room.sessionId, room.accessToken);
    const { session, self } = await socket.frame("welcome");
    const { documentId } = session;
    const typist = new Typist({ socket, documentId, participantId: self.participantId });
    typist.client.connected();
    await until("a typist has the document", () => typist.client.isSynchronised, { everyMs: lookEveryMs });
    return typist;
  }

  constructor(of: { socket: TestSocket; documentId: string; participantId: string }) {
    const { socket, documentId } = of;
    this.#socket = socket;
    this.#documentId = documentId;
    this.#participantId = of.participantId;
    this.client = new DocumentClient({
      documentId,
      newId: () => crypto.randomUUID(),
      send: (frame) => socket.send(frame),
      after: (delayMs, callback) => setTimeout(callback, delayMs),
      onRemote: () => undefined,
      onState: () => undefined,
    });
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** Replaces `length` UTF-16 units at an offset by a text. */
  write(offset: number, text: string, length = 0): void {
    this.client.local(operationFromEdits(this.client.text, [{ offset, length, text }]));
  }

  /** The same right before (or, with `after`, behind) the first place where a mark stands. */
  writeAt(mark: string, text: string, side: "before" | "after" = "before"): void {
    const at = this.client.text.indexOf(mark);
    if (at < 0) throw new Error(`There is no "${mark}" in the text.`);
    this.write(side === "before" ? at : at + mark.length, text);
  }

  /** Shows everybody the document of another language; this one goes on with the one that it has. */
  changeLanguage(language: LanguageId): void {
    this.#socket.send({ type: "language", language });
  }

  async saved(): Promise<void> {
    await until("a typist's text is saved", () => this.client.isSynchronised, { everyMs: lookEveryMs });
  }

  /** Waits until the text is as it should be. */
  async sees(what: string, holds: (text: string) => boolean, withinMs = 10_000): Promise<string> {
    const look = () => holds(this.client.text);
    const seen = () => this.client.text.slice(0, 2_000);
    await until(what, look, { everyMs: lookEveryMs, withinMs, seen });
    return this.client.text;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #look(): void {
    for (const frame of this.#socket.frames.slice(this.#looked)) {
      this.#looked += 1;
      if (!isOf(frame, this.#documentId)) continue;
      if (frame.type === "document.operations")
        this.seen.push(...frame.operations.filter(({ participantId }) => participantId !== this.#participantId));
      this.client.receive(frame);
    }
  }
}

function isOf(frame: TestSocket["frames"][number], documentId: string): frame is DocumentFrame {
  switch (frame.type) {
    case "document.snapshot":
    case "document.operations":
    case "operation.ack":
    case "operation.refused":
      return frame.documentId === documentId;
    default:
      return false;
  }
}
