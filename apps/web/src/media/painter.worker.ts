// Paints tracks' frames on canvases, each no larger than it is shown.
import type { PaintMessage, PaintOrder, ShownBox } from "./paint-track.ts";

self.addEventListener("message", ({ data }: MessageEvent<PaintOrder>) => void paint(data).catch(reportError));

async function paint({ canvas, frames, port }: PaintOrder): Promise<void> {
  const context = canvas.getContext("2d", { alpha: false });
  const reader = frames.getReader();
  let shown: ShownBox | undefined;
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
        if (context) draw(context, frame, shown);
      } finally {
        frame.close();
      }
    }
  } finally {
    port.close();
  }
}

function draw(context: OffscreenCanvasRenderingContext2D, frame: VideoFrame, shown: ShownBox | undefined): void {
  const { canvas } = context;
  const { displayWidth, displayHeight } = frame;
  const fill = shown ? Math.max(shown.width / displayWidth, shown.height / displayHeight) : 1;
  const scale = Math.min(1, fill || 1);
  const [width, height] = [Math.ceil(displayWidth * scale), Math.ceil(displayHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    // Forgotten with every size.
    context.imageSmoothingQuality = "medium";
  }
  context.drawImage(frame, 0, 0, width, height);
}
