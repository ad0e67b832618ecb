import type { types } from "mediasoup-client";

/**
 * How much the call gives way so that the editor does not suffer: 0 nothing, 1 one's own camera is sent small, 2 others'
 * pictures are fetched small, 3 they are not fetched. Sound is never touched.
 */
export type PressureLevel = 0 | 1 | 2 | 3;

export interface PressureSample {
  /** The share of time that something held the page up for 50 ms and more, from 0 to 1. */
  readonly heldUp: number;
  /** The browser sends smaller or fewer pictures because the processor is short, or the network very short. */
  readonly isLimited: boolean;
}

export interface Pressure {
  readonly level: PressureLevel;
  /** Samples in a row under pressure (above 0) or without it (below). */
  readonly run: number;
}

export const noPressure: Pressure = { level: 0, run: 0 };

/** A page that is held up for this share of time does not keep up with somebody who types. */
const heldUpTooLong = 0.25;
/** Under pressure for so many samples, the next level; without, one back. */
const riseAfter = 2;
const fallAfter = 5;

/** What comes of another sample. Only a page that is held up loses pictures: a short processor makes them smaller. */
export function nextPressure({ level, run }: Pressure, { heldUp, isLimited }: PressureSample): Pressure {
  const isHeldUp = heldUp > heldUpTooLong;
  const highest: PressureLevel = isHeldUp ? 3 : isLimited ? 2 : 0;
  if (highest > 0) {
    const risen = Math.max(0, run) + 1;
    if (risen < riseAfter || level >= highest) return { level, run: risen };
    // Below 3, so there is a next one.
    return { level: (level + 1) as PressureLevel, run: 0 };
  }
  const fallen = Math.min(0, run) - 1;
  if (-fallen < fallAfter || level === 0) return { level, run: fallen };
  // Above 0, so there is one before.
  return { level: (level - 1) as PressureLevel, run: 0 };
}

/** Below this for all of one's pictures, in bits a second, the network carries sound and little else. */
const shortBitrate = 150_000;

/** Whether a producer's browser says that it is short of something. https://www.w3.org/TR/webrtc-stats/ */
export async function isLimited(camera: types.Producer): Promise<boolean> {
  const report = await camera.getStats();
  // The DOM types leave most of a report's fields out.
  const all = [...report.values()] as { type: string; qualityLimitationReason?: string; targetBitrate?: number }[];
  const sent = all.filter(({ type }) => type === "outbound-rtp");
  const bitrate = sent.reduce((sum, { targetBitrate = 0 }) => sum + targetBitrate, 0);
  return sent.some(
    ({ qualityLimitationReason: reason }) => reason === "cpu" || (reason === "bandwidth" && bitrate < shortBitrate),
  );
}

/** Adds up what holds the page up; 0 where the browser does not tell. */
export class LongTasks {
  #observer: PerformanceObserver | undefined;
  #totalMs = 0;
  #since = performance.now();

  constructor() {
    if (!PerformanceObserver.supportedEntryTypes.includes("longtask")) return;
    this.#observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#totalMs += duration;
    });
    this.#observer.observe({ type: "longtask" });
  }

  /** The share of the time since the last call. */
  take(): number {
    const now = performance.now();
    const share = this.#totalMs / Math.max(1, now - this.#since);
    this.#totalMs = 0;
    this.#since = now;
    return share;
  }

  close(): void {
    this.#observer?.disconnect();
  }
}
