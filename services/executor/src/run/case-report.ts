import type { TestCase } from "@greenroom/shared/jobs/grading.ts";
import { type CaseResult, type Excerpt, maxExcerptLength } from "@greenroom/shared/jobs/run-result.ts";
import { excerpt } from "./capture.ts";
import { measured } from "./outcome.ts";
import type { CaseEnd } from "./case-end.ts";

/** Characters of all excerpts of one run together: two hundred cases with long output must still fit in one result. */
const maxExcerptsLength = 512 * 1024;

/**
 * What is told of test cases. Of a hidden one: verdict, times and memory. Neither its output nor a message, and no exit
 * code or signal either, which a program could choose by what it has read.
 */
export class CaseReport {
  readonly results: CaseResult[] = [];
  readonly #onResult: (result: CaseResult) => void;
  #room = maxExcerptsLength;

  constructor(onResult: (result: CaseResult) => void) {
    this.#onResult = onResult;
  }

  add(number: number, testCase: TestCase, end: CaseEnd): void {
    const { visibility } = testCase;
    const all = { number, visibility, verdict: end.verdict, ...measured(end.end) };
    const result: CaseResult =
      visibility === "hidden" ? { ...all, exitCode: null, signal: null } : { ...all, ...this.#shown(end) };
    this.results.push(result);
    this.#onResult(result);
  }

  #shown(end: CaseEnd): Pick<CaseResult, "stdout" | "stderr" | "message"> {
    const message = end.message?.();
    return {
      stdout: this.#excerpt(end.stdout()),
      stderr: this.#excerpt(end.stderr()),
      ...(message ? { message } : {}),
    };
  }

  #excerpt(output: Buffer): Excerpt {
    const cut = excerpt(output, Math.min(maxExcerptLength, this.#room));
    this.#room -= cut.text.length;
    return cut;
  }
}
