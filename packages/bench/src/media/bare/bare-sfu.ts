import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** A bare mediasoup in a process of its own, as ours is. */
export class BareSfu {
  /** A room's socket is this and a path. */
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: string) {
    this.#child = child;
    this.url = `http://localhost:${port}`;
  }

  /** @param workerBin mediasoup's worker, the same that ours uses */
  static async create(workerBin: string): Promise<BareSfu> {
    const env = { ...process.env, MEDIASOUP_WORKER_BIN: workerBin };
    const child = spawn(process.execPath, [main], { stdio: ["pipe", "pipe", "inherit"], env });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string]; // a line's text
    return new BareSfu(child, port);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("The bare mediasoup does not run.");
    return pid;
  }

  socketUrl(room: string): string {
    return `${this.url.replace("http", "ws")}/${room}`;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.stdin?.end(); // mediasoup takes signals for itself
    await exited;
  }
}
