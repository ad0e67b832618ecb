import { constants } from "node:os";
import type { Family } from "../runtimes.ts";
import { RunError } from "../run/run-error.ts";
import type { SandboxContainer } from "./docker-sandbox.ts";
import {
  encodeInput,
  encodeInputEnd,
  encodeKill,
  encodeResize,
  encodeSignal,
  encodeStep,
  encodeWipe,
  FrameReader,
  protocolVersion,
} from "./protocol.ts";
import type { Step, StepEnd, SupervisorFrame } from "./protocol.ts";

/** A container that started but whose first process says nothing for so long is thrown away. */
const readyWithinMs = 10_000;
/** A step ends within its wall limit; the supervisor, or the way to it, is broken when nothing comes this long after. */
const graceMs = 5_000;
const wipeWithinMs = 10_000;

type Waiting = {
  readonly onFrame: (frame: SupervisorFrame) => boolean;
  readonly reject: (error: RunError) => void;
};

/**
 * One locked container with our supervisor in it. It does one thing at a time; whoever holds it runs steps, and wipes it
 * before somebody else may. Once lost or unclean it stays so, and `close` is all that is left.
 */
export class Sandbox {
  readonly family: Family;
  readonly containerId: string;
  readonly #container: SandboxContainer;
  readonly #reader = new FrameReader();
  #memoryKib: number;
  #hasRun = false;
  #ranOutOfMemory = false;
  #early: Buffer[] | undefined;
  #waiting: Waiting | undefined;
  #broken: RunError | undefined;
  #onBroken: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  private constructor(container: SandboxContainer, family: Family, memoryKib: number) {
    this.family = family;
    this.containerId = container.id;
    this.#container = container;
    this.#memoryKib = memoryKib;
  }

  /** Waits until the supervisor in the container is ready. */
  static async create(options: {
    container: SandboxContainer;
    family: Family;
    /** What the container's programs may use at first. */
    memoryKib: number;
  }): Promise<Sandbox> {
    const sandbox = new Sandbox(options.container, options.family, options.memoryKib);
    const ready = sandbox.#expect(readyWithinMs, (frame, resolve: (version: number) => void) => {
      if (frame.type === "ready") resolve(frame.version);
    });
    options.container.listen({
      onOutput: (bytes) => sandbox.#receive(bytes),
      onLost: () => sandbox.#break("sandbox-lost", "The container has ended."),
    });
    try {
      const version = await ready;
      if (version !== protocolVersion)
        throw new RunError("sandbox-fault", `The supervisor speaks protocol ${version}.`);
      return sandbox;
    } catch (error) {
      await sandbox.close().catch(() => undefined);
      throw error;
    }
  }

  get usable(): boolean {
    return this.#broken === undefined && this.#closing === undefined;
  }

  /**
   * Whether another run may have it. Where memory ran out, the kernel may still be giving some of it back when the next
   * program is there to want it.
   */
  get reusable(): boolean {
    return this.usable && !this.#ranOutOfMemory;
  }

  /** Whether a program has ever run in it. */
  get hasRun(): boolean {
    return this.#hasRun;
  }

  /** Calls back once when the sandbox turns out to be lost while nobody waits for it. */
  onBroken(listener: () => void): void {
    this.#onBroken = listener;
    if (this.#broken) listener();
  }

  /**
   * Runs one program to its end. Aborting kills it; the end is reported all the same, and also when the program took so much
   * memory that the whole sandbox was taken with it: then the sandbox is lost.
   */
  async run(
    step: Step,
    onOutput: (stream: "stdout" | "stderr", bytes: Buffer) => void,
    signal?: AbortSignal,
  ): Promise<StepEnd> {
    this.#hasRun = true;
    this.#early = [];
    await this.#allowMemory(step.limits.memoryKib);
    const startedAt = performance.now();
    let outputBytes = 0;
    const kill = (): void => this.#container.write(encodeKill());
    const ended = this.#expect(step.limits.wallMs + graceMs, (frame, resolve: (end: StepEnd) => void) => {
      if (frame.type === "stdout" || frame.type === "stderr") {
        outputBytes += frame.bytes.length;
        onOutput(frame.type, frame.bytes);
      }
      if (frame.type === "ended") resolve(frame.end);
    });
    this.#container.write(encodeStep(step));
    for (const frame of this.#early) this.#container.write(frame);
    this.#early = undefined;
    if (signal?.aborted) kill();
    signal?.addEventListener("abort", kill, { once: true });
    try {
      const end = await ended;
      this.#ranOutOfMemory ||= end.outOfMemory;
      return end;
    } catch (error) {
      const wallMs = performance.now() - startedAt;
      if (this.#broken?.code !== "sandbox-lost" || this.#closing || !(await this.#container.ranOutOfMemory()))
        throw error;
      return lostToMemory({ wallMs, memoryKib: step.limits.memoryKib, outputBytes });
    } finally {
      signal?.removeEventListener("abort", kill);
    }
  }

  /** Adds to the stdin of the program that runs, where that is live or a terminal; otherwise nothing happens. */
  write(input: string | Buffer): void {
    this.#tell(encodeInput(input));
  }

  /** No more input: the end of a live stdin; Ctrl-D in a terminal. */
  endInput(): void {
    this.#tell(encodeInputEnd());
  }

  /** Tells the terminal of the program that runs how large it is. */
  resize(columns: number, rows: number): void {
    this.#tell(encodeResize(columns, rows));
  }

  /** Sends a signal, by its number, to the program that runs and to those in its process group. */
  signal(number: number): void {
    this.#tell(encodeSignal(number));
  }

  /** What is said while a step is on its way to the supervisor follows it: before it, nobody would be there to hear. */
  #tell(frame: Buffer): void {
    if (!this.usable) return;
    if (this.#early) this.#early.push(frame);
    else this.#container.write(frame);
  }

  /** Leaves nothing of the runs so far. Rejects, and makes the sandbox unusable, when something remains. */
  async wipe(): Promise<void> {
    const wiped = this.#expect(wipeWithinMs, (frame, resolve: (reason: string | undefined) => void) => {
      if (frame.type === "wiped") resolve(frame.clean ? undefined : frame.reason);
    });
    this.#container.write(encodeWipe());
    const remains = await wiped;
    if (remains !== undefined) throw this.#break("sandbox-fault", `The sandbox could not be wiped: ${remains}.`);
  }

  close(): Promise<void> {
    this.#closing ??= this.#container.remove();
    return this.#closing;
  }

  async #allowMemory(memoryKib: number): Promise<void> {
    if (memoryKib <= this.#memoryKib) return;
    try {
      await this.#container.allowMemory(memoryKib);
    } catch (error) {
      throw this.#break("sandbox-lost", "The container could not be given more memory.", error);
    }
    this.#memoryKib = memoryKib;
  }

  /** Hands the frames that arrive to `take` until it resolves. */
  #expect<T>(withinMs: number, take: (frame: SupervisorFrame, resolve: (value: T) => void) => void): Promise<T> {
    if (this.#broken) return Promise.reject(this.#broken);
    if (this.#waiting) return Promise.reject(new RunError("unexpected", "The sandbox is doing something else."));
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.#break("sandbox-fault", "The supervisor does not answer."), withinMs);
      this.#waiting = {
        onFrame: (frame) => {
          let done = false;
          take(frame, (value) => {
            done = true;
            clearTimeout(timer);
            resolve(value);
          });
          return done;
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  #receive(bytes: Buffer): void {
    try {
      for (const frame of this.#reader.read(bytes)) this.#handle(frame);
    } catch (error) {
      this.#break("sandbox-fault", "The supervisor sent what it never sends.", error);
    }
  }

  #handle(frame: SupervisorFrame): void {
    if (frame.type === "fault") this.#break("sandbox-fault", `The supervisor gave up: ${frame.reason}.`);
    else if (!this.#waiting) throw new Error(`Nobody waits for "${frame.type}".`);
    else if (this.#waiting.onFrame(frame)) this.#waiting = undefined;
  }

  #break(code: "sandbox-lost" | "sandbox-fault", message: string, cause?: unknown): RunError {
    if (this.#broken) return this.#broken;
    const complaints = this.#container.complaints();
    this.#broken = new RunError(code, complaints ? `${message} It said: ${complaints}` : message, cause);
    this.#waiting?.reject(this.#broken);
    this.#waiting = undefined;
    if (!this.#closing) this.#onBroken?.();
    return this.#broken;
  }
}

/** The end of a step that took the supervisor with it, which alone knew the rest: at least all the memory it might have. */
function lostToMemory(known: { wallMs: number; memoryKib: number; outputBytes: number }): StepEnd {
  const killed = { exitCode: null, signal: constants.signals.SIGKILL, startStage: 0, startErrno: 0, cpuMs: 0 };
  return { reason: "memory", outOfMemory: true, ...killed, ...known };
}
