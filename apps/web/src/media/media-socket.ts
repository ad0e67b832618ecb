import { closeCodes, isFinal, type CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import {
  mediaPath,
  type MediaAnswerOf,
  type MediaDown,
  type MediaErrorCode,
  type MediaNews,
  type MediaRequest,
  type MediaRequestOf,
} from "@greenroom/shared/protocol/media.ts";
import { accessTokenPrefix, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { AccessLost, type AccessSource } from "../api/access.ts";
import { closeReason, retryDelay } from "../room/backoff.ts";
import type { FinalReason } from "../room/room-socket.ts";
import { SocketAccess } from "../room/socket-access.ts";
import { createStore, type ReadableStore } from "../room/store.ts";

export type MediaConnection =
  | { readonly kind: "closed"; readonly reason: FinalReason | undefined }
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** `failures` in a row without one answer. */
  | { readonly kind: "waiting"; readonly failures: number; readonly cause: CloseReason | undefined };

/** The service's "no" to a request. [V2] */
export class MediaRefused extends Error {
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string) {
    super(message);
    this.name = "MediaRefused";
    this.code = code;
  }
}

/** The socket broke before the answer came: everything is asked anew on the next one. */
export class MediaLost extends Error {
  readonly code = "media-lost";

  constructor() {
    super("The connection to the media service broke.");
    this.name = "MediaLost";
  }
}

const pingEveryMs = 4000;
/** A request, and an opening, take this long at most; then the socket counts as lost. */
const answerWithinMs = 6000;

/** The fields of a request that its sender chooses. */
type Fields<T extends MediaRequest["type"]> = Omit<MediaRequestOf<T>, "id" | "type">;

interface Waiting {
  readonly answer: (data: unknown) => void;
  readonly refuse: (error: Error) => void;
  readonly deadline: ReturnType<typeof setTimeout>;
}

export interface MediaSocketOptions {
  readonly sessionId: string;
  readonly access: AccessSource;
  /** A new socket: nothing of the former call is known there. [V7] */
  readonly onOpen: () => void;
  readonly onNews: (news: MediaNews) => void;
}

/** One socket at a time to the media service, opened again until it is closed or told for good not to. */
export class MediaSocket {
  readonly #options: MediaSocketOptions;
  readonly #connection = createStore<MediaConnection>({ kind: "closed", reason: undefined });
  readonly #access: SocketAccess;
  readonly #waiting = new Map<number, Waiting>();
  #listeners = new AbortController();
  #socket: WebSocket | undefined;
  #lastId = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #opening: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: MediaSocketOptions) {
    this.#options = options;
    this.#access = new SocketAccess(options.access, (accessToken) => this.request("access", { accessToken }));
  }

  get connection(): ReadableStore<MediaConnection> {
    return this.#connection;
  }

  open(): void {
    if (this.#connection.get().kind !== "closed") return;
    this.#failures = 0;
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    window.addEventListener("online", () => this.#hurry(), { signal });
    document.addEventListener("visibilitychange", () => this.#hurry(), { signal });
    void this.#connect();
  }

  /** Its answer; rejects with MediaRefused or MediaLost. */
  request<T extends MediaRequest["type"]>(type: T, fields: Fields<T>): Promise<MediaAnswerOf<T>> {
    const socket = this.#socket;
    if (!socket || socket.readyState !== WebSocket.OPEN) return Promise.reject(new MediaLost());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        // What a type is answered with is the contract's, and the server is the one that served this page.
        answer: (data) => resolve(data as MediaAnswerOf<T>),
        refuse: reject,
        deadline: setTimeout(() => this.#lost(socket, closeCodes["timed-out"]), answerWithinMs),
      });
      socket.send(JSON.stringify({ ...fields, type, id }));
    });
  }

  /** Another socket, because what was negotiated over this one is good for nothing any more. */
  reopen(): void {
    if (this.#connection.get().kind === "closed") return;
    this.#drop();
    void this.#connect();
  }

  close(): void {
    this.#finish(undefined);
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry);
    this.#connection.set({ kind: "connecting" });
    try {
      const { accessToken, renewAt } = await this.#access.get();
      if (this.#connection.get().kind !== "connecting" || this.#socket) return;
      this.#open(accessToken);
      this.#access.renewLater(renewAt);
    } catch (error) {
      if (this.#connection.get().kind !== "connecting") return;
      if (error instanceof AccessLost) this.#finish("signed-out");
      else this.#wait(undefined);
    }
  }

  #open(accessToken: string): void {
    const url = new URL(mediaPath(this.#options.sessionId), location.origin.replace(/^http/, "ws"));
    const socket = new WebSocket(url, [subprotocol, `${accessTokenPrefix}${accessToken}`]);
    this.#socket = socket;
    this.#opening = setTimeout(() => this.#lost(socket, closeCodes["timed-out"]), answerWithinMs);
    socket.addEventListener("open", () => this.#opened(socket));
    socket.addEventListener("message", ({ data }) => socket === this.#socket && this.#receive(data));
    socket.addEventListener("close", ({ code }) => this.#lost(socket, code));
  }

  #opened(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    clearTimeout(this.#opening);
    // Nobody has to answer a ping twice: the deadline of the first is the socket's.
    this.#heartbeat = setInterval(() => void this.request("ping", {}).catch(() => {}), pingEveryMs);
    this.#connection.set({ kind: "open" });
    this.#options.onOpen();
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return;
    // Only its type is looked at, as of the room's frames: the server is the one that served this page.
    const frame = JSON.parse(data) as MediaDown;
    if (frame.type === "answer") {
      this.#failures = 0;
      this.#settle(frame.id)?.answer(frame.data);
    } else if (frame.type === "refused") {
      if (frame.id !== null) this.#settle(frame.id)?.refuse(new MediaRefused(frame.code, frame.message));
    } else {
      this.#options.onNews(frame);
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.deadline);
    return waiting;
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    const reason = closeReason(code);
    if (reason && isFinal(code)) return this.#finish(reason);
    this.#drop();
    if (reason === "unauthenticated") this.#access.refused();
    this.#wait(code);
  }

  #wait(code: number | undefined): void {
    const failures = this.#failures++;
    const cause = code === undefined ? undefined : closeReason(code);
    this.#retry = setTimeout(() => void this.#connect(), retryDelay(code, failures, Math.random()));
    this.#connection.set({ kind: "waiting", failures: this.#failures, cause });
  }

  #hurry(): void {
    if (this.#connection.get().kind === "waiting" && document.visibilityState === "visible") void this.#connect();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    clearTimeout(this.#opening);
    this.#access.stop();
    clearInterval(this.#heartbeat);
    socket?.close(1000);
    for (const id of this.#waiting.keys()) this.#settle(id)?.refuse(new MediaLost());
  }

  #finish(reason: FinalReason | undefined): void {
    this.#listeners.abort();
    clearTimeout(this.#retry);
    this.#connection.set({ kind: "closed", reason });
    this.#drop();
  }
}
