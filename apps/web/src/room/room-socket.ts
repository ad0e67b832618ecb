import { closeCodes, isFinal, type CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { AccessLost, type AccessSource } from "../api/access.ts";
import { closeReason, retryDelay } from "./backoff.ts";
import type { FrameSocket, FrameSocketOptions, SocketKind } from "./frame-socket.ts";
import { HttpSocket } from "./http-socket.ts";
import { readFrame } from "./read-frame.ts";
import { SocketAccess } from "./socket-access.ts";
import { isHttpWorking, SocketChoice, tabStorage } from "./socket-choice.ts";
import { createStore, type ReadableStore } from "./store.ts";
import { openWebSocket, webSocketOpensWithinMs } from "./web-socket.ts";

/** "signed-out": no token can be had any more. */
export type FinalReason = CloseReason | "signed-out";

export type Connection =
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "open"; readonly withoutWebSocket?: boolean }
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

const openers: Record<SocketKind, (options: FrameSocketOptions) => FrameSocket> = {
  websocket: openWebSocket,
  http: (options) => new HttpSocket(options),
};

/** One socket at a time to a session's room, opened again until it is told for good not to. */
export class RoomSocket {
  readonly #options: RoomSocketOptions;
  readonly #connection = createStore<Connection>({ kind: "connecting", attempt: 0 });
  readonly #access: SocketAccess;
  #isWanted = false;
  #listeners = new AbortController();
  readonly #choice = new SocketChoice(tabStorage());
  #socket: FrameSocket | undefined;
  /** Of the socket that there is, or was last. */
  #opening: { readonly kind: SocketKind; readonly at: number } = { kind: "websocket", at: 0 };
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: RoomSocketOptions) {
    this.#options = options;
    this.#access = new SocketAccess(options.access, (accessToken) => this.send({ type: "access", accessToken }));
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
    if (!this.#socket?.isOpen) return false;
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
    this.#dropSocket();
    clearTimeout(this.#retry);
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retry);
    this.#connection.set({ kind: "connecting", attempt: this.#attempt });
    try {
      const { accessToken, renewAt } = await this.#access.get();
      if (!this.#isWanted || this.#connection.get().kind !== "connecting" || this.#socket) return;
      this.#open(accessToken);
      this.#access.renewLater(renewAt);
    } catch (error) {
      if (!this.#isWanted) return;
      if (error instanceof AccessLost) this.#connection.set({ kind: "closed", reason: finalReason(error) });
      else this.#wait(undefined);
    }
  }

  #open(accessToken: string): void {
    const { sessionId, access } = this.#options;
    const kind = this.#choice.next();
    this.#opening = { kind, at: Date.now() };
    const socket: FrameSocket = openers[kind]({
      sessionId,
      access,
      accessToken,
      origin: location.origin,
      onMessage: (data) => this.#receive(socket, data),
      onClosed: (code) => this.#lost(socket, code),
    });
    this.#socket = socket;
    this.#expect(openWithinMs);
    this.#heartbeat = setInterval(() => this.#ping(), pingEveryMs);
  }

  #receive(socket: FrameSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const frame = readFrame(data);
    if (!frame || frame.type === "pong") return;
    if (frame.type === "welcome") {
      this.#attempt = 0;
      this.#choice.worked(this.#opening.kind);
      this.#connection.set({ kind: "open", withoutWebSocket: this.#opening.kind === "http" });
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

  #lost(socket: FrameSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#dropSocket();
    this.#options.onLost();
    const reason = closeReason(code);
    const isBroken = reason === undefined || reason === "timed-out";
    if (isBroken && this.#connection.get().kind === "connecting") return void this.#neverWelcomed(code);
    if (reason && isFinal(code)) {
      this.#connection.set({ kind: "closed", reason });
      return;
    }
    if (reason === "unauthenticated") this.#access.refused();
    this.#wait(code);
  }

  /** Where only WebSockets do not come through, the next attempt is made at once. [T12] */
  async #neverWelcomed(code: number): Promise<void> {
    const { kind, at } = this.#opening;
    if (kind === "http") this.#choice.httpFailed();
    const isHeld = Date.now() - at >= webSocketOpensWithinMs;
    // A WebSocket that opened, and then nothing came, has met no proxy but a server that is slow.
    const isRefused = kind === "websocket" && code !== closeCodes["timed-out"];
    const isHttp = isRefused && (await isHttpWorking(location.origin));
    if (!this.#isWanted) return;
    if (!isHttp) return this.#wait(code);
    this.#choice.webSocketFailed({ isHeld });
    await this.#connect();
  }

  #wait(code: number | undefined): void {
    const attempt = this.#attempt++;
    const cause = code === undefined ? undefined : closeReason(code);
    this.#connection.set({ kind: "waiting", attempt, cause });
    this.#retry = setTimeout(() => void this.#connect(), retryDelay(code, attempt, Math.random()));
  }

  #look(): void {
    if (document.visibilityState !== "visible") return;
    this.#ping();
    if (this.#connection.get().kind === "waiting") this.retryNow();
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    clearTimeout(this.#deadline);
    this.#access.stop();
    clearInterval(this.#heartbeat);
    this.#deadline = undefined;
    socket?.close();
  }
}

function finalReason(error: AccessLost): FinalReason {
  return error.code === "invite-revoked" || error.code === "account-disabled" ? "revoked" : "signed-out";
}
