import { createHash } from "node:crypto";
import type { Program } from "@greenroom/shared/jobs/program.ts";
import type { GradedTask, RunJob } from "@greenroom/shared/jobs/run-job.ts";
import type { Receipt } from "@greenroom/shared/jobs/run-result.ts";

/** What a run is carried out with that its job does not say. */
export interface Equipment {
  readonly languageVersion: string;
  /** The id of the image's content. */
  readonly image: string;
  readonly runtime: string;
}

export function makeReceipt(job: RunJob, task: GradedTask, equipment: Equipment): Receipt {
  return {
    at: Date.now(),
    language: job.program.language,
    ...equipment,
    limits: job.limits,
    sourceHash: hash(pieces(job.program)),
    taskHash: hash([canonical(task)]),
    seed: task.seed,
  };
}

/** Files by what is in them, however that was written down: base64 or text. */
function pieces(program: Program): (string | Buffer)[] {
  return program.files.flatMap(({ name, content, encoding }) => [name, Buffer.from(content, encoding)]);
}

/** Each piece goes in with its length before it, so that no two lists of pieces read alike. */
function hash(all: readonly (string | Buffer)[]): string {
  const sum = createHash("sha256");
  for (const piece of all) {
    const bytes = Buffer.from(piece);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    sum.update(length).update(bytes);
  }
  return sum.digest("hex");
}

/** JSON with sorted keys: whoever stored the task meanwhile (Postgres' jsonb does) may have put them in another order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

/** The seed reaches every program of a graded run, and what would be random in Python from one run to the next follows it. */
export function seedEnvironment(seed: number): Record<string, string> {
  return { SEED: String(seed), PYTHONHASHSEED: String(seed) };
}
