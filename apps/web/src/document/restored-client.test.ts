import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { OperationRefusal } from "@greenroom/shared/protocol/document.ts";
import type { UpFrame, UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { describe, expect, it } from "vitest";
import { DocumentClient, type DocumentFrame } from "./document-client.ts";
import type { Pending, PendingState } from "./pending-state.ts";
import { typedParts } from "./typed-parts.ts";

const documentId = "00000000-0000-4000-8000-000000000000";
const one = (...operation: TextOperation): Pending => ({ operation, changes: 1 });

function clientOf(restored: Partial<PendingState> | undefined, ahead = (callback: () => void) => callback()) {
  const sent: UpFrame[] = [];
  let ids = 0;
  const client = new DocumentClient({
    documentId,
    newId: () => `new-${++ids}`,
    send: (frame) => sent.push(frame),
    after: (_, callback) => callback(),
    onRemote: () => {},
    onState: () => {},
    keeper: { changed: () => {}, ahead },
    ...(restored && {
      restored: {
        clientId: "left",
        seq: 3,
        revision: 5,
        base: "base\n",
        inFlight: undefined,
        buffer: undefined,
        ...restored,
      },
    }),
  });
  client.connected();
  return {
    client,
    sent,
    operations: () => sent.filter((frame): frame is UpFrameOf<"operation"> => frame.type === "operation"),
    receive: (...committed: [clientId: string, seq: number, operation: TextOperation][]) => {
      const first = (client.revision ?? 0) + 1;
      const operations = committed.map(([clientId, seq, operation], index) => {
        return { revision: first + index, participantId: "p", clientId, seq, operation: [...operation] };
      });
      client.receive({ type: "document.operations", documentId, operations });
    },
    snapshot: (text: string, revision: number) => {
      const frame: DocumentFrame = { type: "document.snapshot", documentId, language: "python", revision, text };
      client.receive(frame);
    },
    ack: (seq: number, revision: number) => {
      client.receive({ type: "operation.ack", documentId, clientId: "left", seq, revision });
    },
    refuse: (clientId: string, seq: number, code: OperationRefusal) => {
      client.receive({ type: "operation.refused", documentId, clientId, seq, code });
    },
  };
}

describe("a client that sends what another page left", () => {
  it("[J4] asks for what came since, carries what was left over it, and sends it under its names", () => {
    const left = clientOf({ inFlight: one(5, "mine"), buffer: one(9, "!") });
    expect(left.sent).toEqual([{ type: "document.open", documentId, since: 5 }]);
    left.receive(["other", 1, ["theirs\n"]]);
    expect(left.operations()).toMatchObject([{ clientId: "left", seq: 3, revision: 6, operation: [12, "mine"] }]);
    expect(left.client.text).toBe("theirs\nbase\nmine!");
  });

  it("[J4] takes its own operations among those that came as their acknowledgement", () => {
    const left = clientOf({ inFlight: one(5, "mine"), buffer: one(9, "!") });
    left.receive(["left", 3, [5, "mine"]], ["other", 1, ["theirs\n"]]);
    expect(left.operations()).toMatchObject([{ clientId: "left", seq: 4, revision: 7, operation: [16, "!"] }]);
  });

  it("[J4] sends nothing where a later operation of its own holds all there was", () => {
    const left = clientOf({ inFlight: one(5, "mine"), buffer: one(9, "!") });
    left.receive(["left", 3, [5, "mine"]], ["left", 4, [9, "! and more"]]);
    expect(left.operations()).toEqual([]);
    expect(left.client.text).toBe("base\nmine! and more");
    expect(left.client.isSynchronised).toBe(true);
  });

  it("[J6] asks what was committed instead of what it sent itself", () => {
    const left = clientOf({ buffer: one(5, "mine") });
    left.receive();
    left.ack(3, 6);
    expect(left.sent.at(-1)).toEqual({ type: "document.open", documentId, since: 5 });
    left.receive(["left", 3, [5, "mine and more"]]);
    expect(left.client.text).toBe("base\nmine and more");
    expect(left.client.isSynchronised).toBe(true);
  });

  it("[J7] never sends as something new what the server may have already", () => {
    for (const code of ["out-of-order", "bad-operation", "client-taken", "document-too-large"] as const) {
      const left = clientOf({ buffer: one(5, "mine") });
      left.receive();
      left.refuse("left", 3, code);
      expect(left.client.problem).toBe(code);
      expect(left.operations()).toHaveLength(1);
      expect(left.client.pendingState).toMatchObject({ clientId: "left", seq: 3, buffer: undefined });
    }
  });

  it("[J7] is told of a session's end for what it still has, and keeps it", () => {
    const left = clientOf({ inFlight: one(5, "mine"), buffer: one(9, "!") });
    left.receive(["left", 3, [5, "mine"]]);
    left.refuse("left", 4, "session-ended");
    expect(left.client.problem).toBe("session-ended");
    expect(left.client.pendingState?.inFlight).toEqual(one(9, "!"));
  });

  it("[J8] carries what was left over the difference to a snapshot, line by line", () => {
    const left = clientOf({ base: "one\ntwo\nthree\n", buffer: one(7, " typed") });
    left.snapshot("zero\none\ntwo\n3\n", 9);
    expect(left.client.text).toBe("zero\none\ntwo typed\n3\n");
  });

  it("[J8] takes the second copy out where the snapshot held it already", () => {
    const left = clientOf({ base: "one\n", inFlight: one(4, "mine\n") });
    left.snapshot("one\nmine\n", 9);
    left.ack(3, 7);
    expect(left.client.text).toBe("one\nmine\n");
    expect(left.client.isSynchronised).toBe(true);
  });

  it("[J8] asks after an operation of which a snapshot left nothing before it sends what came behind it", () => {
    const left = clientOf({ base: "a", inFlight: one({ d: 1 }), buffer: one("b") });
    left.snapshot("b", 9);
    expect(left.operations()).toMatchObject([{ clientId: "left", seq: 3, operation: [] }]);
    left.refuse("left", 3, "out-of-order");
    expect(left.client.problem).toBe("out-of-order");
    expect(left.operations()).toHaveLength(1);
  });

  it("[J8] does not wait for ever for a server that has lost revisions", () => {
    const left = clientOf({ buffer: one(5, "mine") });
    left.snapshot("base\n", 2);
    expect(left.operations()).toMatchObject([{ revision: 2, operation: [5, "mine"] }]);
  });
});

describe("[J5] what does not simply follow the journal", () => {
  /** Types into an empty document, with a journal that is written when it is told to be. */
  function typist() {
    const waiting: (() => void)[] = [];
    const page = clientOf(undefined, (callback) => waiting.push(callback));
    page.snapshot("", 0);
    return { ...page, written: () => waiting.splice(0).forEach((callback) => callback()) };
  }

  it("is written down before it is sent when it is a piece of a larger change", () => {
    const { client, operations, written } = typist();
    client.local(["x".repeat(70_000)]);
    expect(operations()).toEqual([]);
    written();
    expect(operations()).toHaveLength(1);
    client.receive({ type: "operation.ack", documentId, clientId: "new-1", seq: 1, revision: 1 });
    // The last piece is all that is left: it follows what is written down.
    expect(operations()).toHaveLength(2);
  });

  it("is written down before it is sent when it is the first under another client id", () => {
    const { client, operations, written, receive } = typist();
    client.local(["a"]);
    receive(["new-1", 1, ["a"]]);
    client.local([{ d: 1 }]);
    client.disconnected();
    client.connected();
    receive(["other", 1, [{ d: 1 }]]);
    const count = operations().length;
    client.local(["b"]);
    expect(operations()).toHaveLength(count);
    written();
    expect(operations().at(-1)).toMatchObject({ clientId: "new-2", seq: 1, operation: ["b"] });
  });

  it("is not sent any more when it was given up meanwhile", () => {
    const { client, operations, written } = typist();
    client.local(["x".repeat(70_000)]);
    client.abandon();
    written();
    expect(operations()).toEqual([]);
    expect(client.text).toBe("");
  });
});

describe("the text that is shown because it cannot be sent", () => {
  it("[J7] marks what was typed", () => {
    const state = { clientId: "c", seq: 1, revision: 1, base: "one 😀 two" };
    const parts = typedParts({ ...state, inFlight: one(4, { d: 1 }, "MINE"), buffer: one(6, "xx", 2, " end") });
    expect(parts.map(({ text }) => text).join("")).toBe("one MIxxNE end two");
    expect(
      parts
        .filter((part) => part.isTyped)
        .map(({ text }) => text)
        .join("|"),
    ).toBe("MI|xx|NE| end");
  });
});
