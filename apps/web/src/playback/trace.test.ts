import { expect, it } from "vitest";
import type { SessionEvent } from "@greenroom/shared/log/event.ts";
import { ada, cleo, id, MadeLog, program, randomLog } from "./made-log.ts";
import { follow, noTrace, type Trace, traceAt } from "./trace.ts";

const reader = (log: MadeLog) => ({ event: (number: number) => log.events[number - 1] });

/** Who is tinted where, a letter for each code point of the text. */
function tinted(trace: Trace, length: number): string {
  const letters = Array.from({ length }, () => ".");
  for (const { from, to, participantId } of trace.insertions) letters.fill(participantId === ada ? "a" : "c", from, to);
  return letters.join("");
}

/** The same by hand: the text as a list of code points, each with its author and its time. */
function authors(events: readonly SessionEvent[], now: number): string {
  let points: { who: string; at: number }[] = [];
  for (const event of events) {
    if (event.kind !== "operation") continue;
    const next: typeof points = [];
    let old = 0;
    for (const component of event.body.operation) {
      if (typeof component === "number") next.push(...points.slice(old, (old += component)));
      else if (typeof component === "object") old += component.d;
      else for (const _ of component) next.push({ who: event.participantId === ada ? "a" : "c", at: event.at });
    }
    points = [...next, ...points.slice(old)];
  }
  return points.map(({ who, at }) => (at > now - 20_000 ? who : ".")).join("");
}

it("what was written in the last twenty seconds is its author's, whatever was written and deleted around it (seed 1 to 20)", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const log = randomLog(seed, 300);
    const last = log.events.findLast(({ kind }) => kind === "operation");
    const until = log.events.slice(0, last?.number);
    const text = log.states[until.length]?.documents[program]?.text ?? "";
    const trace = traceAt(until.length, reader(log));
    expect(tinted(trace, [...text].length), `seed ${seed}`).toBe(authors(until, last?.at ?? 0));
  }
});

it("following events one by one comes to the same as looking back", () => {
  const log = randomLog(31, 350);
  let trace = noTrace;
  for (const event of log.events) {
    trace = follow(trace, event);
    expect(trace).toEqual(traceAt(event.number, reader(log)));
  }
});

it("says which document was last written in or turned to", () => {
  const log = new MadeLog().open();
  const other = id("d", 2);
  log.add(0, ada, "document.added", { documentId: other, language: "c", problemId: null, path: "main.c", text: "" });
  expect(traceAt(log.head, reader(log)).documentId).toBe(program);
  log.write(10, cleo, ["x"], other);
  expect(traceAt(log.head, reader(log)).documentId).toBe(other);
  log.add(10, ada, "desk", { language: "python", documentId: program, problem: null });
  expect(traceAt(log.head, reader(log)).documentId).toBe(program);
});

it("says nothing of events that are not here", () => {
  const log = randomLog(3, 60);
  expect(traceAt(50, { event: () => undefined })).toEqual(noTrace);
  const some = { event: (number: number) => (number > 40 ? log.events[number - 1] : undefined) };
  expect(traceAt(60, some).insertions.length).toBeLessThanOrEqual(20);
});
