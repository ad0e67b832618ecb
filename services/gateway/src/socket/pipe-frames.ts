import { WebSocket } from "ws";
import type { FrameSocket } from "./frame-socket.ts";

/** More than this waiting for a reader stops its writer, in bytes; it goes on below the second figure. */
const highWaterBytes = 1024 * 1024;
const lowWaterBytes = 256 * 1024;

/** How long a reader may keep its writer stopped, in milliseconds. */
export const stalledAfterMs = 30_000;

/**
 * Passes frames on unparsed: text stays text, order stays order. A sink that does not keep up stops the source, so
 * that what waits here is bounded by the bytes above and one frame.
 *
 * @param onStalled the sink has kept the source stopped for too long
 */
export function pipeFrames(options: {
  source: FrameSocket;
  sink: FrameSocket;
  onStalled: () => void;
  stalledAfterMs?: number;
}): void {
  const { source, sink, onStalled } = options;
  let stalled: NodeJS.Timeout | undefined;
  const goOn = () => {
    clearTimeout(stalled);
    stalled = undefined;
    source.resume();
  };
  const onWritten = () => {
    if (stalled && sink.bufferedAmount <= lowWaterBytes) goOn();
  };
  source.on("message", (data, isBinary) => {
    if (sink.readyState !== WebSocket.OPEN) return;
    sink.send(data, { binary: isBinary, compress: false }, onWritten);
    if (!stalled && sink.bufferedAmount > highWaterBytes) {
      source.pause();
      stalled = setTimeout(onStalled, options.stalledAfterMs ?? stalledAfterMs);
    }
  });
  source.once("close", () => clearTimeout(stalled));
  sink.once("close", goOn);
}
