import type { StepEnd, StepFile } from "../sandbox/protocol.ts";
import { filesOf, readOpinion } from "./author-program.ts";
import { Capture } from "./capture.ts";
import { judgeProgram } from "./outcome.ts";
import type { PreparedProgram } from "./prepared-program.ts";
import { type CaseEnd, type CaseTools, reportOpinion } from "./case-end.ts";
import type { TestCase } from "@greenroom/shared/jobs/grading.ts";

/**
 * Lets the program and the interactor talk, each in its own sandbox, what one writes to stdout being the other's stdin.
 * What is under way is at most what either may write, which is not more than a sandbox lets wait. Who ends first decides as in the problem package
 * format (https://www.kattis.com/problem-package-format/spec/legacy.html#output-validators) and its tools:
 *
 * - the interactor, and not with 42: that is the verdict, and the program is ended;
 * - the interactor with 42: the program reads the end of its stdin and has the rest of its time to end; if it breaks a
 *   limit, that is the verdict; that it ends badly is not, for there was nobody left to talk to;
 * - the program, by breaking a limit or with an error: that is the verdict, and the interactor is ended;
 * - the program with exit code 0: the interactor reads the end of its stdin and decides.
 *
 * Two that wait for each other meet the program's wall limit: the interactor's is longer. What is written to one that has
 * ended is dropped; nobody's pipe breaks. A program's time and memory are its own: the interactor's are measured apart.
 */
export async function runInteractiveCase(
  tools: CaseTools & { interactor: PreparedProgram; testCase: TestCase },
): Promise<CaseEnd> {
  const { program, interactor, testCase, context } = tools;
  const candidate = new Talker(program, context.stop);
  const judge = new Talker(interactor, context.stop);
  const judging = judge.talkTo(candidate, filesOf(testCase)).then((end) => {
    const opinion = readOpinion({ end, limits: interactor.limits, words: judge.said.stderr(), said: judge.said });
    const isFirst = !candidate.ended;
    if (isFirst && opinion.verdict !== "accepted") candidate.interrupt();
    return { opinion, isFirst };
  });
  const trying = candidate.talkTo(judge, []).then((end) => {
    const signs = program.runtime.outOfMemory;
    const stderrTail = candidate.said.stderrTail();
    const outcome = judgeProgram({ end, limits: program.limits, signs, stderrTail });
    if (outcome !== "exited") judge.interrupt();
    return { end, outcome };
  });
  const [{ opinion, isFirst }, { end, outcome }] = await bothOf(judging, trying, () => {
    candidate.interrupt();
    judge.interrupt();
  });
  const shown = { end, stdout: () => candidate.said.stdout(), stderr: () => candidate.said.stderr() };
  const isForgiven = isFirst && (opinion.verdict !== "accepted" || outcome === "runtime-error");
  if (outcome !== "exited" && !isForgiven) return { ...shown, verdict: outcome };
  return { ...shown, ...reportOpinion(context, opinion) };
}

/** Both ends; when one fails, the other is called off and waited for, so that its sandbox is free again. */
async function bothOf<A, B>(one: Promise<A>, other: Promise<B>, callOff: () => void): Promise<[A, B]> {
  one.catch(callOff);
  other.catch(callOff);
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** One of the two that talk, and the way to it. */
class Talker {
  readonly said = new Capture();
  readonly #program: PreparedProgram;
  readonly #interrupt = new AbortController();
  readonly #signal: AbortSignal;
  ended = false;

  constructor(program: PreparedProgram, stop: AbortSignal) {
    this.#program = program;
    this.#signal = AbortSignal.any([this.#interrupt.signal, stop]);
  }

  /** Runs the program, and passes on what it says. */
  async talkTo(other: Talker, files: readonly StepFile[]): Promise<StepEnd> {
    const end = await this.#program.run({
      input: { kind: "live" },
      files,
      onOutput: (stream, bytes) => {
        this.said.add(stream, bytes);
        if (stream === "stdout") other.hear(bytes);
      },
      signal: this.#signal,
    });
    this.ended = true;
    other.hearNoMore();
    return end;
  }

  hear(bytes: Buffer): void {
    if (!this.ended) this.#program.sandbox.write(bytes);
  }

  hearNoMore(): void {
    if (!this.ended) this.#program.sandbox.endInput();
  }

  interrupt(): void {
    this.#interrupt.abort();
  }
}
