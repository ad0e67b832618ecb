import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { randomFrom } from "@greenroom/shared/ot/random-operation.ts";
import type { Schedule } from "./crowd.ts";
import { now } from "./live-client.ts";

/** A keystroke is due; the client is an index. */
export interface Beat {
  readonly due: number;
  readonly client: number;
}

/** Between two clients' keystrokes: longer than a message between threads takes. */
const leadMs = 20;

/**
 * Says when keystrokes are due, from a thread of its own: its clock is not held up by what the main thread does, and
 * wakes it within some tens of microseconds, where a timer of Node's would within a millisecond or two.
 */
export async function beat(schedule: Schedule, clients: number, onBeat: (beat: Beat) => void): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { schedule, clients } });
  worker.on("message", onBeat);
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
}

function run({ schedule, clients }: { schedule: Schedule; clients: number }): void {
  const random = randomFrom(schedule.seed);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const start = now() + leadMs;
  const end = start + schedule.seconds * 1000;
  for (let due = start; ;) {
    due += (-Math.log(1 - random()) * 1000) / schedule.perSecond;
    if (due >= end) return;
    const wait = due - now();
    if (wait > 0) Atomics.wait(sleeper, 0, 0, wait);
    const next: Beat = { due, client: Math.floor(random() * clients) };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort?.postMessage(next);
  }
}

// What beat() gives to the thread it starts.
if (!isMainThread && workerData) run(workerData as Parameters<typeof run>[0]);
