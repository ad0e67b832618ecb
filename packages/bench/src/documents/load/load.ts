import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Answer, CrowdOptions, Order, Schedule, Typed } from "./crowd.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** A crowd of clients in a process of its own, so that nobody's measuring waits for anybody else's work. */
export class Load {
  readonly #child: ChildProcess;
  #seed = 1;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Everybody is in, and has the text. */
  static async create(crowd: CrowdOptions): Promise<Load> {
    const load = new Load(fork(main, { serialization: "advanced" }));
    try {
      await load.#ask({ kind: "open", crowd });
    } catch (error) {
      await load.close();
      throw error;
    }
    return load;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Everybody types for so many seconds; each time differently, and each run of the bench the same. */
  async type(schedule: Omit<Schedule, "seed">): Promise<Typed> {
    const answer = await this.#ask({ kind: "type", schedule: { ...schedule, seed: this.#seed++ } });
    if (answer.kind !== "typed") throw new Error("The load does not say what was typed.");
    return answer.typed;
  }

  /** All sockets are closed with their process. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ask(order: Order): Promise<Answer> {
    const answered = new Promise<Answer>((resolve, reject) => {
      const onExit = (): void => reject(new Error("The load ended before its time."));
      this.#child.once("exit", onExit);
      this.#child.once("message", (answer: Answer) => {
        this.#child.off("exit", onExit);
        resolve(answer);
      });
    });
    this.#child.send(order);
    const answer = await answered;
    if (answer.kind === "failed") throw new Error(`The load failed: ${answer.why}`);
    return answer;
  }
}
