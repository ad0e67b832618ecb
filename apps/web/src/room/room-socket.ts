import { closeCodes, isFinal, type CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { AccessLost, type AccessSource } from "../api/access.ts";
import { closeReason, retryDelay } from "./backoff.ts";
import { readFrame } from "./read-frame.ts";
import { createStore, type ReadableStore } from "./store.ts";

/** "signed-out": no token can be had any more. */
export type FinalReason = CloseReason | "signed-out";

export type Connection =
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "open" }
  | { readonly kind: "waiting"; readonly attempt: number; readonly cause: CloseReason | undefined }
  | { readonly kind: "closed"; readonly reason: FinalReason };

const pingEveryMs = 5000;
/** Nothing for this long after a ping: the connection is half open, and the browser does not know. */
const pongWithinMs = 5000;
/** The browser says there is no network; a server on this machine may answer all the same. */
const pongWhenOfflineMs = 1500;
/** From the first packet to the welcome. */
const openWithinMs = 10_000;

export interface RoomSocketOptions {
  readonly sessionId: string;
  readonly access: AccessSource;
  /** The first frame on every socket is a welcome. */
  readonly onFrame: (frame: DownFrame) => void;
  readonly onLost: () => void;
}

/** One socket at a time to a session's room, opened again until it is told for good not to. */
export class RoomSocket {
  readonly #options: RoomSocketOptions;
  readonly #connection = createStore<Connection>({ kind: "connecting", attempt: 0 });
  #isWanted = false;
  #listeners = new AbortController();
  #socket: WebSocket | undefined;
  #attempt = 0;
  #needsFreshToken = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: RoomSocketOptions) {
    this.#options = options;
  }

  open(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    window.addEventListener("online", () => this.retryNow(), { signal });
    window.addEventListener("offline", () => this.#ping(pongWhenOfflineMs), { signal });
    window.addEventListener("pageshow", () => this.#look(), { signal });
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    void this.#connect();
  }

  get connection(): ReadableStore<Connection> {
    return this.#connection;
  }

  /** False when nothing is open: what matters is sent again after the next welcome. */
  send(frame: UpFrame): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Stops waiting for the next attempt; after a final refusal, asks once more. */
  retryNow(): void {
    const { kind } = this.#connection.get();
    if (!this.#isWanted || (kind !== "waiting" && kind !== "closed")) return;
    if (kind === "closed") this.#attempt = 0;
    void this.#connect();
  }

  close(): void {
    this.#isWanted = false;
    this.#listeners.abort();
    this.#dropSocket(1000);
    clearTimeout(this.#retry);
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry);
    this.#connection.set({ kind: "connecting", attempt: this.#attempt });
    try {
      const { accessToken, renewAt } = await this.#options.access.get({ fresh: this.#needsFreshToken });
      this.#needsFreshToken = false;
      if (!this.#isWanted || this.#connection.get().kind !== "connecting" || this.#socket) return;
      this.#open(accessToken);
      this.#renewLater(renewAt);
    } catch (error) {
      if (!this.#isWanted) return;
      if (error instanceof AccessLost) this.#connection.set({ kind: "closed", reason: finalReason(error) });
      else this.#wait(undefined);
    }
  }

  #open(accessToken: string): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const url = `${scheme}//${location.host}${socketPath(this.#options.sessionId)}`;
    const socket = new WebSocket(url, [subprotocol, `${accessTokenPrefix}${accessToken}`]);
    this.#socket = socket;
    socket.addEventListener("message", (event) => this.#receive(socket, event.data));
    socket.addEventListener("close", (event) => this.#lost(socket, event.code));
    this.#expect(openWithinMs);
    this.#heartbeat = setInterval(() => this.#ping(), pingEveryMs);
  }

  #receive(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const frame = readFrame(data);
    if (!frame || frame.type === "pong") return;
    if (frame.type === "welcome") {
      this.#attempt = 0;
      this.#connection.set({ kind: "open" });
    }
    this.#options.onFrame(frame);
  }

  #ping(withinMs = pongWithinMs): void {
    if (this.#connection.get().kind !== "open") return;
    if (this.#deadline !== undefined && withinMs === pongWithinMs) return;
    if (this.send({ type: "ping" })) this.#expect(withinMs);
  }

  /** Something has to come within this time, or the socket counts as lost. */
  #expect(withinMs: number): void {
    clearTimeout(this.#deadline);
    const socket = this.#socket;
    this.#deadline = setTimeout(() => socket && this.#lost(socket, closeCodes["timed-out"]), withinMs);
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#dropSocket(1000);
    this.#options.onLost();
    const reason = closeReason(code);
    if (reason && isFinal(code)) {
      this.#connection.set({ kind: "closed", reason });
      return;
    }
    if (reason === "unauthenticated") this.#needsFreshToken = true;
    this.#wait(code);
  }

  #wait(code: number | undefined): void {
    const attempt = this.#attempt++;
    const cause = code === undefined ? undefined : closeReason(code);
    this.#connection.set({ kind: "waiting", attempt, cause });
    this.#retry = setTimeout(() => void this.#connect(), retryDelay(code, attempt, Math.random()));
  }

  #renewLater(at: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => void this.#renew(), Math.max(0, at - Date.now()));
  }

  async #renew(): Promise<void> {
    try {
      // Not a fresh one by force: the page may have renewed it already for a request.
      const { accessToken, renewAt } = await this.#options.access.get();
      this.send({ type: "access", accessToken });
      this.#renewLater(renewAt);
    } catch {
      // The token in use lives on for a while; when it ends, the close tells why.
      this.#renewLater(Date.now() + pingEveryMs);
    }
  }

  #look(): void {
    if (document.visibilityState !== "visible") return;
    this.#ping();
    if (this.#connection.get().kind === "waiting") this.retryNow();
  }

  #dropSocket(code: number): void {
    const socket = this.#socket;
    this.#socket = undefined;
    clearTimeout(this.#deadline);
    clearTimeout(this.#renewal);
    clearInterval(this.#heartbeat);
    this.#deadline = undefined;
    socket?.close(code);
  }
}

function finalReason(error: AccessLost): FinalReason {
  return error.code === "invite-revoked" || error.code === "account-disabled" ? "revoked" : "signed-out";
}
