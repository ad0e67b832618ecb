import { maxDocumentCharacters } from "@greenroom/shared/ot/validate-operation.ts";
import { expect, it } from "vitest";

import { Document } from "./document.ts";

const participantId = "ada";
const clientId = "page";

function emptyDocument(): Document<string> {
  return new Document({ id: "d", language: "python", text: "", revision: 0, history: [], clients: [] });
}

/** Takes in operations made one after the other, which nobody commits until `flush`. */
function receive(document: Document<string>, seq: number, operation: unknown): string {
  const received = document.receive({
    author: "a",
    participantId,
    clientId,
    seq,
    revision: document.revision,
    operation,
  });
  return received.kind === "refused" ? received.code : received.kind;
}

/** Everything that was received is on its way to Postgres, and then there. */
function commit(document: Document<string>): void {
  document.taken();
  document.commit(document.head);
}

it("[D6] takes in only so much while Postgres is away, and all of it is committed when it is back", () => {
  const document = emptyDocument();
  for (let seq = 1; seq <= 1_000; seq++) expect(receive(document, seq, ["x"])).toBe("queued");
  expect(receive(document, 1_001, ["x"])).toBe("rate-limited");
  commit(document);
  expect(document.revision).toBe(1_000);
  expect(receive(document, 1_001, ["x"])).toBe("queued");
});

it("[D6] what had no room is not taken when a copy of it comes late, and its author goes on under another name", () => {
  const text = "x".repeat(maxDocumentCharacters - 3);
  const document = new Document<string>({ id: "d", language: "python", text, revision: 0, history: [], clients: [] });
  const byOther = { author: "b", participantId: "ben", clientId: "another page", revision: 0 };
  expect(document.receive({ ...byOther, seq: 1, operation: ["y"] }).kind).toBe("queued");
  const incoming = { author: "a", participantId, clientId, seq: 1, revision: 0, operation: ["two"] };
  expect(document.receive(incoming)).toEqual({ kind: "refused", code: "document-too-large" });
  commit(document);
  expect(document.receive({ ...byOther, seq: 2, revision: 1, operation: [{ d: 10 }] }).kind).toBe("queued");
  commit(document);
  expect(document.receive(incoming)).toEqual({ kind: "refused", code: "document-too-large" });
  expect(document.receive({ ...incoming, clientId: "its new name" }).kind).toBe("queued");
});

it("forgets what was never committed, and the text is the committed one again", () => {
  const document = emptyDocument();
  receive(document, 1, ["kept"]);
  commit(document);
  for (let seq = 2; seq <= 900; seq++) receive(document, seq, ["lost"]);
  expect(document.discardUncommitted()).toHaveLength(899);
  expect(document).toMatchObject({ revision: 1, text: "kept", oldestRevision: 0 });
});

it("keeps a thousand small operations in memory, and few large ones", () => {
  const small = emptyDocument();
  for (let seq = 1; seq <= 2_500; seq++) {
    receive(small, seq, ["x"]);
    commit(small);
  }
  expect(small.revision - small.oldestRevision).toBeGreaterThanOrEqual(1_000);
  expect(small.revision - small.oldestRevision).toBeLessThanOrEqual(1_500);
  const large = emptyDocument();
  const text = "x".repeat(256 * 1024);
  for (let seq = 1; seq <= 200; seq++) {
    receive(large, seq, seq % 2 ? [text] : [{ d: text.length }]);
    commit(large);
    expect(large.revision).toBe(seq);
  }
  // Half of them hold a quarter of a million characters each, and twelve million are kept at the most.
  expect(large.revision - large.oldestRevision).toBeLessThan(100);
  expect(receive(large, 201, ["y"])).toBe("queued");
});

it("[D4] keeps the newest of a thousand clients in memory, and asks to be told of the others", () => {
  const document = emptyDocument();
  const send = (client: number, seq: number) => {
    const author = { author: "a", participantId, clientId: `page ${client}`, seq };
    return document.receive({ ...author, revision: document.revision, operation: ["x"] }).kind;
  };
  for (let client = 1; client <= 1_200; client++) {
    expect(send(client, 1)).toBe("queued");
    commit(document);
  }
  expect(document.clients).toHaveLength(1_000);
  expect(document.knows("page 1200")).toBe(true);
  expect(send(1_200, 1)).toBe("known");
  expect(document.knows("page 1")).toBe(false);
  document.recall({ clientId: "page 1", participantId, seq: 1, revision: 1 });
  expect(document.knows("page 1")).toBe(true);
  expect(send(1, 1)).toBe("known");
  expect(send(1, 2)).toBe("queued");
});
