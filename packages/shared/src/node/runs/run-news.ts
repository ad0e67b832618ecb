import type { Redis } from "ioredis";
import { Compile } from "typebox/compile";
import { CaseResult } from "../../jobs/run-result.ts";
import { OutputChunk, runOutputKey } from "../../jobs/run-stream.ts";

const chunkValidator = Compile(OutputChunk);
const caseValidator = Compile(CaseResult);

/** What a run did: a piece of output, or a test case that was met. */
export type RunNews =
  | { readonly kind: "chunk"; readonly chunk: OutputChunk }
  | { readonly kind: "case"; readonly result: CaseResult };

/** What was read of a run's output stream: the news, each with its entry's id, and where to read on. */
export interface RunPage {
  readonly news: readonly (RunNews & { readonly id: string })[];
  /** The id of the last entry read; of an empty page the one it was asked to read after. */
  readonly lastId: string;
  readonly isFull: boolean;
}

/** Entries of one page: an entry is at most 32 Ki characters. */
const pageSize = 200;
export const fromTheBeginning = "0-0";

/** Reads what a run's output stream holds after an entry, a page at a time. */
export async function readNews(redis: Redis, runId: string, afterId: string): Promise<RunPage> {
  const entries = await redis.xrange(runOutputKey(runId), `(${afterId}`, "+", "COUNT", pageSize);
  const news = entries.flatMap(([id, fields]) => {
    const one = parseNews(fields);
    return one ? [{ ...one, id }] : [];
  });
  return { news, lastId: entries.at(-1)?.[0] ?? afterId, isFull: entries.length === pageSize };
}

/** Another service wrote it: whatever is neither a chunk nor a case is left out. */
export function parseNews([kind, text]: readonly string[]): RunNews | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (kind === "chunk" && chunkValidator.Check(value)) return { kind, chunk: value };
    if (kind === "case" && caseValidator.Check(value)) return { kind, result: value };
  } catch {
    // Neither.
  }
  return undefined;
}

/** A run taken up again after its executor died numbers what it tells from 1 again: what came before is void. [R3] */
export function sinceTakenUp<T extends { readonly number: number }>(numbered: readonly T[]): T[] {
  return numbered.slice(
    Math.max(
      0,
      numbered.findLastIndex(({ number }) => number === 1),
    ),
  );
}
