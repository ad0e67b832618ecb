import { floatingWindows } from "./floating-windows.ts";

/** https://www.w3.org/TR/mediacapture-transform: in Chromium's windows, and not in the DOM types. */
type TrackProcessor = new (options: { track: MediaStreamTrack; maxBufferSize: number }) => {
  readonly readable: ReadableStream<VideoFrame>;
};

/** What the painter is given for each picture. */
export interface PaintOrder {
  readonly canvas: OffscreenCanvas;
  readonly frames: ReadableStream<VideoFrame>;
  /** On it comes each {@link PaintMessage}. */
  readonly port: MessagePort;
}

/** How large a picture is shown, in the screen's own pixels; nothing by nothing where nobody sees it. */
export interface ShownBox {
  readonly width: number;
  readonly height: number;
}

/** The picture is shown so large from now on, or not at all any more. */
export type PaintMessage = ShownBox | "stop";

const processor = (): TrackProcessor | undefined =>
  (window as { MediaStreamTrackProcessor?: TrackProcessor }).MediaStreamTrackProcessor;

let painter: Worker | undefined;

/** Whether tracks can be painted here, and nobody needs a video's element of them to have it in a window of its own. */
export const canPaint = (): boolean => processor() !== undefined && floatingWindows() !== undefined;

/**
 * Paints a track's frames as they come, in a thread that is nobody else's.
 *
 * @param canvas is in its page, and has been painted on by nobody
 * @param onFailed when nothing will be painted any more, though frames come
 * @returns what ends it
 */
export function paintTrack(track: MediaStreamTrack, canvas: HTMLCanvasElement, onFailed: () => void): () => void {
  const Processor = processor();
  if (!Processor) throw new Error("This browser gives nobody a track's frames.");
  const { readable: frames } = new Processor({ track, maxBufferSize: 1 });
  const { port1: own, port2: port } = new MessageChannel();
  const surface = canvas.transferControlToOffscreen();
  painter ??= new Worker(new URL("./painter.worker.ts", import.meta.url), { type: "module" });
  const ended = new AbortController();
  const { signal } = ended;
  painter.addEventListener("error", onFailed, { signal });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker belongs to its page
  painter.postMessage({ canvas: surface, frames, port } satisfies PaintOrder, [surface, frames, port]);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above
  const tell = (message: PaintMessage) => own.postMessage(message);
  // The page's, or that of a window that floats, which is seen when the page is not.
  const page = canvas.ownerDocument;
  const tellBox = () => {
    const { width, height } = page.hidden ? { width: 0, height: 0 } : canvas.getBoundingClientRect();
    tell({ width: width * devicePixelRatio, height: height * devicePixelRatio });
  };
  const sizes = new ResizeObserver(tellBox);
  sizes.observe(canvas);
  page.addEventListener("visibilitychange", tellBox, { signal });
  return () => {
    ended.abort();
    sizes.disconnect();
    tell("stop");
  };
}
