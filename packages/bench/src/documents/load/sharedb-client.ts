import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { type as textType } from "ot-text-unicode";
import sharedb from "sharedb/lib/client/index.js";
import { WebSocket } from "ws";
import type { ClientOptions, LiveClient } from "./live-client.ts";
import { carry, type Keystroke, startingText, toOperation } from "./typing.ts";

sharedb.types.register(textType);

/** The parts of ShareDB's messages that name an operation. */
interface Message {
  readonly a?: string;
  readonly src?: string;
  readonly seq?: number;
}

/** ShareDB's own client, which has one operation in flight, too, and composes what is typed meanwhile. */
export async function openShareDbClient({ url, room, deliveries }: ClientOptions): Promise<LiveClient> {
  const socket = new WebSocket(url.replace("http", "ws"), { perMessageDeflate: false });
  // The declarations ask for a browser's socket; ws has all of it that is used.
  const connection = new sharedb.Connection(socket as unknown as ConstructorParameters<typeof sharedb.Connection>[0]);
  const document = connection.get("documents", room);
  const client = new ShareDbClient(document, () => connection.close());
  connection.on("send", ({ a, src, seq }: Message) => {
    if (a === "op") deliveries.sent(`${src ?? connection.id}:${seq}`, client.takeUnsent());
  });
  // Heard before the document takes the operation in, and looked up after it has.
  connection.on("receive", ({ data }: { data: Message }) => {
    if (data.a === "op" && data.src !== connection.id)
      queueMicrotask(() => deliveries.arrived(`${data.src}:${data.seq}`));
  });
  document.on("op", (operation: TextOperation, isOwn: boolean) => {
    if (!isOwn) client.caret = carry(client.caret, operation);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    document.subscribe((error) => (error ? reject(error) : resolve()));
  });
  if (!document.type) await create(document);
  return client;
}

type ShareDbDocument = ReturnType<InstanceType<typeof sharedb.Connection>["get"]>;

class ShareDbClient implements LiveClient {
  caret = 0;
  readonly #document: ShareDbDocument;
  readonly #disconnect: () => void;
  #unsent: number[] = [];

  constructor(document: ShareDbDocument, disconnect: () => void) {
    this.#document = document;
    this.#disconnect = disconnect;
  }

  get length(): number {
    return String(this.#document.data).length;
  }

  type(keystroke: Keystroke, due: number): void {
    this.#unsent.push(due);
    this.#document.submitOp([...toOperation(keystroke)]);
  }

  takeUnsent(): number[] {
    const taken = this.#unsent;
    this.#unsent = [];
    return taken;
  }

  close(): void {
    this.#disconnect();
  }
}

async function create(document: ShareDbDocument): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    document.create(startingText, textType.uri, (error) => (error ? reject(error) : resolve()));
  });
}
