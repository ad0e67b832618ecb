import type { OutputChunk } from "@greenroom/shared/jobs/run-stream.ts";
import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { RunEnd } from "../run/run-facts.ts";
import { compiledLanguages } from "./runtimes.ts";
import { endOf } from "./to-answer.ts";

/** Says in Piston's order what a run does: each stage, its output, its exit. */
export class StageTeller {
  readonly #isCompiled: boolean;
  readonly #send: (message: Record<string, unknown>) => Promise<void>;
  #stage: "none" | "compile" | "run" = "none";

  constructor(language: LanguageId, send: (message: Record<string, unknown>) => Promise<void>) {
    this.#isCompiled = compiledLanguages.has(language);
    this.#send = send;
  }

  /** It has been taken up. */
  async begin(): Promise<void> {
    if (this.#stage !== "none") return;
    this.#stage = this.#isCompiled ? "compile" : "run";
    await this.#send({ type: "stage", stage: this.#stage });
  }

  async output({ stream, text }: OutputChunk): Promise<void> {
    await this.begin();
    if (stream !== "compile") await this.#compiled();
    await this.#send({ type: "data", stream: stream === "stdout" ? "stdout" : "stderr", data: text });
  }

  async end({ result, chunks }: RunEnd): Promise<void> {
    await this.begin();
    if (result.outcome === "compile-error") {
      await this.#send({ type: "exit", stage: "compile", code: 1, signal: null });
      return;
    }
    await this.#compiled();
    const isMostlyStderr = chunks.filter(({ stream }) => stream === "stderr").length > chunks.length / 2;
    const { code, signal } = endOf(result, isMostlyStderr);
    await this.#send({ type: "exit", stage: "run", code, signal });
  }

  /** That the compiler was content is known by what comes after it. */
  async #compiled(): Promise<void> {
    if (this.#stage !== "compile") return;
    await this.#send({ type: "exit", stage: "compile", code: 0, signal: null });
    this.#stage = "run";
    await this.#send({ type: "stage", stage: "run" });
  }
}
