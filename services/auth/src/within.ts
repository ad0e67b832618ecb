import { setTimeout } from "node:timers/promises";

/** How long an answer of Redis is waited for: a client that reconnects would hold a command for many seconds. */
export const redisAnswersWithinMs = 2_000;

/** What the promise comes to, or an error when that takes longer. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = setTimeout(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`There was no answer within ${ms} ms.`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
