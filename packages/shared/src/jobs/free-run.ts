import { getLanguage, type LanguageId } from "../languages.ts";
import { defaultCompileLimits, defaultRunLimits, type RunLimits } from "./limits.ts";
import type { RunJob } from "./run-job.ts";

/** The job of a free run of one source text with its input up front, under the default limits unless told otherwise. */
export function freeRun(run: {
  readonly runId: string;
  readonly trustDomain: string;
  readonly language: LanguageId;
  readonly source: string;
  readonly stdin?: string;
  readonly limits?: Partial<RunLimits>;
}): RunJob {
  const { runId, trustDomain, language, source, stdin = "", limits } = run;
  return {
    runId,
    trustDomain,
    program: { language, files: [{ name: getLanguage(language).fileName, content: source }] },
    task: { kind: "free", input: { kind: "given", text: stdin }, arguments: [] },
    limits: { compile: defaultCompileLimits, run: { ...defaultRunLimits, ...limits } },
  };
}
