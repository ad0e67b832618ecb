import { randomUUID } from "node:crypto";
import { randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import { accessTokenPrefix, socketPath, subprotocol } from "@greenroom/shared/protocol/version.ts";

const liesEveryMs = 15;

/** Somebody in the room whose program lies: about revisions, numbers, names and lengths. Nobody else must notice. */
export class Liar {
  readonly #socket: WebSocket;
  readonly #timer: NodeJS.Timeout;

  constructor(options: { url: string; sessionId: string; documentId: string; token: string; random: () => number }) {
    const { url, sessionId, documentId, token, random } = options;
    const address = new URL(socketPath(sessionId), url.replace("http", "ws"));
    this.#socket = new WebSocket(address, [subprotocol, `${accessTokenPrefix}${token}`]);
    this.#socket.addEventListener("error", () => {});
    const clientId = randomUUID();
    this.#timer = setInterval(() => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      this.#socket.send(JSON.stringify(lie({ documentId, clientId, random })));
    }, liesEveryMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }
}

/** None of these may change the text: each operation is one that no text is long enough for, or no server may take. */
function lie({
  documentId,
  clientId,
  random,
}: {
  documentId: string;
  clientId: string;
  random: () => number;
}): unknown {
  const odd = (): number => Math.floor((random() - 0.3) * 10 ** Math.floor(random() * 9));
  const operations: unknown[] = [
    [10 ** 9, "x"],
    [{ d: 10 ** 9 }],
    [-1, "x"],
    [0.5, "x"],
    ["a\r\n"],
    ["\ud800"],
    ["\0"],
    [{ d: "all" }],
    ["x", 5],
    [],
    "text",
    [10 ** 7, ...randomOperation("some text", random).operation],
  ];
  const operation = operations[Math.floor(random() * operations.length)];
  const frames: unknown[] = [
    { type: "operation", documentId, clientId, seq: odd(), revision: odd(), operation },
    { type: "operation", documentId, clientId, seq: 1, revision: 0, operation },
    { type: "operation", documentId: randomUUID(), clientId, seq: 1, revision: 0, operation: ["x"] },
    { type: "operation", documentId, clientId: randomUUID(), seq: odd(), revision: 2 ** 31 + odd(), operation: ["x"] },
    { type: "document.open", documentId, since: Math.abs(odd()) },
    { type: "presence", documentId, revision: Math.abs(odd()), selections: [{ anchor: 1e9, head: -1 }] },
    { type: "presence", documentId, revision: 1, selections: [{ anchor: 10 ** 6, head: 0 }] },
    { type: "lies" },
    random(),
  ];
  return frames[Math.floor(random() * frames.length)];
}
