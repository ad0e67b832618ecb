import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Schedule, Typed } from "./load/crowd.ts";
import { now } from "./load/live-client.ts";
import { beat } from "./load/metronome.ts";

/** What one keystroke comes to in Postgres's log, in bytes. */
const bytesOfKeystroke = 800;
/** As long as a segment of Postgres's log, and made before it is written to, like one that is used again. */
const fileBytes = 16 * 1024 * 1024;

/**
 * The least that it takes to write a keystroke down before anybody hears of it: a group commit without a database. What
 * has come while the last flush was under way is written and flushed to the disk together; nobody is told.
 *
 * @param folder on the disk that Postgres's log is on
 */
export async function typeToDisk(folder: string, schedule: Schedule): Promise<Typed> {
  const path = join(folder, "flush-floor");
  const file = await open(path, "w");
  try {
    await file.write(Buffer.alloc(fileBytes));
    await file.sync();
    return await typeInto(file, schedule);
  } finally {
    await file.close();
    await rm(path);
  }
}

async function typeInto(file: FileHandle, schedule: Schedule): Promise<Typed> {
  const latencies: number[] = [];
  const lags: number[] = [];
  let waiting: number[] = [];
  let flushing: Promise<void> | undefined;
  let position = 0;
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const dues = waiting;
      waiting = [];
      const bytes = Buffer.alloc(dues.length * bytesOfKeystroke, "x");
      if (position + bytes.length > fileBytes) position = 0;
      await file.write(bytes, 0, bytes.length, position);
      position += bytes.length;
      await file.datasync();
      for (const due of dues) latencies.push(now() - due);
    }
    flushing = undefined;
  };
  await beat(schedule, 1, ({ due }) => {
    lags.push(now() - due);
    waiting.push(due);
    flushing ??= flush();
  });
  await flushing;
  return {
    latencies: Float64Array.from(latencies),
    lags: Float64Array.from(lags),
    keystrokes: lags.length,
    missing: 0,
  };
}
