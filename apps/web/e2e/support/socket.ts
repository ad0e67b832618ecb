import type { DownFrame, DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { encode, parseDown } from "@greenroom/shared/protocol/codec.ts";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";
import { until } from "@greenroom/shared/testing/until.ts";

/** A participant without a page: one socket through the gateway, and all that came over it. */
export interface TestSocket {
  readonly frames: DownFrame[];
  /** The code it was closed with; undefined while it is open. */
  readonly closeCode: number | undefined;
  send(frame: UpFrame): void;
  sendText(text: string): void;
  /** Waits for a frame of a type (the first that fits, from those that came already on). */
  frame<T extends DownFrame["type"]>(type: T, fits?: (frame: DownFrameOf<T>) => boolean): Promise<DownFrameOf<T>>;
  /** Waits until it is closed, and answers with the code. */
  closed(withinMs?: number): Promise<number>;
  close(): void;
}

/** Opens a socket and waits until it is welcomed or refused. */
export async function openSocket(url: string, sessionId: string, accessToken: string): Promise<TestSocket> {
  const frames: DownFrame[] = [];
  const socket = new WebSocket(new URL(socketPath(sessionId), url.replace(/^http/, "ws")), [
    subprotocol,
    `${accessTokenPrefix}${accessToken}`,
  ]);
  let closeCode: number | undefined;
  socket.addEventListener("message", ({ data }) => {
    const parsed = parseDown(String(data));
    if (!parsed.ok) throw new Error(`The server sent what is no frame: ${String(data).slice(0, 200)}`);
    frames.push(parsed.frame);
  });
  socket.addEventListener("close", ({ code }) => {
    closeCode = code;
  });
  await until("a socket is welcomed or refused", () => frames.length > 0 || closeCode !== undefined, { everyMs: 5 });
  return {
    frames,
    get closeCode() {
      return closeCode;
    },
    send: (frame) => socket.send(encode(frame)),
    sendText: (text) => socket.send(text),
    frame: async <T extends DownFrame["type"]>(type: T, fits: (frame: DownFrameOf<T>) => boolean = () => true) =>
      await until(
        `a frame "${type}"`,
        () => frames.find((frame): frame is DownFrameOf<T> => frame.type === type && fits(frame as DownFrameOf<T>)),
        { everyMs: 5, seen: () => frames.map((frame) => frame.type) },
      ),
    closed: async (withinMs = 10_000) => await until("the socket is closed", () => closeCode, { withinMs }),
    close: () => socket.close(),
  };
}
