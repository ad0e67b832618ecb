import type { RunLimits } from "@greenroom/shared/jobs/limits.ts";
import type { Program } from "@greenroom/shared/jobs/program.ts";
import type { RunJob } from "@greenroom/shared/jobs/run-job.ts";
import { baseEnvironment, type Command, type ProgramFacts, type Runtime } from "../runtimes/runtime.ts";
import { runtimes } from "../runtimes.ts";
import type { SandboxPool } from "../sandbox/pool.ts";
import type { StepEnd, StepFile, StepInput, StepLimits } from "../sandbox/protocol.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { explainCompileEnd } from "./compile-words.ts";
import { refuseUnstarted, round } from "./outcome.ts";
import { RunStopped } from "./run-error.ts";
import { compileStepLimits, runStepLimits } from "./step-limits.ts";
import { takeSandbox } from "./take-sandbox.ts";

export interface Preparation {
  readonly pool: Pick<SandboxPool, "take" | "giveBack">;
  readonly trustDomain: string;
  readonly program: Program;
  readonly limits: RunJob["limits"];
  /** Added to what every program of the language has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Given to the program, after its name. */
  readonly arguments?: readonly string[];
  /** Whether it is run once, as the user who compiled it, or as often as there are cases, each in a sandbox as it was before. */
  readonly runs: "once" | "per-case";
  readonly onCompilerOutput: (stream: "stdout" | "stderr", bytes: Buffer) => void;
  /** Called when the compiler has ended, with a sentence when that was our doing. */
  readonly onCompilerEnded: (explanation: string | undefined) => void;
  readonly signal: AbortSignal;
}

export interface ProgramStep {
  readonly input: StepInput;
  /** Beside the program's own, for this step alone. */
  readonly files?: readonly StepFile[];
  readonly onOutput: (stream: "stdout" | "stderr", bytes: Buffer) => void;
  readonly signal: AbortSignal;
}

/** A program in a sandbox, compiled where its language does that, and ready to be run. */
export class PreparedProgram {
  readonly runtime: Runtime;
  /** How long compiling took; null where nothing was compiled. */
  compileMs: number | null = null;
  readonly #preparation: Preparation;
  readonly #files: readonly StepFile[];
  readonly #command: Command;
  #sandbox: Sandbox | undefined;
  #closed = false;

  private constructor(preparation: Preparation) {
    const { program } = preparation;
    this.#preparation = preparation;
    this.runtime = runtimes[program.language];
    this.#files = program.files.map(({ name, content, encoding }) => ({
      name,
      content: Buffer.from(content, encoding),
    }));
    this.#command = this.runtime.run(this.#facts());
  }

  /**
   * Takes a sandbox and compiles. Throws RunStopped when `signal` is aborted meanwhile, and a RunError when it was our
   * fault; either way nothing is left to close.
   *
   * @returns how long the compiler took to refuse it, when it did
   */
  static async create(preparation: Preparation): Promise<PreparedProgram | { compileMs: number }> {
    const program = new PreparedProgram(preparation);
    try {
      if (await program.#prepare()) return program;
      program.close();
      return { compileMs: program.compileMs ?? 0 };
    } catch (error) {
      program.close();
      throw error;
    }
  }

  /** The sandbox it is in; only while a step runs is there anything to tell it. */
  get sandbox(): Sandbox {
    if (!this.#sandbox) throw new Error("The program is in no sandbox.");
    return this.#sandbox;
  }

  get limits(): RunLimits {
    return this.#preparation.limits.run;
  }

  /** Runs it once. A sandbox that was lost on the way is replaced first: it may have taken its memory with it. */
  async run(step: ProgramStep): Promise<StepEnd> {
    const { limits, runs } = this.#preparation;
    if (!this.sandbox.usable) await this.#replace();
    // What was compiled is there already; what is not compiled comes with every step, and is nobody else's.
    const own = this.runtime.compile ? [] : this.#files;
    const end = await this.sandbox.run(
      {
        argv: this.#command.argv,
        environment: this.#environment(this.#command),
        files: [...own, ...(step.files ?? [])],
        input: step.input,
        user: runs === "once" ? "same" : "fresh",
        limits: runStepLimits(limits.run, this.runtime),
      },
      step.onOutput,
      step.signal,
    );
    refuseUnstarted(end, this.runtime.compile !== undefined);
    return end;
  }

  /** Gives the sandbox back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#sandbox) this.#preparation.pool.giveBack(this.#sandbox);
  }

  async #replace(): Promise<void> {
    const { pool, signal } = this.#preparation;
    const lost = this.#sandbox;
    this.#sandbox = undefined;
    if (lost) pool.giveBack(lost);
    if (signal.aborted) throw new RunStopped();
    if (!(await this.#prepare())) throw new Error("What was compiled before is refused now.");
  }

  /** @returns false when the compiler refuses it */
  async #prepare(): Promise<boolean> {
    const { pool, trustDomain, runs, signal } = this.#preparation;
    const wanted = { family: this.runtime.family, trustDomain, fresh: runs === "per-case" };
    this.#sandbox = await takeSandbox(pool, wanted, signal);
    if (this.runtime.compile) return this.#compile(this.runtime.compile(this.#facts()));
    return true;
  }

  async #compile(command: Command): Promise<boolean> {
    const { onCompilerOutput, onCompilerEnded, signal, limits } = this.#preparation;
    const again = this.compileMs !== null;
    const stepLimits = compileStepLimits(limits.compile, this.runtime);
    const end = await this.#runFirst(command, stepLimits, again ? () => undefined : onCompilerOutput);
    refuseUnstarted(end, false);
    this.compileMs ??= round(end.wallMs);
    const explanation = explainCompileEnd(end, stepLimits);
    if (!again) onCompilerEnded(explanation);
    if (signal.aborted) throw new RunStopped();
    return end.reason === "itself" && end.exitCode === 0;
  }

  /** The first step in the sandbox: whatever it leaves, the steps after it can read. */
  #runFirst(
    command: Command,
    limits: StepLimits,
    onOutput: (stream: "stdout" | "stderr", bytes: Buffer) => void,
  ): Promise<StepEnd> {
    return this.sandbox.run(
      {
        argv: command.argv,
        environment: this.#environment(command),
        files: this.#files,
        input: { kind: "given", bytes: Buffer.alloc(0) },
        user: "same",
        limits,
      },
      onOutput,
      this.#preparation.signal,
    );
  }

  /** What the language's row makes its commands from. */
  #facts(): ProgramFacts {
    const { program, limits } = this.#preparation;
    const [entry] = program.files;
    const [source = "", ...others] = this.#files.map(({ content }) => content.toString());
    return {
      entry: entry?.name ?? "",
      files: program.files.map(({ name }) => name),
      source,
      others,
      limits: limits.run,
      arguments: this.#preparation.arguments ?? [],
    };
  }

  #environment(command: Command): Readonly<Record<string, string>> {
    return { ...baseEnvironment, ...command.environment, ...this.#preparation.environment };
  }
}
