import { readFileSync } from "node:fs";
import { until } from "@greenroom/shared/testing/until.ts";
import { WebSocket } from "ws";

/** What a process holds, in bytes, after its garbage has been collected. */
export interface Memory {
  /** JavaScript's own: objects, and buffers outside of the heap. */
  readonly held: number;
  readonly resident: number;
}

/**
 * A process of Node's seen through its inspector, which it opens when it gets a SIGUSR1: in the very process that serves,
 * not in a copy that was started differently.
 */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (result: Record<string, unknown>) => void>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result?: Record<string, unknown> };
      if (id !== undefined) this.#answers.get(id)?.(result ?? {});
    });
  }

  /** @param logFile where the process writes that its debugger listens */
  static async create(pid: number, logFile: string): Promise<Inspector> {
    const read = (): string => readFileSync(logFile, "utf8");
    const { length } = read(); // the processes before this one wrote there, too
    process.kill(pid, "SIGUSR1");
    const find = (): string | undefined => /ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/.exec(read().slice(length))?.[0];
    const url = await until("the inspector listens", find);
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new Inspector(socket);
  }

  async memory(): Promise<Memory> {
    // What the first collection only finalises goes with the second.
    for (let time = 0; time < 3; time++) await this.#ask("HeapProfiler.collectGarbage");
    const expression = "JSON.stringify(process.memoryUsage())";
    const { result } = await this.#ask("Runtime.evaluate", { expression });
    const usage = JSON.parse((result as { value: string }).value) as NodeJS.MemoryUsage; // what was asked for
    return { held: usage.heapUsed + usage.external, resident: usage.rss };
  }

  /**
   * What a function says of all objects of one kind that the process holds, in JSON's terms.
   *
   * @param prototype an expression in the process
   * @param declaration of a function, `this` being the array of them; what it promises is waited for
   */
  async ofAll(prototype: string, declaration: string): Promise<unknown> {
    const found = (await this.#ask("Runtime.evaluate", { expression: prototype })) as { result: { objectId?: string } };
    const { objectId: prototypeObjectId } = found.result;
    if (prototypeObjectId === undefined) throw new Error(`In the process there is no ${prototype}.`);
    const held = await this.#ask("Runtime.queryObjects", { prototypeObjectId, objectGroup: "ofAll" });
    const { objectId } = held["objects"] as { objectId: string }; // as the protocol says
    const call = { objectId, functionDeclaration: declaration, awaitPromise: true, returnByValue: true };
    const { result } = await this.#ask("Runtime.callFunctionOn", call);
    await this.#ask("Runtime.releaseObjectGroup", { objectGroup: "ofAll" });
    return (result as { value: unknown }).value; // as above
  }

  /** The process's inspector closes, too. */
  async close(): Promise<void> {
    const expression = "setTimeout(() => process.getBuiltinModule('inspector').close(), 50), true";
    await this.#ask("Runtime.evaluate", { expression });
    this.#socket.close();
  }

  async #ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#asked;
    const answer = new Promise<Record<string, unknown>>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    try {
      return await answer;
    } finally {
      this.#answers.delete(id);
    }
  }
}
