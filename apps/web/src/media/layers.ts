import type { MediaRequestOf } from "@greenroom/shared/protocol/media.ts";

export interface ShownSize {
  /** In CSS pixels. */
  readonly height: number;
}

export type WantedLayers = Pick<MediaRequestOf<"consumer.layers">, "spatialLayer" | "temporalLayer">;

/** The heights of a camera's three layers, in pixels; a camera that sends less leaves the upper ones out. [V6] */
export const layerHeights = [180, 360, 720] as const;

/** A layer may be drawn this much larger than it is before anybody sees it. */
const stretch = 1.35;
/** Fewer pictures a second than are sent show only in a large picture. */
const allPicturesFromHeight = 120;

/**
 * Which layers are enough for a picture drawn at this height.
 *
 * @param pixelRatio device pixels to a CSS pixel; counted to 1.5 at the most: a face needs no more
 */
export function layersFor({ height }: ShownSize, pixelRatio: number): WantedLayers {
  const pixels = height * Math.min(pixelRatio, 1.5);
  const enough = layerHeights.findIndex((layer) => layer * stretch >= pixels);
  return { spatialLayer: enough < 0 ? 2 : enough, temporalLayer: pixels < allPicturesFromHeight ? 1 : 2 };
}

/** What is sent of a camera, and of a screen, by what one chose: for a slow network or machine there is less of it. */
export const pictures = {
  high: { width: 1280, height: 720, frameRate: 30, screenFrameRate: 15 },
  standard: { width: 640, height: 360, frameRate: 24, screenFrameRate: 10 },
  low: { width: 320, height: 180, frameRate: 12, screenFrameRate: 5 },
} as const;
export type Picture = keyof typeof pictures;

/** Of each layer, in bits a second: a face at that height. */
const layerBitrates = [100_000, 300_000, 900_000] as const;

/** A camera's simulcast: the lowest layer first, as mediasoup counts them. */
export function cameraEncodings(height: number): RTCRtpEncodingParameters[] {
  const wanted = layerHeights.filter((layer) => layer <= Math.max(height, layerHeights[0]));
  return wanted.map((_, index) => ({
    scaleResolutionDownBy: 2 ** (wanted.length - 1 - index),
    maxBitrate: layerBitrates[index] ?? layerBitrates[0],
    // What leaves pictures out for whoever sees it small; of few pictures a second none are left out.
    scalabilityMode: `L1T${wanted.length}`,
  }));
}
