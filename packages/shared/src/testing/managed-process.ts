import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, createWriteStream, existsSync, openSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import type { ServiceUser } from "./service-user.ts";

// util-linux's setpriv asks the kernel to signal the child when we die, even by SIGKILL: no server is ever orphaned.
const setpriv = process.platform === "linux" ? ["/usr/bin/setpriv", "/bin/setpriv"].find(existsSync) : undefined;
const stopTimeLimitMs = 15_000;

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly user?: ServiceUser | undefined;
  /** Written to the process's standard input, which is then closed. */
  readonly input?: string;
  /** Told every line that the process prints, besides the log file. */
  readonly onLine?: (line: string) => void;
  /** What asks the process to stop in an orderly way; default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that outlives neither its owner's `stop()` nor its owner's death. Its output goes to a log file. */
export class ManagedProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #stopSignal: NodeJS.Signals;
  #exit: Exit | undefined;

  private constructor(child: ChildProcess, options: ProcessOptions) {
    this.#child = child;
    this.#logFile = options.logFile;
    this.#stopSignal = options.stopSignal ?? "SIGTERM";
    this.exited = new Promise((resolve) => {
      const settle = (exit: Exit) => resolve((this.#exit = exit));
      child.once("exit", (code, signal) => settle({ code, signal }));
      // A command that cannot be started has no exit of its own.
      child.once("error", () => settle({ code: 127, signal: null }));
    });
  }

  static start(options: ProcessOptions): ManagedProcess {
    const stopSignal = options.stopSignal ?? "SIGTERM";
    const prefix = setpriv ? [setpriv, "--pdeathsig", stopSignal.replace("SIG", "")] : [];
    const [file, ...args] = [...prefix, options.command, ...options.args];
    const log = openSync(options.logFile, "a", 0o600);
    const output = options.onLine ? "pipe" : log;
    // `file` is there: the list holds at least the command. Its own session, so that a terminal's Ctrl-C reaches only us.
    const child = spawn(file!, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: [options.input === undefined ? "ignore" : "pipe", output, output],
      ...options.user,
    });
    if (options.onLine) follow(child, log, options.onLine);
    else closeSync(log);
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input);
    return new ManagedProcess(child, options);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#exit) this.#child.kill(signal);
  }

  /** Asks the process to end, insists after 15 s, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.kill(this.#stopSignal);
    const insist = setTimeout(() => this.kill("SIGKILL"), stopTimeLimitMs);
    await this.exited;
    clearTimeout(insist);
  }

  logTail(lines = 20): string {
    return existsSync(this.#logFile)
      ? readFileSync(this.#logFile, "utf8").trimEnd().split("\n").slice(-lines).join("\n")
      : "";
  }
}

function follow(child: ChildProcess, log: number, onLine: (line: string) => void): void {
  const file = createWriteStream("", { fd: log });
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      file.write(`${line}\n`);
      onLine(line);
    });
  }
  child.once("close", () => file.end());
}

/** Tries `isReady` every 20 ms until it is true. Fails when the process ends first, or after `limitMs`. */
export async function untilReady(
  server: ManagedProcess,
  { what, isReady, limitMs = 30_000 }: { what: string; isReady: () => Promise<boolean>; limitMs?: number },
): Promise<void> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    if (await isReady().catch(() => false)) return;
    if (server.exit) throw new Error(`${what} ended while it was starting:\n${server.logTail()}`);
    if (Date.now() > giveUpAt) {
      await server.stop();
      throw new Error(`${what} was not ready within ${limitMs / 1000} s:\n${server.logTail()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
