import { type Excerpt, type RunResult } from "@greenroom/shared/jobs/run-result.ts";
import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import { fromTheBeginning, readNews, sinceTakenUp } from "@greenroom/shared/node/runs/run-news.ts";
import type { Redis } from "ioredis";

/** What a run put out, as its record shows it. */
export interface RunOutput {
  readonly stdout: Excerpt;
  readonly stderr: Excerpt;
  readonly compile: Excerpt;
}

/** Characters of each stream that a record keeps. */
export const maxKeptLength = 1024 * 1024;

/** All output of a run that has ended, in the order in which it came. */
export async function readChunks(redis: Redis, runId: string): Promise<OutputChunk[]> {
  const chunks: OutputChunk[] = [];
  let lastId = fromTheBeginning;
  for (;;) {
    const page = await readNews(redis, runId, lastId);
    for (const news of page.news) if (news.kind === "chunk") chunks.push(news.chunk);
    if (!page.isFull) return sinceTakenUp(chunks);
    lastId = page.lastId;
  }
}

/** What a record keeps of it. Chunks that are missing, because their stream has expired, count as cut off. */
export function collectOutput(result: RunResult, chunks: readonly OutputChunk[]): RunOutput {
  const isIncomplete = chunks.length < result.chunks;
  const collect = (stream: OutputChunk["stream"]): Excerpt => {
    const text = chunks.flatMap((chunk) => (chunk.stream === stream ? [chunk.text] : [])).join("");
    return { text: cutAt(text, maxKeptLength), cut: isIncomplete || text.length > maxKeptLength };
  };
  return { stdout: collect("stdout"), stderr: collect("stderr"), compile: collect("compile") };
}

/** Never cuts a character in two. */
function cutAt(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
