import type { AccessSource } from "../api/access.ts";

/** How a room's frames come and go: over a WebSocket, or over HTTP where a proxy lets none through. [T12] */
export type SocketKind = "websocket" | "http";

/** One connection to a room, from its opening to its end. */
export interface FrameSocket {
  readonly isOpen: boolean;
  /** A frame as text; only while it is open. */
  send(text: string): void;
  /** Nothing is told of it any more. */
  close(): void;
}

export interface FrameSocketOptions {
  readonly sessionId: string;
  /** Where the server is, as `https://host`. */
  readonly origin: string;
  /** What it is opened with. */
  readonly accessToken: string;
  /** Newer tokens, where more than one is needed. */
  readonly access: AccessSource;
  readonly onMessage: (data: unknown) => void;
  /** With a close code of the server's, or 1006 where the connection broke or was never there. Once, and last. */
  readonly onClosed: (code: number) => void;
}
