import type { SessionState } from "@greenroom/shared/log/state.ts";
import type { RunMark } from "./run-marks.ts";
import type { Trace } from "./trace.ts";

export const speeds = [0.5, 1, 2, 4, 8, 16, 32] as const;
export interface PlayerClock {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Calls once, soon; returns how to take it back. */
  readonly frame: (callback: () => void) => () => void;
}

/** How long the log is by now, and where runs begin in it. */
export interface Extent {
  /** The first event's instant and the last one's. */
  readonly from: number;
  readonly until: number;
  readonly head: number;
  readonly isLive: boolean;
  readonly runs: readonly RunMark[];
}

export interface Shown {
  readonly state: SessionState;
  readonly trace: Trace;
}

export interface PlayerMode {
  readonly isPlaying: boolean;
  readonly speed: number;
  readonly skipsIdle: boolean;
  /** What is asked for is being fetched. */
  readonly isLoading: boolean;
  /** Why it could not be. */
  readonly failure: unknown;
  /** The idle gap that is being skipped. */
  readonly gap: { readonly from: number; readonly until: number } | undefined;
}
