import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { DownFrameOf } from "@greenroom/shared/protocol/down.ts";
import type { UpFrameOf } from "@greenroom/shared/protocol/up.ts";
import { describe, expect, it } from "vitest";
import type { DocumentFrame } from "./document-client.ts";
import { documentId, editor } from "./plain-editor.ts";
import { ReferenceServer } from "./reference-server.ts";

function snapshot(text: string, revision: number): DocumentFrame {
  return { type: "document.snapshot", documentId, language: "python", revision, text };
}

function ack(sent: UpFrameOf<"operation">, revision: number): DocumentFrame {
  return { type: "operation.ack", documentId, clientId: sent.clientId, seq: sent.seq, revision };
}

function refuse(sent: UpFrameOf<"operation">, code: DownFrameOf<"operation.refused">["code"]): DocumentFrame {
  return { type: "operation.refused", documentId, clientId: sent.clientId, seq: sent.seq, code };
}

function others(revision: number, operation: TextOperation): DocumentFrame {
  const committed = { revision, participantId: "p", clientId: "other", seq: revision, operation: [...operation] };
  return { type: "document.operations", documentId, operations: [committed] };
}

describe("a document client", () => {
  it("[D3] keeps one operation in flight and joins the rest behind it", () => {
    const { client, type, load, sent, lastOperation } = editor();
    load("");
    type(["a"]);
    type([1, "b"]);
    type([2, "c"]);
    expect(sent.filter((frame) => frame.type === "operation")).toHaveLength(1);
    expect(client.unsavedChanges).toBe(3);
    client.receive(ack(lastOperation(), 1));
    expect(lastOperation()).toMatchObject({ seq: 2, revision: 1, operation: [1, "bc"] });
    client.receive(ack(lastOperation(), 2));
    expect(client.isSynchronised).toBe(true);
  });

  it("[D3] what was committed first stands left of one's own text at the same place", () => {
    const { client, type, load, shown } = editor();
    load("");
    type(["mine"]);
    client.receive(others(1, ["theirs"]));
    expect(client.text).toBe("theirsmine");
    expect(shown.text).toBe("theirsmine");
  });

  it("[D4] sends again what was in flight, rebased and under the same number, after a reconnect", () => {
    const { client, type, load, lastOperation } = editor();
    load("");
    type(["a"]);
    const first = lastOperation();
    client.disconnected();
    client.connected();
    client.receive(others(1, ["xyz"]));
    expect(lastOperation()).toMatchObject({ clientId: first.clientId, seq: 1, revision: 1, operation: [3, "a"] });
  });

  it("[D4] takes its own operation in the missed ones as its acknowledgement", () => {
    const { client, type, load, lastOperation, sent } = editor();
    load("");
    type(["a"]);
    const { clientId } = lastOperation();
    client.disconnected();
    client.connected();
    const count = sent.length;
    const committed = { revision: 1, participantId: "p", clientId, seq: 1, operation: ["a"] };
    client.receive({ type: "document.operations", documentId, operations: [committed] });
    expect(client.isSynchronised).toBe(true);
    expect(sent).toHaveLength(count);
  });

  it("[D4] never gives a sequence number to another operation when others made the one in flight needless", () => {
    const { client, type, load, lastOperation } = editor();
    load("abc");
    type([{ d: 3 }]);
    const lost = lastOperation();
    client.disconnected();
    client.connected();
    client.receive(others(1, [{ d: 3 }]));
    type(["new"]);
    expect(lastOperation()).toMatchObject({ revision: 1, operation: ["new"] });
    expect(lastOperation().clientId).not.toBe(lost.clientId);
  });

  it("passes over an operation it has already, and asks again when one is missing", () => {
    const { client, load, sent } = editor();
    load("");
    client.receive(others(1, ["a"]));
    const count = sent.length;
    client.receive(others(1, ["a"]));
    expect(client.text).toBe("a");
    expect(sent).toHaveLength(count);
    client.receive(others(3, [1, "c"]));
    expect(client.text).toBe("a");
    expect(sent.at(-1)).toEqual({ type: "document.open", documentId, since: 1 });
  });

  it("keeps unsaved text when only a snapshot can be had, beside what others wrote", () => {
    const { client, type, load, shown } = editor();
    load("one\n");
    type([4, "mine\n"]);
    client.disconnected();
    client.connected();
    client.receive(snapshot("zero\none\n", 2000));
    expect(client.text).toBe("zero\none\nmine\n");
    expect(shown.text).toBe(client.text);
  });

  it("takes the second copy out when the snapshot held the operation in flight already", () => {
    const { client, type, load, shown, lastOperation } = editor();
    load("one\n");
    type([4, "mine\n"]);
    client.disconnected();
    client.connected();
    client.receive(snapshot("one\nmine\n", 2000));
    type([0 + 4, "new "]);
    client.receive(ack(lastOperation(), 1));
    expect(client.text).toBe("one\nnew mine\n");
    expect(shown.text).toBe(client.text);
  });

  it("[D6] waits and sends the same again after too many", () => {
    const { client, type, load, lastOperation, timers, sent } = editor();
    load("");
    type(["a"]);
    const first = lastOperation();
    client.receive(refuse(first, "rate-limited"));
    const count = sent.length;
    timers.shift()?.();
    expect(sent.slice(count)).toEqual([first]);
  });

  it.each(["revision-ahead", "revision-too-old"] as const)(
    "[D6] asks for what is missing after %s and sends the same under its number",
    (code) => {
      const { client, type, load, lastOperation, timers, sent } = editor();
      load("one\n");
      type([4, "mine"]);
      type([8, "!"]);
      const refused = lastOperation();
      client.receive(refuse(refused, code));
      timers.shift()?.();
      expect(sent.at(-1)).toMatchObject({ type: "document.open", since: 0 });
      client.receive(others(1, ["zero\n"]));
      expect(lastOperation()).toMatchObject({ ...refused, revision: 1, operation: [9, "mine"] });
      client.receive(ack(lastOperation(), 2));
      expect(lastOperation()).toMatchObject({ seq: 2, revision: 2, operation: [13, "!"] });
    },
  );

  it.each(["bad-operation", "out-of-order", "client-taken"] as const)(
    "[D6] loads the document anew after %s and loses no typed text",
    (code) => {
      const { client, type, load, lastOperation, timers, shown } = editor();
      load("one\n");
      type([4, "mine"]);
      type([8, "!"]);
      const refused = lastOperation();
      client.receive(refuse(refused, code));
      timers.shift()?.();
      client.receive(snapshot("one\ntwo\n", 7));
      expect(client.text).toBe("one\ntwo\nmine!");
      expect(shown.text).toBe(client.text);
      expect(lastOperation()).toMatchObject({ seq: 1, revision: 7, operation: [8, "mine!"] });
      expect(lastOperation().clientId).not.toBe(refused.clientId);
    },
  );

  it("[D6] brings nothing as its own that others typed, so that two who are refused at once write nothing twice", () => {
    const server = new ReferenceServer(documentId, "one line");
    const sides = ["<>", "[]"].map((brackets) => {
      const side = editor();
      side.load(server.text);
      side.type([brackets[0]!, 8, brackets[1]!]);
      side.client.receive(refuse(side.lastOperation(), "client-taken"));
      side.timers.shift()?.();
      side.client.receive(server.open(null));
      return side;
    });
    for (const { lastOperation } of sides) server.submit(lastOperation());
    expect(server.text).toBe("<[one line>]");
  });

  it("stops sending for good when the session has ended, and says how much is unsaved", () => {
    const { client, type, load, lastOperation } = editor();
    load("");
    type(["a"]);
    client.receive(refuse(lastOperation(), "session-ended"));
    expect(client.problem).toBe("session-ended");
    expect(client.unsavedChanges).toBe(1);
    expect(client.text).toBe("a");
  });

  it("sends a paste of a megabyte in pieces", () => {
    const { client, type, load, sent } = editor();
    const server = new ReferenceServer(documentId, "start end");
    load(server.text);
    type([6, "x".repeat(500_000), { d: 3 }, "END"]);
    let handled = 0;
    while (handled < sent.length) {
      const frame = sent[handled++]!;
      if (frame.type === "operation") client.receive(server.submit(frame).answer);
    }
    expect(server.text).toBe(client.text);
    expect(server.history.length).toBeGreaterThan(7);
    expect(client.isSynchronised).toBe(true);
  });
});
