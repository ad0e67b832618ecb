import type { TestCase } from "@greenroom/shared/jobs/grading.ts";
import { askChecker } from "./author-program.ts";
import { Capture } from "./capture.ts";
import { runInteractiveCase } from "./interactive-case.ts";
import { judgeProgram } from "./outcome.ts";
import { RunStopped } from "./run-error.ts";
import { type CaseEnd, type CaseTools, reportOpinion } from "./case-end.ts";

export async function runCase(tools: CaseTools, testCase: TestCase): Promise<CaseEnd> {
  const { task, author } = tools;
  if (task.style.kind !== "interactive") return runOnce(tools, testCase);
  if (!author) throw new Error("There is no interactor.");
  return runInteractiveCase({ ...tools, interactor: author, testCase });
}

async function runOnce(tools: CaseTools, testCase: TestCase): Promise<CaseEnd> {
  const { program, questions, context } = tools;
  const said = new Capture();
  const end = await program.run({
    input: { kind: "given", bytes: questions.question(testCase) },
    onOutput: (stream, bytes) => said.add(stream, bytes),
    signal: context.stop,
  });
  const stdout = said.stdout();
  const shown = { end, stdout: () => questions.answer(stdout), stderr: () => said.stderr() };
  const outcome = judgeProgram({
    end,
    limits: program.limits,
    signs: program.runtime.outOfMemory,
    stderrTail: said.stderrTail(),
  });
  if (outcome !== "exited") return { ...shown, verdict: outcome };
  return { ...shown, ...(await check(tools, testCase, stdout)) };
}

async function check(
  tools: CaseTools,
  testCase: TestCase,
  stdout: Buffer,
): Promise<Pick<CaseEnd, "verdict" | "message">> {
  const { task, questions, author, context } = tools;
  if (task.checker.kind !== "program") {
    const difference = questions.compare(task.checker, stdout, testCase);
    return difference ? { verdict: "wrong-answer", message: difference } : { verdict: "accepted" };
  }
  if (!author) throw new Error("There is no checker.");
  const answer = questions.answer(stdout);
  const opinion = await askChecker(author, { testCase, answer, signal: context.stop });
  // A checker that was stopped with the run has no opinion.
  if (context.stop.aborted) throw new RunStopped();
  return reportOpinion(context, opinion);
}
