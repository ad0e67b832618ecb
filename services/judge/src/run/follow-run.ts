import { runWakeChannel } from "@greenroom/shared/jobs/run-stream.ts";
import { readNews, type RunNews } from "@greenroom/shared/node/runs/run-news.ts";
import type { RunQueue } from "@greenroom/shared/node/runs/run-queue.ts";
import type { Subscriber } from "@greenroom/shared/node/runs/subscriber.ts";
import type { Redis } from "ioredis";
import { Bell } from "./bell.ts";
import type { RunEnd } from "./run-facts.ts";
import type { FollowedRun } from "./runs.ts";

/** Wakes may be lost, and so may be the one before Redis had heard of the subscription: it is read again so often. */
const readEveryMs = 1_000;
/** After so many reads without news, something is said all the same: connections that say nothing are cut. */
const silentReads = 5;

export type RunEvent =
  | { readonly kind: "state"; readonly state: "queued" | "running"; readonly position: number | null }
  | { readonly kind: "news"; readonly id: string; readonly news: RunNews }
  /** Nothing has happened for a while. */
  | { readonly kind: "silence" }
  | { readonly kind: "end"; readonly end: RunEnd };

export interface FollowDeps {
  readonly redis: Redis;
  readonly subscriber: Subscriber;
  readonly queue: RunQueue;
}

/**
 * What a run does, in order, each thing once, from after an entry of its stream to its end. Nothing more is read before
 * what was read is taken: whoever is slow costs a page of memory.
 */
export async function* followRun(
  { redis, subscriber, queue }: FollowDeps,
  run: { runId: string; followed: FollowedRun; afterId: string; signal: AbortSignal },
): AsyncGenerator<RunEvent> {
  const { runId, followed, signal } = run;
  const bell = new Bell();
  const stops = [subscriber.on(runWakeChannel(runId), bell.ring), followed.onRunning(bell.ring)];
  signal.addEventListener("abort", bell.ring);
  let end: RunEnd | undefined;
  void followed.ended.then((ended) => {
    end = ended;
    bell.ring();
  });
  let { afterId } = run;
  let told = "";
  let quietReads = 0;
  try {
    while (!signal.aborted) {
      // Whatever it put out was in the stream before its end was known.
      const endBefore = end;
      const page = await readNews(redis, runId, afterId);
      const state = await stateOf(queue, { runId, isRunning: page.news.length > 0 || followed.isRunning() });
      if (endBefore === undefined && told !== JSON.stringify(state)) {
        told = JSON.stringify(state);
        yield { kind: "state", ...state };
      }
      for (const { id, ...news } of page.news) yield { kind: "news", id, news };
      ({ lastId: afterId } = page);
      quietReads = page.news.length > 0 ? 0 : quietReads + 1;
      if (page.isFull) continue;
      if (endBefore) {
        yield { kind: "end", end: endBefore };
        return;
      }
      if (quietReads % silentReads === 0) yield { kind: "silence" };
      await bell.wait(readEveryMs);
    }
  } finally {
    for (const stop of stops) stop();
    signal.removeEventListener("abort", bell.ring);
  }
}

async function stateOf(
  queue: RunQueue,
  run: { runId: string; isRunning: boolean },
): Promise<{ state: "queued" | "running"; position: number | null }> {
  if (run.isRunning) return { state: "running", position: null };
  return { state: "queued", position: await queue.position(run.runId) };
}
