import { expect, it } from "vitest";
import { randomFrom, randomOperation, randomText } from "../ot/random-operation.ts";
import type { SessionEvent } from "./event.ts";
import { fold, Folding, reduce } from "./reduce.ts";
import { emptyState } from "./state.ts";

const documentIds = ["first", "second", "third"];

/** A log of operations on several documents, with carets and new names among them. */
function randomLog(length: number, random: () => number): SessionEvent[] {
  const documents = documentIds.map((documentId) => ({ documentId, text: randomText(random), revision: 0 }));
  const events: SessionEvent[] = documents.map(({ documentId, text }, index) => ({
    number: index + 1,
    at: index,
    kind: "document.added",
    participantId: null,
    body: { documentId, language: "python", problemId: null, path: `${documentId}.py`, text },
  }));
  while (events.length < length) {
    const header = { number: events.length + 1, at: events.length, participantId: "ada" };
    const document = documents[Math.floor(random() * documents.length)];
    if (!document) continue;
    const { documentId } = document;
    const kind = random();
    if (kind < 0.1) {
      events.push({ ...header, kind: "document.renamed", body: { documentId, path: `${events.length}.py` } });
    } else if (kind < 0.2) {
      const carets = [{ participantId: "bob", documentId, selections: [{ anchor: 0, head: 1 }] }];
      events.push({ ...header, kind: "carets", body: { carets } });
    } else {
      const { operation, after } = randomOperation(document.text, random);
      if (operation.length === 0) continue;
      document.text = after;
      document.revision += 1;
      const place = { documentId, revision: document.revision, clientId: "client", seq: document.revision };
      events.push({ ...header, kind: "operation", ...place, body: { operation: [...operation] } });
    }
  }
  return events;
}

it("[L5] many events folded in a row come to what they come to one by one, whenever the state is asked for", () => {
  const random = randomFrom(1);
  for (let round = 0; round < 20; round++) {
    const events = randomLog(100, random);
    const folding = new Folding(emptyState);
    let expected = emptyState;
    for (const event of events) {
      folding.take(event);
      expected = reduce(expected, event);
      expect(folding.number).toBe(event.number);
      // As they are stored, which a record's checking compares.
      if (random() < 0.1) expect(JSON.stringify(folding.state)).toBe(JSON.stringify(expected));
    }
    expect(JSON.stringify(folding.state)).toBe(JSON.stringify(expected));
    expect(fold(emptyState, events)).toEqual(expected);
  }
});

it("[L5] a state that was given out stays as it was", () => {
  const events = randomLog(60, randomFrom(2));
  const folding = new Folding(emptyState);
  for (const event of events.slice(0, 30)) folding.take(event);
  const state = folding.state;
  const before = JSON.stringify(state);
  for (const event of events.slice(30)) folding.take(event);
  expect(JSON.stringify(folding.state)).not.toBe(before);
  expect(JSON.stringify(state)).toBe(before);
});

it("[L1] an event that does not follow the one before, or its document's revision, is not folded", () => {
  const events = randomLog(50, randomFrom(3));
  const folding = new Folding(emptyState);
  const [first, second, ...rest] = events;
  if (!first || !second) throw new Error("The log is empty.");
  expect(() => folding.take(second)).toThrow("does not follow");
  folding.take(first);
  folding.take(second);
  const operation = rest.find((event) => event.kind === "operation" && event.revision > 1);
  if (!operation) throw new Error("Nobody wrote twice.");
  expect(() => folding.take({ ...operation, number: 3 })).toThrow();
});
