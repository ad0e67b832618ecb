import type { CaseResult } from "@greenroom/shared/jobs/run-result.ts";
import { getLanguage } from "@greenroom/shared/languages.ts";
import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import { givenInput, type RunSummary } from "@greenroom/shared/protocol/run.ts";

/** As many code points as there were, and nothing of them: operations that come later still fit. */
export const mask = (text: string): string => "\u2588".repeat(codePointLength(text));

/** The body of somebody's event without anything that they wrote, or their programs put out; undefined when it has none. */
export function erasedBody(event: SessionEvent, participantId: string, runs: ReadonlySet<string>): unknown {
  const isTheirs = event.participantId === participantId;
  switch (event.kind) {
    case "session.created":
      if (event.body.createdBy.userId !== participantId) return undefined;
      return { ...event.body, createdBy: { userId: participantId, name: mask(event.body.createdBy.name) } };
    case "participant.joined":
      return isTheirs ? { ...event.body, name: mask(event.body.name) } : undefined;
    case "operation":
      return isTheirs ? { operation: maskStrings(event.body.operation) } : undefined;
    case "document.added": {
      const { text, path } = event.body;
      // A language's own file begins with the language's words, or the problem's.
      const isEntry = path === getLanguage(event.body.language).fileName;
      return isTheirs && !isEntry ? { ...event.body, text: mask(text), path: maskPath(path) } : undefined;
    }
    case "document.renamed":
      return isTheirs ? { ...event.body, path: maskPath(event.body.path) } : undefined;
    case "chat":
      return isTheirs ? { ...event.body, text: mask(event.body.text) } : undefined;
    case "run": {
      const { run } = event.body;
      if (!runs.has(run.runId)) return undefined;
      return { run: { ...run, ...erasedRun(run) } };
    }
    case "run.cases":
      return runs.has(event.body.runId) ? { ...event.body, cases: event.body.cases.map(erasedCase) } : undefined;
    case "run.output": {
      if (!runs.has(event.body.runId)) return undefined;
      const chunks = event.body.chunks.map((chunk) => ({ ...chunk, text: mask(chunk.text) }));
      return { ...event.body, chunks };
    }
    default:
      return undefined;
  }
}

/** What a run was given, what it put out, and the digest of its program, from which a guess at it could be confirmed. */
export function erasedRun({ task, result }: Pick<RunSummary, "task" | "result">): Pick<RunSummary, "task" | "result"> {
  const given = task.kind === "free" && task.input.kind === "given" ? task.input.text : undefined;
  const { cases, receipt } = result ?? {};
  return {
    task: given !== undefined ? givenInput(mask(given)) : task,
    result: result && {
      ...result,
      ...(cases && { cases: cases.map(erasedCase) }),
      ...(receipt && { receipt: { ...receipt, sourceHash: mask(receipt.sourceHash) } }),
    },
  };
}

/** What a program put out, and the message, which quotes it. */
function erasedCase({ stdout, stderr, message, ...figures }: CaseResult): CaseResult {
  return {
    ...figures,
    ...(stdout && { stdout: { ...stdout, text: mask(stdout.text) } }),
    ...(stderr && { stderr: { ...stderr, text: mask(stderr.text) } }),
    ...(message !== undefined && { message: mask(message) }),
  };
}

const maskPath = (path: string): string => path.split("/").map(mask).join("/");

/** Of an operation, what it inserts. */
const maskStrings = (operation: readonly unknown[]): unknown[] =>
  operation.map((component) => (typeof component === "string" ? mask(component) : component));
