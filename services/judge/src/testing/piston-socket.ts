import { until } from "@greenroom/shared/testing/until.ts";
import { WebSocket } from "ws";
import type { TestJudge } from "./start-judge.ts";

type Message = Record<string, unknown>;

/** A client of Piston's WebSocket. */
export class PistonSocket {
  readonly messages: Message[] = [];
  /** Code and reason. */
  readonly closed: Promise<[number, string]>;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    // Text, in one piece.
    socket.on("message", (data) => this.messages.push(JSON.parse((data as Buffer).toString()) as Message));
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve([code, reason.toString()]));
    });
  }

  static async open(judge: TestJudge, secret?: string): Promise<PistonSocket> {
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    const socket = new WebSocket(`${judge.url.replace("http", "ws")}/api/v2/connect`, { headers });
    const opened = new PistonSocket(socket);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return opened;
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async message(isIt: (message: Message) => boolean): Promise<Message> {
    return await until("the message came", () => this.messages.find(isIt), { seen: () => this.messages });
  }

  /** All that came of one stream so far, in however many messages. */
  output(stream: "stdout" | "stderr"): string {
    return this.messages.flatMap((message) => (message["stream"] === stream ? [String(message["data"])] : [])).join("");
  }

  /** Bytes that were sent and that nobody has read yet, those on their way apart. */
  get unread(): number {
    return this.#socket.bufferedAmount;
  }

  /** Closes without a word. */
  leave(): void {
    this.#socket.terminate();
  }
}
