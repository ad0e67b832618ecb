/** The frames between executor and supervisor; `supervisor/protocol.h` describes them. */

export const protocolVersion = 2;
const headerBytes = 5;
/** A supervisor never sends more in one frame; anything longer is not a supervisor. */
const maxFrameBytes = 1024 * 1024;

const toSupervisor = {
  step: 0x01,
  kill: 0x02,
  wipe: 0x03,
  input: 0x04,
  inputEnd: 0x05,
  resize: 0x06,
  signal: 0x07,
} as const;
const users = { same: 0, fresh: 1 } as const;
const inputs = { given: 0, live: 1, terminal: 2 } as const;
const fromSupervisor = { ready: 0x81, stdout: 0x82, stderr: 0x83, ended: 0x84, wiped: 0x85, fault: 0x86 } as const;

/** Limits of one step: see `RunLimits` for the first five. */
export interface StepLimits {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly memoryKib: number;
  readonly outputBytes: number;
  readonly processes: number;
  readonly fileBytes: number;
  readonly openFiles: number;
  readonly stackKib: number;
}

export interface StepFile {
  /** A relative path; see `filePathPattern`. */
  readonly name: string;
  readonly content: string | Buffer;
  /** 0o644 when absent. */
  readonly mode?: 0o644 | 0o755;
}

/** A program's stdin: all of it, what is written while it runs, or a terminal (for stdout and stderr as well). */
export type StepInput =
  | { readonly kind: "given"; readonly bytes: string | Buffer }
  | { readonly kind: "live" }
  | { readonly kind: "terminal"; readonly columns: number; readonly rows: number };

/** One program to run in a sandbox. */
export interface Step {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly StepFile[];
  readonly input: StepInput;
  /**
   * `same`: the user of the steps before it, whose files stay. `fresh`: a new user, who finds what `same` steps left, may
   * read and not change it, and finds nothing of the `fresh` step before.
   */
  readonly user: "same" | "fresh";
  readonly limits: StepLimits;
}

const stepEndReasons = ["itself", "wall", "cpu", "memory", "output", "ordered", "not-started"] as const;
export type StepEndReason = (typeof stepEndReasons)[number];

/** How a step ended and what it took. */
export interface StepEnd {
  readonly reason: StepEndReason;
  /** The kernel killed a process of it for want of memory. */
  readonly outOfMemory: boolean;
  /** For "not-started": the stage (see `start_stage`) and the errno. */
  readonly startStage: number;
  readonly startErrno: number;
  readonly exitCode: number | null;
  /** The signal's number; null when it exited. */
  readonly signal: number | null;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly memoryKib: number;
  readonly outputBytes: number;
}

export type SupervisorFrame =
  | { readonly type: "ready"; readonly version: number }
  | { readonly type: "stdout" | "stderr"; readonly bytes: Buffer }
  | { readonly type: "ended"; readonly end: StepEnd }
  | { readonly type: "wiped"; readonly clean: boolean; readonly reason: string }
  | { readonly type: "fault"; readonly reason: string };

function number(value: number, bytes: 1 | 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}

function toBuffer(content: string | Buffer): Buffer {
  return typeof content === "string" ? Buffer.from(content) : content;
}

function bytes(content: Buffer): Buffer[] {
  return [number(content.length, 4), content];
}

function string(text: string): Buffer[] {
  if (text.includes("\0")) throw new Error("A string for the supervisor contains NUL.");
  return bytes(Buffer.from(`${text}\0`));
}

function strings(list: readonly string[]): Buffer[] {
  return [number(list.length, 2), ...list.flatMap(string)];
}

function frame(type: number, parts: readonly Buffer[] = []): Buffer {
  const payload = Buffer.concat(parts);
  return Buffer.concat([number(payload.length, 4), Buffer.from([type]), payload]);
}

