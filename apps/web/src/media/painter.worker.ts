// Paints tracks' frames on canvases, each no larger than it is shown.
import type { PaintMessage, PaintOrder, ShownBox } from "./paint-track.ts";

self.addEventListener("message", ({ data }: MessageEvent<PaintOrder>) => void paint(data).catch(reportError));

async function paint({ canvas, frames, port }: PaintOrder): Promise<void> {
  const context = canvas.getContext("2d", { alpha: false });
  const reader = frames.getReader();
  let shown: ShownBox = { width: 0, height: 0 };
  port.addEventListener("message", ({ data }: MessageEvent<PaintMessage>) => {
    if (data !== "stop") shown = data;
    // It may have ended with its track.
    else void reader.cancel().catch(() => {});
  });
  port.start();
  try {
    for (;;) {
      const { value: frame } = await reader.read();
      if (!frame) return;
      try {
        if (context && shown.width > 0 && shown.height > 0) draw(context, frame, shown);
      } finally {
        frame.close();
      }
    }
  } finally {
    port.close();
  }
}

function draw(context: OffscreenCanvasRenderingContext2D, frame: VideoFrame, shown: ShownBox): void {
  const { canvas } = context;
  const { displayWidth, displayHeight } = frame;
  // It fills its box, and what does not fit is cut off.
  const scale = Math.min(1, Math.max(shown.width / displayWidth, shown.height / displayHeight));
  const [width, height] = [Math.ceil(displayWidth * scale), Math.ceil(displayHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    // Forgotten with every size.
    context.imageSmoothingQuality = "medium";
  }
  context.drawImage(frame, 0, 0, width, height);
}
