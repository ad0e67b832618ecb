import type { RawData } from "ws";

/** What joining two sockets asks of each: a WebSocket has it all, and so has an HttpSocket. */
export interface FrameSocket {
  /** As a WebSocket's. */
  readonly readyState: number;
  readonly isPaused: boolean;
  /** Bytes that were sent and not yet taken. */
  readonly bufferedAmount: number;
  on(event: "message", listener: (data: RawData, isBinary: boolean) => void): unknown;
  on(event: "pong", listener: () => void): unknown;
  once(event: "close", listener: (code: number, reason: Buffer) => void): unknown;
  send(data: RawData, options: { binary: boolean; compress: boolean }, onWritten: (error?: Error) => void): void;
  pause(): void;
  resume(): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}
