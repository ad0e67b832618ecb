import { randomUUID } from "node:crypto";
import { encode, parseDown } from "@greenroom/shared/protocol/codec.ts";
import { isFinal } from "@greenroom/shared/protocol/close-codes.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { DocumentClient } from "../../src/document/document-client.ts";
import type { JournalRecord } from "../../src/document/journal-store.ts";
import { JournalWriter } from "../../src/document/journal-writer.ts";
import { Replay } from "../../src/document/replay.ts";
import type { Disk } from "./disk.ts";
import type { Network } from "./network.ts";

/** As a page's, but quicker to notice: a round is short. */
const pingEveryMs = 500;
const pongWithinMs = 1_500;
const reconnectAfterMs = 60;

export interface TabOptions {
  readonly network: Pick<Network, "url">;
  readonly disk: Disk;
  readonly sessionId: string;
  readonly documentId: string;
  readonly token: string;
  /** Their machine's clock, in milliseconds. */
  readonly now: () => number;
  readonly onTrouble: (words: string) => void;
}

/**
 * One tab of a room without its page: the product's document client, journal writer and replay, on a socket that is opened
 * again and again. It leaves out what needs a browser: Monaco, IndexedDB (the disk takes its place), and locks.
 */
export class Tab {
  readonly tabId = randomUUID();
  readonly client: DocumentClient;
  readonly #options: TabOptions;
  #replay: Replay | undefined;
  #left: JournalRecord[];
  #socket: WebSocket | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #heardAt = 0;
  #isGone = false;

  /** @param left what crashed tabs of this person's have left on the disk */
  constructor(options: TabOptions, left: readonly JournalRecord[]) {
    this.#options = options;
    this.#left = [...left];
    const { documentId, sessionId, disk, now } = options;
    const key = { sessionId, tabId: this.tabId, documentId };
    const record = { ...key, participantId: "", bearer: "guest", language: "python" } as const;
    const keeper = new JournalWriter({
      read: () => this.client.pendingState,
      put: (state) => disk.put({ ...record, at: now(), state }),
      remove: () => disk.remove(key),
      after: this.#after,
      onState: () => {},
    });
    this.client = new DocumentClient({
      documentId,
      newId: randomUUID,
      keeper,
      send: (frame) => this.#send(frame),
      after: this.#after,
      onRemote: () => {},
      onState: () => {},
    });
    this.#connect();
  }

  /** Whether all that this tab and crashed ones before it typed is with the server. */
  get isDone(): boolean {
    return this.client.isSynchronised && !this.#replay && this.#left.length === 0;
  }

  /** Nothing of it runs any more, and nobody was asked. */
  crash(): void {
    this.#isGone = true;
    clearInterval(this.#heartbeat);
    this.#socket?.close();
  }

  readonly #after = (delayMs: number, callback: () => void): void => {
    setTimeout(() => !this.#isGone && callback(), delayMs);
  };

  #send(frame: UpFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encode(frame));
  }

  #connect(): void {
    if (this.#isGone) return;
    const { network, sessionId, token, now } = this.#options;
    const url = new URL(socketPath(sessionId), network.url.replace("http", "ws"));
    const socket = new WebSocket(url, [subprotocol, `${accessTokenPrefix}${token}`]);
    this.#socket = socket;
    this.#heardAt = now();
    socket.addEventListener("message", ({ data }) => this.#receive(socket, String(data)));
    socket.addEventListener("close", ({ code }) => this.#lost(socket, code));
    socket.addEventListener("error", () => this.#lost(socket, 1006));
    this.#heartbeat = setInterval(() => {
      if (now() - this.#heardAt > pongWithinMs) this.#lost(socket, 1006);
      else this.#send({ type: "ping" });
    }, pingEveryMs);
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket || this.#isGone) return;
    clearInterval(this.#heartbeat);
    this.#socket = undefined;
    socket.close();
    this.client.disconnected();
    this.#replay?.client.disconnected();
    if (isFinal(code)) this.#options.onTrouble(`A tab was shut out with ${code}.`);
    else this.#after(reconnectAfterMs, () => this.#connect());
  }

  #receive(socket: WebSocket, data: string): void {
    if (socket !== this.#socket || this.#isGone) return;
    this.#heardAt = this.#options.now();
    const parsed = parseDown(data);
    if (!parsed.ok) this.#options.onTrouble(`The server sent what is no frame: ${data.slice(0, 100)}`);
    else this.#take(parsed.frame);
  }

  #take(frame: DownFrame): void {
    if (frame.type === "welcome") this.#welcomed();
    const isOfDocument =
      frame.type === "document.snapshot" ||
      frame.type === "document.operations" ||
      frame.type === "operation.ack" ||
      frame.type === "operation.refused";
    // While something is replayed the document is not open for typing.
    if (isOfDocument) (this.#replay?.client ?? this.client).receive(frame);
  }

  /** What was left is sent first, then the document is opened for typing. [J4] */
  #welcomed(): void {
    if (this.#replay) return this.#replay.client.connected();
    const record = this.#left[0];
    if (!record) return this.client.connected();
    const { disk, onTrouble } = this.#options;
    this.#replay = new Replay({
      record,
      put: (one) => disk.put(one),
      remove: (one) => disk.remove(one),
      newId: randomUUID,
      send: (frame) => this.#send(frame),
      after: this.#after,
      onState: () => {},
      onEnd: (refused) => {
        if (refused) onTrouble(`What a crashed tab left was refused: ${refused.code}.`);
        void disk.remove(record);
        this.#left.shift();
        this.#replay = undefined;
        this.#welcomed();
      },
    });
    this.#replay.client.connected();
  }
}
