import { writeFileSync } from "node:fs";

/** Deterministic noise (mulberry32): the same file every time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A head that moves before a wall, with the noise of a sensor: what takes as many bits as an encoder is given. */
function drawLuma(luma: Uint8Array, of: { width: number; height: number; phase: number; random: () => number }): void {
  const { width, height, phase, random } = of;
  const [x0, y0] = [width * (0.5 + 0.12 * Math.sin(phase)), height * (0.55 + 0.05 * Math.cos(2 * phase))];
  const radius = height * 0.3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isHead = (x - x0) ** 2 + (y - y0) ** 2 < radius ** 2;
      const base = isHead ? 150 + 30 * Math.sin((x - x0) / 9) : 60 + (60 * x) / width;
      luma[y * width + x] = base + 16 * (random() - 0.5);
    }
  }
}

/** A camera for Chromium: so many pictures, shown over and over. Y4M, 4:2:0. https://wiki.multimedia.cx/index.php/YUV4MPEG2 */
export function writeCameraFile(
  path: string,
  of: { width: number; height: number; perSecond: number; pictures: number },
): void {
  const { width, height, perSecond, pictures } = of;
  const random = noise(7);
  const grey = new Uint8Array((width * height) / 2).fill(128);
  const chunks: Uint8Array[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${perSecond}:1 Ip A1:1 C420\n`)];
  for (let picture = 0; picture < pictures; picture++) {
    const luma = new Uint8Array(width * height);
    drawLuma(luma, { width, height, phase: (2 * Math.PI * picture) / pictures, random });
    chunks.push(Buffer.from("FRAME\n"), luma, grey);
  }
  writeFileSync(path, Buffer.concat(chunks));
}
