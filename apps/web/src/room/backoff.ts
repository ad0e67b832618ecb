import { closeCodes, type CloseReason } from "@greenroom/shared/protocol/close-codes.ts";

/** Between attempts at most this long, in milliseconds: an interview does not wait. */
const longestMs = 3000;
const firstMs = 300;
/** After the server said that it restarts or that the room moved. */
const atOnceMs = 100;
/** And then, until it has: the room of a process that died is another's within a few seconds. */
const longestUntilTakenMs = 500;
/** After it said that there were too many of us. */
const calmerMs = 2000;

/**
 * How long to wait before the next attempt, in milliseconds.
 *
 * @param attempt how many attempts have failed since the last success, from 0
 * @param random a number in [0, 1) that spreads many clients over time
 */
export function retryDelay(code: number | undefined, attempt: number, random: number): number {
  const isAtOnce = code === closeCodes["service-restart"] || code === closeCodes.moved;
  if (attempt === 0 && isAtOnce) return atOnceMs * (0.5 + random);
  const base = code === closeCodes["rate-limited"] ? calmerMs : firstMs * 2 ** Math.min(attempt, 10);
  return Math.min(base, isAtOnce ? longestUntilTakenMs : longestMs) * (0.5 + random / 2);
}

/** The reason a close code stands for; undefined for those of the network's own. */
export function closeReason(code: number): CloseReason | undefined {
  // Object.entries forgets the keys' type.
  const entries = Object.entries(closeCodes) as [CloseReason, number][];
  return entries.find(([, known]) => known === code)?.[0];
}
