/** Whose server a crowd types at. */
export type SystemName = "greenroom" | "relay" | "sharedb" | "hocuspocus";

/** One room, and one client for each token; peers look at none and take any. */
export interface RoomSpec {
  readonly name: string;
  readonly tokens: readonly string[];
}

export interface CrowdOptions {
  readonly system: SystemName;
  /** As http. */
  readonly url: string;
  readonly rooms: readonly RoomSpec[];
}

/** Keystrokes by the clock, whatever became of those before. */
export interface Schedule {
  /** Of all clients together, Poisson. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface Typed {
  /** From the instant a keystroke was due to its arrival at each other client of its room, in milliseconds. */
  readonly latencies: Float64Array;
  /** How late each keystroke was made: what the machine and the load's own thread add to the latencies; milliseconds. */
  readonly lags: Float64Array;
  readonly keystrokes: number;
  /** Keystrokes times receivers that never came within five seconds. */
  readonly missing: number;
}

export type Order = { kind: "open"; crowd: CrowdOptions } | { kind: "type"; schedule: Schedule };
export type Answer = { kind: "opened" } | { kind: "typed"; typed: Typed } | { kind: "failed"; why: string };