export function encodeStep(step: Step): Buffer {
  const { limits, input } = step;
  const numbers = [
    limits.wallMs,
    limits.cpuMs,
    limits.memoryKib,
    limits.outputBytes,
    limits.processes,
    limits.fileBytes,
    limits.openFiles,
    limits.stackKib,
  ];
  return frame(toSupervisor.step, [
    ...numbers.map((value) => number(value, 4)),
    number(users[step.user], 1),
    number(inputs[input.kind], 1),
    number(input.kind === "terminal" ? input.columns : 0, 2),
    number(input.kind === "terminal" ? input.rows : 0, 2),
    ...strings(step.argv),
    ...strings(Object.entries(step.environment).map(([name, value]) => `${name}=${value}`)),
    number(step.files.length, 2),
    ...step.files.flatMap((file) => [
      ...string(file.name),
      number(file.mode ?? 0o644, 2),
      ...bytes(toBuffer(file.content)),
    ]),
    ...bytes(input.kind === "given" ? toBuffer(input.bytes) : Buffer.alloc(0)),
  ]);
}

/** @param input at most what the supervisor lets wait, 1 MiB; it drops what is too much */
export const encodeInput = (input: string | Buffer): Buffer => frame(toSupervisor.input, [toBuffer(input)]);
export const encodeInputEnd = (): Buffer => frame(toSupervisor.inputEnd);
export const encodeResize = (columns: number, rows: number): Buffer =>
  frame(toSupervisor.resize, [number(columns, 2), number(rows, 2)]);
export const encodeSignal = (signal: number): Buffer => frame(toSupervisor.signal, [number(signal, 1)]);
export const encodeKill = (): Buffer => frame(toSupervisor.kill);
export const encodeWipe = (): Buffer => frame(toSupervisor.wipe);

function decodeEnd(payload: Buffer): StepEnd {
  const reason = stepEndReasons[payload.readUInt8(0)];
  if (!reason) throw new Error("The supervisor gave an unknown reason.");
  const exitCode = payload.readInt32LE(7);
  const signal = payload.readInt32LE(11);
  const long = (at: number): number => Number(payload.readBigUInt64LE(at));
  return {
    reason,
    outOfMemory: payload.readUInt8(1) === 1,
    startStage: payload.readUInt8(2),
    startErrno: payload.readInt32LE(3),
    exitCode: exitCode === -1 ? null : exitCode,
    signal: signal === 0 ? null : signal,
    wallMs: long(15) / 1000,
    cpuMs: long(23) / 1000,
    memoryKib: long(31),
    outputBytes: long(39),
  };
}

function decode(type: number, payload: Buffer): SupervisorFrame {
  switch (type) {
    case fromSupervisor.ready:
      return { type: "ready", version: payload.readUInt8(0) };
    case fromSupervisor.stdout:
      return { type: "stdout", bytes: payload };
    case fromSupervisor.stderr:
      return { type: "stderr", bytes: payload };
    case fromSupervisor.ended:
      return { type: "ended", end: decodeEnd(payload) };
    case fromSupervisor.wiped:
      return { type: "wiped", clean: payload.readUInt8(0) === 1, reason: payload.toString("utf8", 1) };
    case fromSupervisor.fault:
      return { type: "fault", reason: payload.toString("utf8") };
    default:
      throw new Error(`The supervisor sent a frame of type ${type}.`);
  }
}

/** Cuts what arrives into frames. Throws on anything a supervisor would not send. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<SupervisorFrame> {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= headerBytes) {
      const length = this.#pending.readUInt32LE(0);
      if (length > maxFrameBytes) throw new Error("The supervisor sent a frame that is too long.");
      if (this.#pending.length < headerBytes + length) return;
      const type = this.#pending.readUInt8(4);
      const payload = this.#pending.subarray(headerBytes, headerBytes + length);
      this.#pending = this.#pending.subarray(headerBytes + length);
      yield decode(type, payload);
    }
  }
}
